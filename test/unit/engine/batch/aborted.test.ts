import { describe, expect, test } from 'vitest'
import {
  type BatchRunOptions,
  type BatchSubnet,
  EpochBatch,
  EpochPool,
  epochBatch,
} from '../../../../src/engine/index.js'
import { AbortedError } from '../../../../src/errors/index.js'
import { SeededRandom } from '../../../../src/math/index.js'
import { largeNetwork } from '../../../property/largeNetworks.js'
import { epochInput, epochParams } from '../../../support/epochs.js'

/** When a run is aborted: before it, some way through it by its own reports, or whenever the event loop comes by. */
type Instant =
  | { readonly kind: 'before' | 'at once' | 'immediate' }
  | { readonly afterMs: number }
  | { readonly atDone: number }

const small: BatchSubnet = {
  input: epochInput({ weights: [[[0, 5]], []], stakeRao: [5, 0] }),
  params: epochParams(),
}

/** A few that take a while, among many that do not. */
function subnets(): BatchSubnet[] {
  const large = largeNetwork(new SeededRandom('aborted'))
  return Array.from({ length: 40 }, (_, k) => (k % 8 === 0 ? large : small))
}

const list = subnets()
const instants: Instant[] = [
  { kind: 'before' },
  { kind: 'at once' },
  { kind: 'immediate' },
  ...[0, 1, 2, 3, 5, 8, 13, 21].map((afterMs) => ({ afterMs })),
  ...[1, 2, 10, 20, 39, 40].map((atDone) => ({ atDone })),
]

/** The run's outcome, and that no abort gives anything else than these two. */
async function outcomeOf(
  instant: Instant,
  start: (options: BatchRunOptions) => Promise<unknown>,
): Promise<'aborted' | 'done'> {
  const controller = new AbortController()
  const reason = new RangeError('enough')
  const abort = (): void => controller.abort(reason)
  if ('kind' in instant && instant.kind === 'before') abort()
  const atDone = 'atDone' in instant ? instant.atDone : Number.POSITIVE_INFINITY
  const run = start({
    signal: controller.signal,
    onProgress: ({ done }) => {
      if (done >= atDone) abort()
    },
  })
  if ('kind' in instant && instant.kind === 'at once') abort()
  if ('kind' in instant && instant.kind === 'immediate') setImmediate(abort)
  if ('afterMs' in instant) setTimeout(abort, instant.afterMs)
  try {
    await run
    return 'done'
  } catch (error) {
    expect(error).toBeInstanceOf(AbortedError)
    expect(error).toMatchObject({ cause: reason })
    return 'aborted'
  }
}

describe.each([0, 1, 2])('a run on %i workers that is aborted', (workers) => {
  test.each(instants)('%j gives an AbortedError or every result', async (instant) => {
    await using pool = await EpochPool.start({ workers })
    const batch = new EpochBatch(list)
    const outcome = await outcomeOf(instant, (options) => pool.run(batch, options))
    if (outcome === 'aborted') await pool.run(batch)
    expect(list.map((_, k) => batch.output(k).active.length)).toEqual(list.map(({ input }) => input.n))
    const streamed = await outcomeOf(instant, (options) => epochBatch(list, { ...options, workers }))
    if ('kind' in instant && instant.kind !== 'immediate')
      expect([outcome, streamed]).toEqual(['aborted', 'aborted'])
  })

  test('with the last subnet computed keeps the result', async () => {
    await using pool = await EpochPool.start({ workers })
    const pair = [small, small]
    const batch = new EpochBatch(pair)
    expect(await outcomeOf({ atDone: 2 }, (options) => pool.run(batch, options))).toBe('done')
    expect(await outcomeOf({ atDone: 2 }, (options) => epochBatch(pair, { ...options, workers }))).toBe(
      'done',
    )
  })

  test('leaves no thread waiting for an input that never comes', async () => {
    for (let atDone = 1; atDone <= 20; atDone++) {
      const outcome = await outcomeOf({ atDone }, (options) => epochBatch(list, { ...options, workers }))
      expect(['aborted', 'done']).toContain(outcome)
    }
  })
})
