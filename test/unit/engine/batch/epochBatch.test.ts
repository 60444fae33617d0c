import { describe, expect, test } from 'vitest'
import type { EpochInput, EpochOutput, EpochParams } from '../../../../src/consensus/index.js'
import {
  type BatchSubnet,
  EpochBatch,
  EpochPool,
  EpochWorkerError,
  epochBatch,
  YumaConsensus,
} from '../../../../src/engine/index.js'
import { AbortedError, InvalidArgumentError } from '../../../../src/errors/index.js'
import { SeededRandom } from '../../../../src/math/index.js'
import { epochInput, epochParams } from '../../../support/epochs.js'

const rules: readonly Partial<EpochParams>[] = [
  {},
  { yuma3Enabled: true },
  { yuma3Enabled: true, liquidAlphaEnabled: true, bondsPenaltyU16: 0 },
  { bondsPenaltyU16: 30_000, maxAllowedValidators: 2 },
]

/** A network of up to 24 neurons with stray targets, zeros, and rows in any order. */
function network(random: SeededRandom): EpochInput {
  const n = random.int(25)
  const row = (): [number, number][] =>
    Array.from({ length: random.int(n + 2) }, () => [random.int(n + 2), random.int(65_536)])
  const rows = (): [number, number][][] => Array.from({ length: n }, row)
  const stakeRao = Array.from({ length: n }, () => (random.int(2) === 0 ? 0 : 1 + random.int(1_000_000)))
  return epochInput(
    { weights: rows(), bonds: rows(), stakeRao },
    n > 0 && random.int(3) === 0 ? { ownerUid: 0 } : {},
  )
}

function subnets(count: number, seed = 'batch'): BatchSubnet[] {
  const random = new SeededRandom(seed)
  const params = rules.map((changes) => epochParams(changes))
  return Array.from({ length: count }, () => ({ input: network(random), params: random.pick(params) }))
}

const oneByOne = (list: readonly BatchSubnet[]): EpochOutput[] =>
  list.map(({ input, params }) => new YumaConsensus(params).run(input))

describe('epochBatch', () => {
  const list = subnets(150)
  const expected = oneByOne(list)

  test.each([0, 1, 2, 3])('with %i workers gives what each subnet gives by itself', async (workers) => {
    const outputs = await epochBatch(list, { workers })
    expect(outputs).toEqual(expected)
  })

  test('gives the same results in any order of the subnets', async () => {
    const order = new SeededRandom('order').shuffled(list.map((_, k) => k))
    const outputs = await epochBatch(
      order.map((k) => list[k]!),
      { workers: 2 },
    )
    expect(outputs).toEqual(order.map((k) => expected[k]!))
  })

  test('leaves the inputs alone', async () => {
    const before = structuredClone(list)
    await epochBatch(list, { workers: 1 })
    expect(list).toEqual(before)
  })

  test('of no subnets is empty', async () => {
    expect(await epochBatch([])).toEqual([])
  })

  test.each([0, 2])('with %i workers says how far it is, up to the end', async (workers) => {
    const seen: number[] = []
    await epochBatch(list, { workers, onProgress: ({ done, total }) => seen.push(done / total) })
    expect(seen.at(-1)).toBe(1)
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b))
    expect(seen.length).toBeGreaterThan(1)
  })

  test('names the subnet and the field that is wrong before any work', async () => {
    const wrong = { ...list[0]!.params, kappaU16: -1 }
    const failed = epochBatch([list[0]!, { ...list[1]!, params: wrong }], { workers: 1 })
    await expect(failed).rejects.toThrow(
      'Invalid subnets[1].params.kappaU16: -1. Pass an integer from 0 to 65535.',
    )
  })

  test('refuses more memory than allowed', async () => {
    await expect(epochBatch(list, { maxBytes: 1_000 })).rejects.toThrow(
      /^Invalid options\.maxBytes: 1000\. These 150 subnets need \d+ bytes: split the batch, or allow more\.$/,
    )
  })

  test.each([
    [{ workers: 65 }, 'Invalid options.workers: 65. Pass an integer from 0 to 64.'],
    [{ workers: 1.5 }, 'Invalid options.workers: 1.5. Pass an integer from 0 to 64.'],
    [{ memoryLimitMb: 3 }, 'Invalid options.memoryLimitMb: 3. Pass an integer from 4 to 65536.'],
  ])('refuses %j', async (options, message) => {
    await expect(epochBatch([], options)).rejects.toThrow(message)
  })
})

describe('an aborted run', () => {
  test.each([0, 1, 2])('with %i workers rejects, and the pool can run again', async (workers) => {
    const list = subnets(400)
    await using pool = await EpochPool.start({ workers })
    const batch = new EpochBatch(list)
    const controller = new AbortController()
    const reason = new RangeError('enough')
    const run = pool.run(batch, { signal: controller.signal, onProgress: () => controller.abort(reason) })
    await expect(run).rejects.toMatchObject({ code: 'Aborted', cause: reason })
    await expect(pool.run(batch, { signal: controller.signal })).rejects.toBeInstanceOf(AbortedError)
    await pool.run(batch)
    expect(batch.output(399)).toEqual(oneByOne(list.slice(399))[0])
  })
})

describe('EpochPool', () => {
  test('computes the batches it is handed one after another', async () => {
    await using pool = await EpochPool.start({ workers: 2 })
    expect(pool.workers).toBe(2)
    const lists = [subnets(20, 'a'), subnets(30, 'b')]
    const batches = lists.map((list) => new EpochBatch(list))
    await Promise.all(batches.map((batch) => pool.run(batch)))
    for (const [k, batch] of batches.entries()) {
      expect(lists[k]!.map((_, index) => batch.output(index))).toEqual(oneByOne(lists[k]!))
    }
  })

  test('passes on what a progress callback throws, and can run again', async () => {
    await using pool = await EpochPool.start({ workers: 1 })
    const batch = new EpochBatch(subnets(20))
    const thrown = new RangeError('mine')
    const onProgress = (): void => {
      throw thrown
    }
    await expect(pool.run(batch, { onProgress })).rejects.toBe(thrown)
    await pool.run(batch)
    expect(batch.output(0)).toBeDefined()
  })

  test('fails with a typed error when a thread runs out of memory, and has no thread left', async () => {
    const pool = await EpochPool.start({ workers: 2, memoryLimitMb: 4 })
    const batch = new EpochBatch(subnets(2_000))
    const failed = await pool.run(batch).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(EpochWorkerError)
    expect(failed).toMatchObject({
      name: 'EpochWorkerError',
      code: 'EpochWorker',
      docsPath: 'errors#epoch-worker',
      cause: expect.objectContaining({ code: 'ERR_WORKER_OUT_OF_MEMORY' }),
      message:
        'A thread that computes epochs ended on its own. Start a new pool; if the cause is memory, with fewer workers or a higher memoryLimitMb.',
    })
    await expect(pool.run(batch)).rejects.toBe(failed)
  })

  test('closed, refuses to run', async () => {
    const pool = await EpochPool.start({ workers: 1 })
    await pool.close()
    await pool.close()
    await expect(pool.run(new EpochBatch([]))).rejects.toThrow('Invalid pool: "closed". Start a new pool.')
  })

  test('closed during a run, fails the run', async () => {
    const pool = await EpochPool.start({ workers: 1 })
    const run = pool.run(new EpochBatch(subnets(500)), { onProgress: () => void pool.close() })
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError)
  })
})

describe('EpochBatch', () => {
  test('knows how many subnets it holds and how much memory they take', () => {
    const batch = new EpochBatch(subnets(3))
    expect(batch.size).toBe(3)
    expect(batch.bytes).toBeGreaterThan(0)
    expect(batch.bytes % 8).toBe(0)
  })

  test.each([0, -1, 3, Number.NaN])('has no result %d before a run', (index) => {
    const batch = new EpochBatch(subnets(3))
    expect(() => batch.output(index)).toThrow(
      `Invalid index: ${index}. Pass an integer from 0 to 2 of a subnet that a run has computed.`,
    )
  })
})
