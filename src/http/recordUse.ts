import { type Clock, startDeadline } from '../clock/index.js'
import { RequestRefusedError } from './httpErrors.js'
import type { ReplayEntry, ReplayStore, ReplayVerdict } from './ReplayStore.js'

/** How long a store may take. */
const STORE_MS = 2_000

/**
 * Records the use of a request whose signature holds.
 *
 * @throws RequestRefusedError `replayed`, `tooMany`, or `unavailable` when the store throws, says nothing in time, or says what means nothing.
 */
export async function recordUse(store: ReplayStore, entry: ReplayEntry, clock: Clock): Promise<void> {
  const verdict = await askInTime(store, entry, clock)
  if (verdict === 'fresh') return
  if (verdict === 'replayed')
    throw new RequestRefusedError({ refusal: 'replayed', why: 'The request was used already.' })
  if (verdict === 'full')
    throw new RequestRefusedError({ refusal: 'tooMany', why: 'Too many requests are remembered.' })
  throw unavailable(verdict)
}

function askInTime(
  store: ReplayStore,
  entry: ReplayEntry,
  clock: Clock,
): ReplayVerdict | Promise<ReplayVerdict> {
  let answer: ReplayVerdict | Promise<ReplayVerdict>
  try {
    answer = store.record(entry)
  } catch (cause) {
    throw unavailable(cause)
  }
  if (!(answer instanceof Promise)) return answer
  return new Promise((resolve, reject) => {
    const deadline = startDeadline(clock, STORE_MS)
    deadline.signal.addEventListener('abort', () => reject(unavailable(deadline.signal.reason)))
    answer.then(resolve, (cause: unknown) => reject(unavailable(cause))).finally(() => deadline.dispose())
  })
}

function unavailable(cause: unknown): RequestRefusedError {
  return new RequestRefusedError({
    refusal: 'unavailable',
    why: 'Whether the request was used before cannot be told now.',
    cause,
  })
}
