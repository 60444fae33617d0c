import { type Clock, sleep, startDeadline } from '../clock/index.js'
import { nowNsOf } from './freshness.js'
import { RequestRefusedError } from './httpErrors.js'
import type { ReplayEntry, ReplayStore, ReplayVerdict } from './ReplayStore.js'

/** How long a store or registry may take. */
const ASK_MS = 2_000

/** A use, and when its request says that it was signed. */
interface Use {
  readonly entry: ReplayEntry
  /** Nanoseconds since 1970. */
  readonly signedAtNs: bigint
}

const NS_PER_MS = 1_000_000n

/**
 * Records the use of a request whose signature holds. A store that a restart empties is told no earlier than at the time at which the
 * request was signed: so all that was ever used was signed before a restart that came after, and a server refuses what was.
 *
 * @throws RequestRefusedError `replayed`, `tooMany`, or `unavailable` when the store throws, says nothing in time, or says what means nothing.
 */
export async function recordUse(store: ReplayStore, { entry, signedAtNs }: Use, clock: Clock): Promise<void> {
  await untilSigned(store, signedAtNs, clock)
  const why = 'Whether the request was used before cannot be told now.'
  const verdict: ReplayVerdict = await askInTime(() => store.record(entry), { clock, why })
  if (verdict === 'fresh') return
  if (verdict === 'replayed')
    throw new RequestRefusedError({ refusal: 'replayed', why: 'The request was used already.' })
  if (verdict === 'full')
    throw new RequestRefusedError({ refusal: 'tooMany', why: 'Too many requests are remembered.' })
  throw new RequestRefusedError({ refusal: 'unavailable', why, cause: verdict })
}

/** Waits until the time at which a request says that it was signed, in nanoseconds since 1970, where a restart empties the store. */
export async function untilSigned(store: ReplayStore, signedAtNs: bigint, clock: Clock): Promise<void> {
  if (store.isDurable) return
  // A clock may be set while somebody waits.
  for (;;) {
    const aheadMs = Number(signedAtNs / NS_PER_MS - nowNsOf(clock) / NS_PER_MS)
    if (aheadMs <= 0) return
    await sleep(clock, aheadMs)
  }
}

/**
 * What a store or registry says: what is not known in time refuses the request, which would be held meanwhile.
 *
 * @throws RequestRefusedError `unavailable` for `why`, when it throws or says nothing in time.
 */
export async function askInTime<T>(
  ask: () => T | Promise<T>,
  { clock, why }: { readonly clock: Clock; readonly why: string },
): Promise<T> {
  const unavailable = (cause: unknown) => new RequestRefusedError({ refusal: 'unavailable', why, cause })
  let answer: T | Promise<T>
  try {
    answer = ask()
  } catch (cause) {
    throw unavailable(cause)
  }
  // Of any library, not of the language alone.
  if (typeof (answer as PromiseLike<T> | undefined)?.then !== 'function') return answer
  const waiting = Promise.resolve(answer)
  return await new Promise<T>((resolve, reject) => {
    const deadline = startDeadline(clock, ASK_MS)
    deadline.signal.addEventListener('abort', () => reject(unavailable(deadline.signal.reason)))
    waiting.then(resolve, (cause: unknown) => reject(unavailable(cause))).finally(() => deadline.dispose())
  })
}
