import { describe, expect, test } from 'vitest'
import {
  type EpochInput,
  type EpochParams,
  runEpoch,
  sparseRowsFrom,
} from '../../../../src/consensus/index.js'
import {
  type BatchSubnet,
  EpochBatch,
  EpochPool,
  type EpochSession,
  YumaConsensus,
} from '../../../../src/engine/index.js'
import { InvalidArgumentError } from '../../../../src/errors/index.js'
import { SeededRandom } from '../../../../src/math/index.js'
import { largeNetwork } from '../../../property/largeNetworks.js'
import { difference } from '../../../support/engines.js'
import { epochInput, epochParams } from '../../../support/epochs.js'

/** A network with stray targets and rows in any order, of as many neurons as asked for. */
function network(random: SeededRandom, n: number, most = n + 2): EpochInput {
  const row = (): [number, number][] =>
    Array.from({ length: random.int(most) }, () => [random.int(n + 2), random.int(65_536)])
  const rows = (): [number, number][][] => Array.from({ length: n }, row)
  const stakeRao = Array.from({ length: n }, () => (random.int(2) === 0 ? 0 : 1 + random.int(1_000_000)))
  return epochInput({ weights: rows(), bonds: rows(), stakeRao })
}

function subnets(random: SeededRandom): BatchSubnet[] {
  const rules: EpochParams[] = [
    {},
    { yuma3Enabled: true },
    { yuma3Enabled: true, liquidAlphaEnabled: true, bondsPenaltyU16: 0 },
    { bondsPenaltyU16: 30_000, maxAllowedValidators: 2 },
  ].map((changes) => epochParams(changes))
  const small = Array.from({ length: 40 }, () => ({
    // Few entries at first: later epochs need more room.
    input: network(random, random.int(20), 3),
    params: random.pick(rules),
  }))
  return [...small, largeNetwork(random), largeNetwork(random)]
}

/** What the caller does by hand: the next epoch starts from what the one before decided. */
class ByHand {
  input: EpochInput
  readonly #params: EpochParams
  readonly #session: EpochSession
  #permits: Uint8Array

  constructor({ input, params }: BatchSubnet) {
    this.input = input
    this.#params = params
    this.#session = new YumaConsensus(params).session(input.bonds)
    this.#permits = input.validatorPermit
  }

  /** Checks a result against the plain epoch and against a session. */
  check(actual: ReturnType<typeof runEpoch>): void {
    const expected = runEpoch(this.input, this.#params)
    expect(difference(expected, actual)).toBeNull()
    const { bonds: _, ...input } = this.input
    expect(this.#session.run(input).dividendsU16).toEqual(actual.dividendsU16)
    this.input = { ...this.input, bonds: expected.bonds }
    this.#permits = expected.validatorPermit
  }

  advance(blocks: number): void {
    const { currentBlock } = this.input
    this.change({
      validatorPermit: this.#permits,
      lastStepBlock: currentBlock,
      currentBlock: currentBlock + blocks,
    })
  }

  change(changes: Partial<EpochInput>): void {
    this.input = { ...this.input, ...changes }
  }
}

describe.each([
  { workers: 0, engine: 'plain' },
  { workers: 0, engine: 'wasm' },
  { workers: 1, engine: 'auto' },
  { workers: 2, engine: 'plain' },
  { workers: 2, engine: 'wasm' },
  { workers: 3, engine: 'auto' },
] as const)('epochs of one batch on $workers workers, engine $engine', ({ workers, engine }) => {
  test('are what plain epochs and sessions give that are handed bonds, permits and blocks', async () => {
    const random = new SeededRandom('repeated')
    const list = subnets(random)
    const hands = list.map((subnet) => new ByHand(subnet))
    const batch = new EpochBatch(list, { engine })
    await using pool = await EpochPool.start({ workers })
    for (let epoch = 0; epoch < 5; epoch++) {
      await pool.run(batch)
      for (const [k, hand] of hands.entries()) hand.check(batch.output(k))
      batch.advance({ blocks: 101 })
      for (const [k, hand] of hands.entries()) {
        hand.advance(101)
        const { n, currentBlock } = hand.input
        if (n < 20 && random.int(3) > 0) continue
        const fresh = n < 20 ? network(random, n) : null
        const changes: Partial<EpochInput> = {
          lastUpdate: new Float64Array(n).fill(currentBlock - 1),
          emissionRao: BigInt(random.nextU32()),
          ...(fresh === null ? {} : { weights: fresh.weights, alphaStakeRao: fresh.alphaStakeRao }),
        }
        batch.set(k, changes)
        hand.change(changes)
      }
    }
  })
})

const two = epochInput({
  weights: [
    [
      [0, 5],
      [1, 9],
    ],
    [[0, 3]],
  ],
  stakeRao: [5, 7],
})
const params = epochParams()

describe('EpochBatch.set', () => {
  test('replaces a whole input, smaller or larger', async () => {
    const random = new SeededRandom('whole')
    const batch = new EpochBatch([
      { input: two, params },
      { input: two, params },
    ])
    await using pool = await EpochPool.start({ workers: 0 })
    for (const n of [2, 9, 9, 3, 0, 14, 1]) {
      const input = network(random, n)
      batch.set(1, input)
      await pool.run(batch)
      expect(difference(runEpoch(two, params), batch.output(0))).toBeNull()
      expect(difference(runEpoch(input, params), batch.output(1))).toBeNull()
    }
  })

  test('replaces bonds and permits that the batch has carried over', async () => {
    const batch = new EpochBatch([{ input: two, params }])
    await using pool = await EpochPool.start({ workers: 0 })
    await pool.run(batch)
    batch.advance({ blocks: 101 })
    const changes = { bonds: two.bonds, validatorPermit: Uint8Array.of(0, 1) }
    batch.set(0, changes)
    await pool.run(batch)
    const input = { ...two, ...changes, currentBlock: 1_101, lastStepBlock: 1_000 }
    expect(difference(runEpoch(input, params), batch.output(0))).toBeNull()
  })

  test('lets neurons join without bonds', async () => {
    const batch = new EpochBatch([{ input: two, params }])
    await using pool = await EpochPool.start({ workers: 0 })
    await pool.run(batch)
    const { column, value, rowStart } = structuredClone(batch.output(0).bonds)
    batch.advance({ blocks: 101 })
    const { bonds: _, ...three } = epochInput(
      { weights: [[[2, 5]], [[0, 3]], []], stakeRao: [5, 7, 0] },
      { currentBlock: 1_101, lastStepBlock: 1_000 },
    )
    batch.set(0, three)
    await pool.run(batch)
    const bonds = { rowStart: Uint32Array.of(...rowStart, column.length), column, value }
    expect(difference(runEpoch({ ...three, bonds }, params), batch.output(0))).toBeNull()
  })

  test.each([
    [{ lastUpdate: new Float64Array(1) }, 'subnets[0].input.lastUpdate'],
    [{ weights: { ...two.weights, value: new Uint16Array(1) } }, 'subnets[0].input.weights.value'],
    [{ n: 3 }, 'subnets[0].input.lastUpdate'],
    [{ bonds: undefined }, 'subnets[0].input.bonds'],
    [{ currentBlock: -1 }, 'subnets[0].input.currentBlock'],
    [null, 'changes'],
  ])('refuses %o and changes nothing', async (changes, field) => {
    const batch = new EpochBatch([{ input: two, params }])
    expect(() => batch.set(0, { emissionRao: 1n, ...changes, ...(changes ?? { n: -1 }) } as never)).toThrow()
    expect(() => batch.set(0, changes as never)).toThrow(expect.objectContaining({ field }))
    await using pool = await EpochPool.start({ workers: 0 })
    await pool.run(batch)
    expect(difference(runEpoch(two, params), batch.output(0))).toBeNull()
  })

  test.each([-1, 1, 0.5, Number.NaN])('refuses subnet %d', (index) => {
    const batch = new EpochBatch([{ input: two, params }])
    expect(() => batch.set(index, {})).toThrow(`Invalid index: ${index}. Pass a whole number from 0 to 0.`)
  })

  test('refuses what outgrows the memory allowed, and changes nothing', async () => {
    const maxBytes = new EpochBatch([{ input: two, params }]).bytes + 1_000
    const batch = new EpochBatch([{ input: two, params }], { maxBytes })
    const larger = network(new SeededRandom('larger'), 30)
    expect(() => batch.set(0, larger)).toThrow(expect.objectContaining({ field: 'options.maxBytes' }))
    expect(batch.bytes).toBeLessThanOrEqual(maxBytes)
    await using pool = await EpochPool.start({ workers: 0 })
    await pool.run(batch)
    expect(difference(runEpoch(two, params), batch.output(0))).toBeNull()
  })

  test('has what the columns hold checked by the run', async () => {
    const batch = new EpochBatch([{ input: two, params }])
    batch.set(0, { lastUpdate: Float64Array.of(900, 0.5) })
    await using pool = await EpochPool.start({ workers: 0 })
    await expect(pool.run(batch)).rejects.toMatchObject({ field: 'subnets[0].input.lastUpdate[1]' })
  })
})

describe('EpochBatch.advance', () => {
  test.each([-1, 0.5, Number.MAX_SAFE_INTEGER])('refuses %d blocks', async (blocks) => {
    const batch = new EpochBatch([{ input: two, params }])
    await using pool = await EpochPool.start({ workers: 0 })
    await pool.run(batch)
    expect(() => batch.advance({ blocks })).toThrow(
      `Invalid blocks: ${blocks}. Pass a whole number from 0 to ${Number.MAX_SAFE_INTEGER - 1_000}.`,
    )
  })

  test('refuses subnets without a result', async () => {
    const batch = new EpochBatch([{ input: two, params }])
    const refusal = 'Invalid subnets[0]: "no result". Run the batch, to its end, before it advances.'
    expect(() => batch.advance({ blocks: 1 })).toThrow(refusal)
    await using pool = await EpochPool.start({ workers: 0 })
    await pool.run(batch)
    batch.advance({ blocks: 1 })
    expect(() => batch.advance({ blocks: 1 })).toThrow(refusal)
  })

  test('takes the raw bonds of results before it away', async () => {
    const batch = new EpochBatch([{ input: two, params }])
    await using pool = await EpochPool.start({ workers: 0 })
    await pool.run(batch)
    const { raw } = batch.output(0)
    expect(raw.bonds).toEqual(runEpoch(two, params).raw.bonds)
    batch.advance({ blocks: 1 })
    expect(() => raw.bonds).toThrow(
      'Invalid raw.bonds: "gone". Read them before the batch advances or the subnet is set.',
    )
  })

  test('refuses more memory than allowed, and the batch can still run', async () => {
    const { bytes } = new EpochBatch([{ input: two, params }])
    const batch = new EpochBatch([{ input: two, params }], { maxBytes: bytes })
    await using pool = await EpochPool.start({ workers: 0 })
    await pool.run(batch)
    expect(() => batch.advance({ blocks: 1 })).toThrow(expect.objectContaining({ field: 'options.maxBytes' }))
    await pool.run(batch)
    expect(difference(runEpoch(two, params), batch.output(0))).toBeNull()
  })
})

describe('bonds that gather where weights change', () => {
  /** One weight of the only validator, on another target in each epoch. */
  const weightsOn = (target: number) => sparseRowsFrom([[[target, 5]], [], [], [], [], [], []])
  const start = epochInput({ weights: [[[1, 5]], [], [], [], [], [], []], stakeRao: [5, 0, 0, 0, 0, 0, 0] })
  const subnet: BatchSubnet = { input: start, params: epochParams({ yuma3Enabled: true }) }

  test.each([
    { workers: 0, engine: 'plain' },
    { workers: 0, engine: 'wasm' },
    { workers: 2, engine: 'wasm' },
  ] as const)('find room on $workers workers, engine $engine', async ({ workers, engine }) => {
    const hand = new ByHand(subnet)
    const batch = new EpochBatch([subnet, subnet, subnet], { engine })
    await using pool = await EpochPool.start({ workers })
    for (const target of [1, 2, 3, 4, 5, 6]) {
      if (target > 1) {
        batch.advance({ blocks: 1 })
        hand.advance(1)
        for (let k = 0; k < 3; k++) batch.set(k, { weights: weightsOn(target) })
        hand.change({ weights: weightsOn(target) })
      }
      const seen: number[] = []
      await pool.run(batch, { onProgress: ({ done }) => seen.push(done) })
      expect(seen.at(-1)).toBe(3)
      // At first there is room for one bond.
      expect(batch.output(2).bonds.column).toEqual(Uint16Array.from({ length: target }, (_, j) => j + 1))
      hand.check(batch.output(1))
    }
  })

  test('and are refused where the memory allowed is used up', async () => {
    // Enough for a second result as large as the first, which advancing takes, and for little more.
    const maxBytes = 2 * new EpochBatch([subnet]).bytes
    const batch = new EpochBatch([subnet], { maxBytes })
    await using pool = await EpochPool.start({ workers: 0 })
    await pool.run(batch)
    let failed: unknown
    for (let epoch = 0; epoch < 100 && failed === undefined; epoch++) {
      batch.advance({ blocks: 1 })
      batch.set(0, { weights: weightsOn(1 + (epoch % 6)) })
      failed = await pool.run(batch).catch((error: unknown) => error)
    }
    expect(failed).toMatchObject({ field: 'options.maxBytes' })
    expect(batch.bytes).toBeLessThanOrEqual(maxBytes)
  })
})

describe('a batch in a run', () => {
  test('refuses changes and other runs', async () => {
    const batch = new EpochBatch(Array.from({ length: 300 }, () => ({ input: two, params })))
    await using pool = await EpochPool.start({ workers: 2 })
    await using other = await EpochPool.start({ workers: 0 })
    const run = pool.run(batch)
    await Promise.resolve()
    const refusal = 'Invalid batch: "running". Await its run first.'
    expect(() => batch.set(0, {})).toThrow(refusal)
    expect(() => batch.advance({ blocks: 1 })).toThrow(refusal)
    await expect(other.run(batch)).rejects.toThrow(InvalidArgumentError)
    await run
    batch.advance({ blocks: 1 })
    await other.run(batch)
  })
})
