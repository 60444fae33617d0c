import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { EpochParams } from '../../src/consensus/index.js'
import { YumaConsensus } from '../../src/engine/index.js'
import { epochInputFrom, type Metagraph, mainnetSubnet15 } from '../../src/metagraph/index.js'
import { RAO_PER_TAO, U16_MAX } from '../../src/units/index.js'
import { type FloatEpoch, floatYuma } from './floatYuma.js'

/** What float Yuma gives, in the order of `validators`; top incentives as [uid, share]. */
interface Golden {
  readonly epoch1_dividends: readonly number[]
  readonly epoch50_dividends: readonly number[]
  readonly vtrust: readonly number[]
  readonly top10_incentive: readonly (readonly [uid: number, share: number])[]
  readonly nonzero_incentive: number
}

interface GoldenFile {
  readonly validators: readonly number[]
  readonly stakeShare: readonly number[]
  readonly yuma1: Golden
  readonly yuma2: Golden
  readonly yuma3: Golden
}

/** The data's own tolerance for the exact engine, once weights are u16. */
const TOLERANCE = 2e-4

/** The golden file's settings: kappa one half, bond penalty 1; the bonds' pace differs by variant. */
const params = (changes: Partial<EpochParams>): EpochParams => ({
  tempoBlocks: 360,
  activityCutoffBlocks: 5_000,
  stakeThresholdRao: 1_000n * RAO_PER_TAO,
  taoWeightU64: 0n,
  maxAllowedValidators: 64,
  kappaU16: 32_767,
  bondsPenaltyU16: 65_535,
  bondsMovingAveragePpm: 900_000,
  yuma3Enabled: false,
  liquidAlphaEnabled: false,
  alphaLowU16: 45_875,
  alphaHighU16: 58_982,
  alphaSigmoidSteepnessHundredths: 1_000,
  commitRevealEnabled: false,
  ...changes,
})

// One recorded network, not a family of vectors: it stays here whatever folder the vectors come from.
const goldenUrl = new URL('../data/mainnet-sn15-yuma-golden.json', import.meta.url)
const golden = JSON.parse(readFileSync(goldenUrl, 'utf8')) as GoldenFile
const recorded = await mainnetSubnet15()
const snapshot = (): Metagraph => recorded

/** Original Yuma clips the weights of its bonds (penalty 1); the recorded Yuma 3 takes them whole. */
const variants = [
  { variant: 'yuma1', yuma3: false, changes: {} },
  { variant: 'yuma2', yuma3: false, changes: {} },
  {
    variant: 'yuma3',
    yuma3: true,
    changes: { yuma3Enabled: true, bondsMovingAveragePpm: 975_000, bondsPenaltyU16: 0 },
  },
] as const

/** Runs exact epochs one tempo apart on unchanging weights, each on the bonds of the one before. */
function exactYuma(metagraph: Metagraph, changes: Partial<EpochParams>, epochs: number): FloatEpoch {
  const engine = new YumaConsensus(params(changes))
  const input = epochInputFrom(metagraph, { emissionRao: 1_000_000_000n })
  let output = engine.run(input)
  for (let epoch = 2; epoch <= epochs; epoch++) {
    const currentBlock = metagraph.block + 360 * (epoch - 1)
    const lastUpdate = input.lastUpdate.map(() => currentBlock)
    const lastStepBlock = currentBlock - 360
    output = engine.run({ ...input, currentBlock, lastStepBlock, lastUpdate, bonds: output.bonds })
  }
  const ofValidators = (column: Uint16Array): number[] =>
    metagraph.validators().map((uid) => column[uid]! / U16_MAX)
  return {
    stakeShare: ofValidators(output.stakeWeightU16),
    dividends: ofValidators(output.dividendsU16),
    validatorTrust: ofValidators(output.validatorTrustU16),
    incentive: [...output.incentiveU16].map((value) => value / U16_MAX),
  }
}

function expectClose(actual: readonly number[], expected: readonly number[], what: string): void {
  expect(actual, what).toHaveLength(expected.length)
  const worst = Math.max(...actual.map((value, at) => Math.abs(value - expected[at]!)))
  expect(worst, `${what}: largest difference`).toBeLessThan(TOLERANCE)
}

describe('the recorded main-network subnet', () => {
  test('imports with permits for rows with weights and enough stake', () => {
    const metagraph = snapshot()
    expect(metagraph.validators()).toEqual(golden.validators)
    expect(metagraph).toMatchObject({ netuid: 15, block: 4_769_998, n: 256 })
    expect(metagraph.columns.weights.column).toHaveLength(1_687)
    for (const uid of golden.validators) {
      expect(Math.max(...metagraph.weightsOf(uid).map(([, value]) => value))).toBe(65_535)
    }
  })

  test.each(variants)('float Yuma on the import is the recorded $variant', ({ variant, yuma3 }) => {
    const expected = golden[variant]
    const metagraph = snapshot()
    const first = floatYuma(metagraph, { form: 'research', yuma3, epochs: 1 })
    const last = floatYuma(metagraph, { form: 'research', yuma3, epochs: 50 })
    expectClose(first.stakeShare, golden.stakeShare, 'stake shares')
    expectClose(first.dividends, expected.epoch1_dividends, 'dividends')
    expectClose(last.dividends, expected.epoch50_dividends, 'dividends at 50')
    expectClose(first.validatorTrust, expected.vtrust, 'validator trust')
    const uids = expected.top10_incentive.map(([uid]) => uid)
    const top = expected.top10_incentive.map(([, share]) => share)
    expectClose(
      uids.map((uid) => first.incentive[uid]!),
      top,
      'incentives',
    )
    expect(first.incentive.filter((share) => share > 0)).toHaveLength(expected.nonzero_incentive)
  })

  // The recorded figures divide consensus by its sum (1.0305 here) before clipping. The chain does not, so its
  // dividends and trust are others; what both define alike has to agree.
  test.each(variants)('the exact epoch of $variant is float Yuma in the form of the chain', (variant) => {
    const metagraph = snapshot()
    for (const epochs of [1, 50]) {
      const exact = exactYuma(metagraph, variant.changes, epochs)
      const float = floatYuma(metagraph, { form: 'chain', yuma3: variant.yuma3, epochs })
      for (const what of ['stakeShare', 'dividends', 'validatorTrust', 'incentive'] as const) {
        expectClose(exact[what], float[what], `${what} at ${epochs}`)
      }
    }
  })

  test.each(variants)(
    'the exact epoch agrees with the recorded $variant on stake and on who leads',
    (variant) => {
      const exact = exactYuma(snapshot(), variant.changes, 1)
      expectClose(exact.stakeShare, golden.stakeShare, 'stake shares')
      const order = [...exact.incentive.keys()].sort((a, b) => exact.incentive[b]! - exact.incentive[a]!)
      expect(order.slice(0, 10)).toEqual(golden[variant.variant].top10_incentive.map(([uid]) => uid))
    },
  )
})
