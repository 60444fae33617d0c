import { describe, expect, it } from 'vitest'
import { type EpochInput, type EpochParams, runEpoch } from '../../src/consensus/index.js'
import type { YumaConsensusOptions } from '../../src/engine/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { difference, engineOptions, runOn } from '../support/engines.js'
import { epochInput, epochParams } from '../support/epochs.js'
import { naiveEpoch } from './naiveEpoch.js'

/** `SUBNETKIT_SEED` repeats a run; `SUBNETKIT_NETWORKS` makes it longer. */
const seed = process.env.SUBNETKIT_SEED ?? `liquid ${process.hrtime.bigint()}`
const networks = Math.ceil(Number(process.env.SUBNETKIT_NETWORKS ?? 10_000) / 100)
const engines = engineOptions.filter(({ engine }) => engine === 'wasm')

/** A network of about 1,500 pairs, each with a rate of its own under Yuma 3 with liquid alpha. */
function liquidNetwork(random: SeededRandom): { readonly input: EpochInput; readonly params: EpochParams } {
  const validators = 1 + random.int(40)
  const servers = 40
  const density = random.pick([1, 1, 0.7, 0.1])
  const zeros = random.pick([0, 0, 0.1])
  const topBond = random.pick([65_536, 65_536, 3_000])
  const quality = Float64Array.from({ length: servers }, () => random.float() ** 3)
  const rows = (value: (j: number) => number): [number, number][][] =>
    Array.from({ length: validators + servers }, (_, i) =>
      i < validators
        ? Array.from(quality, (_, j): [number, number] => [validators + j, value(j)]).filter(
            () => random.float() < density,
          )
        : [],
    )
  const input = epochInput({
    weights: rows((j) =>
      random.float() < zeros
        ? 0
        : Math.min(65_535, Math.floor(65_535 * quality[j]! * (0.7 + 0.6 * random.float()) + 1)),
    ),
    bonds: rows(() => (random.int(20) === 0 ? 65_535 : random.int(topBond))),
    stakeRao: Array.from({ length: validators + servers }, (_, i) =>
      i < validators ? 1 + random.int(1_000_000) : 0,
    ),
  })
  const anyU16 = (): number => random.int(65_536)
  const params = epochParams({
    yuma3Enabled: true,
    liquidAlphaEnabled: true,
    bondsPenaltyU16: random.pick([0, 0, 65_535, anyU16()]),
    alphaLowU16: random.pick([45_875, anyU16(), anyU16(), 0, 1, 65_535]),
    alphaHighU16: random.pick([58_982, anyU16(), anyU16(), 65_535]),
    alphaSigmoidSteepnessHundredths: random.pick([
      1_000,
      random.int(65_536) - 32_768,
      random.int(2_000),
      random.int(8_000) - 4_000,
      random.pick([-32_768, -200, 0, 1, 200, 4_000, 32_767]),
    ]),
  })
  return { input, params }
}

describe(`liquid alpha at any steepness, seed "${seed}"`, () => {
  it(`gives ${networks} networks the same bits on every path`, () => {
    const random = new SeededRandom(seed)
    for (let t = 0; t < networks; t++) {
      const { input, params } = liquidNetwork(random)
      const expected = runEpoch(input, params)
      for (const options of engines) {
        const found = difference(expected, runOn(options, input, params))
        expect(found, `network ${t}, ${options.title}, ${JSON.stringify(params, inWords)}`).toBeNull()
      }
    }
  }, 3_600_000)

  it('gives the raw bonds of the naive epoch', () => {
    const random = new SeededRandom(`${seed} naive`)
    for (let t = 0; t < networks / 20; t++) {
      const { input, params } = liquidNetwork(random)
      expect(rawBonds({}, input, params), `network ${t}, ${JSON.stringify(params, inWords)}`).toEqual(
        naiveBonds(input, params),
      )
    }
  }, 3_600_000)
})

describe.each([400, 800, 1_600, -400, -800])(
  'a pair whose exponent is exactly 1, at steepness %i',
  (steepness) => {
    const { bond, weight, rest } = pairAtOne(steepness)
    const input = epochInput({
      weights: [
        [
          [1, weight],
          [2, rest],
        ],
        [],
        [],
      ],
      bonds: [[[1, bond]], [], []],
      stakeRao: [1, 0, 0],
    })
    const params = epochParams({
      yuma3Enabled: true,
      liquidAlphaEnabled: true,
      bondsPenaltyU16: 0,
      alphaLowU16: 45_875,
      alphaHighU16: 58_982,
      alphaSigmoidSteepnessHundredths: steepness,
    })

    it.each(engineOptions)('follows the chain’s own constant for e on $title', (options) => {
      expect(rawBonds(options, input, params)).toEqual(naiveBonds(input, params))
    })
  },
)

/** A bond and a weight above which it lies so far that slope * (distance - 1/2) is 1. */
function pairAtOne(steepness: number): { bond: number; weight: number; rest: number } {
  const distance = 2 ** 31 - 2 ** 32 / (steepness / 100)
  for (let rest = 1; rest < 65_536; rest++) {
    for (let weight = 1; weight <= rest; weight++) {
      const level = Math.floor((weight * 2 ** 32) / (weight + rest)) + distance
      if (level % 65_537 === 0 && level < 65_535 * 65_537) return { bond: level / 65_537, weight, rest }
    }
  }
  throw new RangeError('no such pair')
}

function rawBonds(options: YumaConsensusOptions, input: EpochInput, params: EpochParams): bigint[][] {
  const { bonds } = runOn(options, input, params).raw
  return Array.from({ length: input.n }, (_, i) =>
    Array.from(bonds.raw.subarray(bonds.rowStart[i], bonds.rowStart[i + 1])),
  )
}

function naiveBonds(input: EpochInput, params: EpochParams): bigint[][] {
  const { bonds } = naiveEpoch(input, params).raw as { bonds: [number, bigint][][] }
  return bonds.map((row) => row.map(([, raw]) => raw))
}

function inWords(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
