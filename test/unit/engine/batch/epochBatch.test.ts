import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EpochInput, EpochOutput, EpochParams } from '../../../../src/consensus/index.js'
import {
  type BatchSubnet,
  EpochBatch,
  EpochPool,
  EpochWorkerError,
  epochBatch,
  ThreadsUnavailableError,
  YumaConsensus,
} from '../../../../src/engine/index.js'
import { AbortedError, InvalidArgumentError } from '../../../../src/errors/index.js'
import { SeededRandom } from '../../../../src/math/index.js'
import { largeNetwork } from '../../../property/largeNetworks.js'
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
      'Invalid subnets[1].params.kappaU16: -1. Pass a whole number from 0 to 65535.',
    )
  })

  test.each([0, 1, 2])('with %i workers names the first subnet whose columns are wrong', async (workers) => {
    const wrong = (k: number): BatchSubnet => {
      const { input, params } = list.find(({ input }) => input.n > k)!
      return { params, input: { ...input, lastUpdate: input.lastUpdate.with(k, 0.5) } }
    }
    const broken = list.with(70, wrong(2)).with(71, wrong(1)).with(140, wrong(0))
    for (const engine of ['plain', 'wasm'] as const) {
      const batch = new EpochBatch(broken, { engine })
      await using pool = await EpochPool.start({ workers })
      const failed = await pool.run(batch).catch((error: unknown) => error)
      expect(failed).toBeInstanceOf(InvalidArgumentError)
      expect(failed).toMatchObject({ field: 'subnets[70].input.lastUpdate[2]', value: 0.5 })
      expect(batch.output(69)).toEqual(expected[69])
    }
  })

  test.each([
    ['subnets', null],
    ['subnets[0]', [undefined]],
    ['subnets[0].params', [{ input: list[0]!.input }]],
    ['subnets[0].input', [{ params: list[0]!.params }]],
    ['subnets[0].input.lastUpdate', [{ ...list[0]!, input: { ...list[0]!.input, lastUpdate: [] } }]],
    [
      'subnets[0].input.weights.rowStart[1]',
      [
        {
          params: list[0]!.params,
          input: epochInput(
            { weights: [[], []], stakeRao: [0, 0] },
            {
              weights: {
                rowStart: Uint32Array.of(0, 2, 1),
                column: new Uint16Array(1),
                value: new Uint16Array(1),
              },
            },
          ),
        },
      ],
    ],
  ])('refuses wrong %s', async (field, subnets) => {
    await expect(epochBatch(subnets as BatchSubnet[])).rejects.toMatchObject({
      field: field.replace('[1]', '[2]'),
    })
  })

  test('refuses more memory than allowed', async () => {
    await expect(epochBatch(list, { maxBytes: 1_000 })).rejects.toThrow(
      /^Invalid options\.maxBytes: 1000\. These 150 subnets need \d+ bytes: split the batch, or allow more\.$/,
    )
  })

  test.each([
    [{ workers: 65 }, 'Invalid options.workers: 65. Pass a whole number from 0 to 64.'],
    [{ workers: 1.5 }, 'Invalid options.workers: 1.5. Pass a whole number from 0 to 64.'],
    [{ engine: 'gpu' as 'wasm' }, 'Invalid options.engine: "gpu". Pass auto, plain, wasm.'],
    [{ memoryLimitMb: 3 }, 'Invalid options.memoryLimitMb: 3. Pass a whole number from 4 to 65536.'],
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

describe('a runtime without threads', () => {
  const { getBuiltinModule } = process
  const shared = globalThis.SharedArrayBuffer
  beforeEach(() => {
    Object.assign(process, { getBuiltinModule: undefined })
    Reflect.deleteProperty(globalThis, 'SharedArrayBuffer')
  })
  afterEach(() => {
    Object.assign(process, { getBuiltinModule })
    Object.assign(globalThis, { SharedArrayBuffer: shared })
  })

  test('computes batches in the calling thread', async () => {
    const list = subnets(20)
    expect(await epochBatch(list)).toEqual(oneByOne(list))
  })

  test('refuses to start any', async () => {
    const failed = await EpochPool.start({ workers: 2 }).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(ThreadsUnavailableError)
    expect(failed).toMatchObject({
      code: 'ThreadsUnavailable',
      workers: 2,
      docsPath: 'errors#threads-unavailable',
      message:
        '2 threads were asked for, and this runtime has no worker threads. Pass `workers: 0`, or nothing, to compute the same results in the calling thread.',
    })
  })
})

describe('EpochBatch', () => {
  const twice = epochInput({
    weights: [
      [
        [1, 5],
        [1, 7],
      ] as [number, number][],
      [],
    ],
    stakeRao: [5, 0],
  })

  test.each([0, 2])(
    'on %i workers computes with WebAssembly, and says what it left to the plain engine',
    async (workers) => {
      const random = new SeededRandom('large')
      const list = [
        ...Array.from({ length: 6 }, () => largeNetwork(random)),
        { input: twice, params: epochParams() },
      ]
      await using pool = await EpochPool.start({ workers })
      for (const engine of ['auto', 'wasm'] as const) {
        const batch = new EpochBatch(list, { engine })
        expect(batch.info).toEqual({ engine: 'wasm', fallback: null, computed: { wasm: 0, plain: 0 } })
        await pool.run(batch)
        expect(batch.info.computed).toEqual({ wasm: list.length - 1, plain: 1 })
        expect(list.map((_, k) => batch.output(k))).toEqual(oneByOne(list))
      }
      const plain = new EpochBatch(list, { engine: 'plain' })
      await pool.run(plain)
      expect(plain.info).toEqual({
        engine: 'plain',
        fallback: null,
        computed: { wasm: 0, plain: list.length },
      })
      expect(list.map((_, k) => plain.output(k))).toEqual(oneByOne(list))
    },
  )

  test('knows how many subnets it holds and how much memory they take', () => {
    const batch = new EpochBatch(subnets(3))
    expect(batch.size).toBe(3)
    expect(batch.bytes).toBeGreaterThan(0)
    expect(batch.bytes % 8).toBe(0)
  })

  test.each([0, -1, 3, Number.NaN])('has no result %d before a run', (index) => {
    const batch = new EpochBatch(subnets(3))
    expect(() => batch.output(index)).toThrow(
      `Invalid index: ${index}. Pass a whole number from 0 to 2 of a subnet that a run has computed.`,
    )
  })
})
