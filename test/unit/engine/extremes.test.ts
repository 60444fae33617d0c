import { describe, expect, it } from 'vitest'
import {
  type EpochInput,
  type EpochOutput,
  type EpochParams,
  runEpoch,
} from '../../../src/consensus/index.js'
import { epochBatch, YumaConsensus } from '../../../src/engine/index.js'
import { asLists, naiveEpoch } from '../../property/naiveEpoch.js'
import { difference, engineOptions, runOn } from '../../support/engines.js'
import { epochInput, epochParams } from '../../support/epochs.js'

type Row = [number, number][]
type Door = (input: EpochInput, params: EpochParams) => Promise<EpochOutput>

/** Every way in which an epoch can be had. */
const doors: readonly { readonly title: string; readonly run: Door }[] = [
  ...engineOptions.map(({ title, ...options }) => ({
    title,
    run: async (input: EpochInput, params: EpochParams) => runOn(options, input, params),
  })),
  ...engineOptions.map(({ title, ...options }) => ({
    title: `a session, ${title}`,
    run: async (input: EpochInput, params: EpochParams) =>
      new YumaConsensus(params, options).session(input.bonds).run(input),
  })),
  ...(['plain', 'wasm'] as const).map((engine) => ({
    title: `a batch, ${engine}`,
    run: async (input: EpochInput, params: EpochParams) =>
      (await epochBatch([{ input, params }], { engine, workers: 0 }))[0]!,
  })),
]

const U16 = 65_535
const U64 = 2n ** 64n - 1n
/** All there will ever be. */
const SUPPLY_RAO = 21_000_000n * 10n ** 9n

const repeat = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)
const full = (n: number, value: number): Row[] =>
  repeat(
    n,
    Array.from({ length: n }, (_, j): [number, number] => [j, value]),
  )
const permitted = (n: number): { validatorPermit: Uint8Array } => ({
  validatorPermit: new Uint8Array(n).fill(1),
})

const networks: Record<string, EpochInput> = {
  'no neurons': epochInput({ weights: [], stakeRao: [] }),
  'no neurons, and an owner all the same': epochInput({ weights: [], stakeRao: [] }, { ownerUid: 0 }),
  'one neuron that scores itself': epochInput({ weights: [[[0, 1]]], bonds: [[[0, U16]]], stakeRao: [1] }),
  'one neuron, the owner, that scores itself': epochInput(
    { weights: [[[0, 1]]], bonds: [[[0, U16]]], stakeRao: [1] },
    { ownerUid: 0 },
  ),
  'one neuron without stake': epochInput({ weights: [[]], stakeRao: [0] }, permitted(1)),
  'weights of zero only': epochInput({ weights: full(6, 0), bonds: full(6, 0), stakeRao: repeat(6, 5) }),
  'no weights and no bonds': epochInput({ weights: repeat(6, []), stakeRao: repeat(6, 5) }),
  'no stake': epochInput({ weights: full(6, 9), bonds: full(6, 9), stakeRao: repeat(6, 0) }, permitted(6)),
  'everything zero': epochInput(
    { weights: full(6, 0), bonds: full(6, 0), stakeRao: repeat(6, 0) },
    { currentBlock: 0, lastStepBlock: 0, emissionRao: 0n, lastUpdate: new Float64Array(6) },
  ),
  'everything equal': epochInput({ weights: full(12, 77), bonds: full(12, 77), stakeRao: repeat(12, 1_000) }),
  'everything at the maximum of its u16': epochInput({
    weights: full(12, U16),
    bonds: full(12, U16),
    stakeRao: repeat(12, 1_000),
  }),
  'the whole supply on every neuron, twice': epochInput(
    { weights: full(12, U16), bonds: full(12, U16), stakeRao: repeat(12, SUPPLY_RAO) },
    { taoStakeRao: new BigUint64Array(12).fill(SUPPLY_RAO), emissionRao: U64 },
  ),
  'as much stake as is allowed, on one neuron': epochInput(
    { weights: full(3, 5), bonds: full(3, 5), stakeRao: [2n ** 63n - 1n, 0, 0] },
    { ...permitted(3), emissionRao: U64 },
  ),
  'as much stake as is allowed, divided': epochInput(
    { weights: full(3, 5), bonds: full(3, 5), stakeRao: [2n ** 62n, 2n ** 62n - 3n, 1] },
    { taoStakeRao: BigUint64Array.of(0n, 1n, 0n), emissionRao: U64 },
  ),
  'blocks at the end of their range': epochInput(
    { weights: full(4, 5), bonds: full(4, 5), stakeRao: [1, 2, 3, 4] },
    {
      currentBlock: Number.MAX_SAFE_INTEGER,
      lastStepBlock: Number.MAX_SAFE_INTEGER - 1,
      lastUpdate: new Float64Array(4).fill(Number.MAX_SAFE_INTEGER),
    },
  ),
  'targets that repeat': epochInput({
    weights: [
      [
        [1, 5],
        [1, 7],
        [2, 7],
      ],
      [
        [0, 3],
        [2, 1],
        [0, 0],
      ],
      [],
    ],
    bonds: [
      [
        [2, 5],
        [2, 7],
      ],
      [
        [1, 9],
        [1, 9],
        [1, 9],
      ],
      [],
    ],
    stakeRao: [3, 4, 0],
  }),
  'targets outside the subnet only': epochInput({
    weights: [
      [
        [2, 9],
        [U16, 1],
      ],
      [[40_000, 2]],
    ],
    bonds: [
      [
        [2, 9],
        [U16, 1],
      ],
      [[40_000, 2]],
    ],
    stakeRao: [3, 4],
  }),
  'targets inside and outside, in no order': epochInput({
    weights: [
      [
        [U16, 1],
        [1, 7],
        [2, 9],
      ],
      [
        [40_000, 2],
        [0, 3],
      ],
      [
        [1, 4],
        [0, 4],
      ],
    ],
    bonds: [
      [
        [9, 1],
        [2, 7],
        [1, 9],
      ],
      [],
      [
        [1, 4],
        [0, 4],
      ],
    ],
    stakeRao: [3, 4, 5],
  }),
}

const rules: Record<string, Partial<EpochParams>> = {
  'original Yuma': {},
  'original Yuma, partial penalty': { bondsPenaltyU16: 30_000 },
  'Yuma 3': { yuma3Enabled: true },
  'liquid alpha': { yuma3Enabled: true, liquidAlphaEnabled: true },
  'liquid alpha, no penalty, steepest': {
    yuma3Enabled: true,
    liquidAlphaEnabled: true,
    bondsPenaltyU16: 0,
    alphaSigmoidSteepnessHundredths: -32_768,
  },
  'every parameter at its largest': {
    tempoBlocks: Number.MAX_SAFE_INTEGER,
    activityCutoffBlocks: Number.MAX_SAFE_INTEGER,
    taoWeightU64: U64,
    maxAllowedValidators: U16,
    kappaU16: U16,
    bondsMovingAveragePpm: 1_000_000,
    yuma3Enabled: true,
    liquidAlphaEnabled: true,
    alphaLowU16: U16,
    alphaHighU16: U16,
    alphaSigmoidSteepnessHundredths: 32_767,
    commitRevealEnabled: true,
  },
  'every parameter at zero': {
    tempoBlocks: 0,
    activityCutoffBlocks: 0,
    maxAllowedValidators: 0,
    kappaU16: 0,
    bondsPenaltyU16: 0,
    bondsMovingAveragePpm: 0,
    alphaLowU16: 0,
    alphaHighU16: 0,
    alphaSigmoidSteepnessHundredths: 0,
  },
}

/** What is asked of every door is worked out once. */
const known = new Map<string, unknown>()
function once<T>(key: string, work: () => T): T {
  if (!known.has(key)) known.set(key, work())
  return known.get(key) as T
}

const wideRules = {
  'original Yuma': {},
  'Yuma 3': { yuma3Enabled: true },
  'liquid alpha': { yuma3Enabled: true, liquidAlphaEnabled: true },
}

/** A wide network, and what it comes to. */
const wide = (n: number, rule: keyof typeof wideRules) => {
  const input = once(`${n}`, () => wideInput(n))
  const params = epochParams(wideRules[rule])
  return { input, params, expected: once(`${n} ${rule}`, () => runEpoch(input, params)) }
}

describe.each(doors)('extreme inputs on $title', ({ run }) => {
  it.each(Object.keys(networks))('give what the rules say: %s', async (name) => {
    const input = networks[name]!
    for (const [rule, changes] of Object.entries(rules)) {
      const params = epochParams(changes)
      const expected = once(`${name}, ${rule}`, () => naiveEpoch(input, params))
      expect(asLists(await run(input, params)), rule).toEqual(expected)
    }
  })

  it('may be of 16,384 neurons', async () => {
    for (const rule of Object.keys(wideRules) as (keyof typeof wideRules)[]) {
      const { input, params, expected } = wide(16_384, rule)
      expect(difference(expected, await run(input, params)), rule).toBeNull()
    }
  })

  it('may be of more, up to 32,768', async () => {
    for (const n of [16_385, 32_768]) {
      const { input, params, expected } = wide(n, 'original Yuma')
      expect(difference(expected, await run(input, params))).toBeNull()
    }
  })

  it('end there', async () => {
    const failed = await run(wideInput(32_769), epochParams()).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'InvalidArgument', field: expect.stringMatching(/input\.n$/) })
  })
})

describe('a network beyond the neurons of WebAssembly', () => {
  it('is left to the plain engine, visibly', () => {
    const yuma = new YumaConsensus(epochParams(), { engine: 'wasm' })
    yuma.run(wideInput(16_384))
    expect(yuma.info.lastRun).toMatchObject({ engine: 'wasm' })
    yuma.run(wideInput(16_385))
    expect(yuma.info.lastRun).toEqual({ engine: 'plain', fallback: 'more than 16384 neurons' })
  })
})

/** Few validators that score few neurons each, the last one among them. */
function wideInput(n: number): EpochInput {
  const row = (i: number): Row =>
    Array.from({ length: 64 }, (_, k): [number, number] => [k === 63 ? n - 1 : k * 251, 100 + k + (i % 50)])
  return epochInput({
    weights: Array.from({ length: n }, (_, i) => (i < 70 ? row(i) : [])),
    bonds: Array.from({ length: n }, (_, i) => (i < 50 ? row(i + 1) : [])),
    stakeRao: Array.from({ length: n }, (_, i) => (i < 70 ? 1_000 + i : 0)),
  })
}
