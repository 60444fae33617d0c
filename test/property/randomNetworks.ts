import { type EpochInput, type EpochParams, sparseRowsFrom } from '../../src/consensus/index.js'
import type { SeededRandom } from '../../src/math/index.js'
import { rulesOf } from '../support/epochs.js'

const NOW = 10_000
const U64 = (1n << 64n) - 1n
/** The whole supply; a tenth where so many have it that sums would reach 2^63. */
const MOST = 21_000_000_000_000_000n
type Rows = [number, number][][]

/**
 * How the rows of one network come: as the chain stores them, in any order with targets outside the subnet, or everything the
 * format allows, targets that repeat among it.
 */
export type RowStyle = 'ordered' | 'unordered' | 'anyhow'

/** One epoch to compute. */
export interface Network {
  readonly input: EpochInput
  readonly params: EpochParams
}

const SMALL: readonly number[] = [0, 1, 2, 3, 5, 8, 13, 21, 40]

/** A network in which every option, mask, tie and boundary of the epoch has its turn; small unless `sizes` says otherwise. */
export function randomNetwork(random: SeededRandom, style: RowStyle, sizes = SMALL): Network {
  const n = random.pick(sizes)
  const ownerUid = random.pick([null, null, n === 0 ? 0 : random.int(n), n + 3])
  const stakes = stakeColumns(random, n)
  const registered = Float64Array.from({ length: n }, () =>
    random.pick([
      0,
      0,
      0,
      100,
      100,
      100,
      100,
      NOW - 101,
      NOW - 100,
      NOW - 99,
      NOW - 51,
      NOW - 50,
      NOW - 49,
      NOW,
    ]),
  )
  const validators = 1 + random.int(Math.max(1, n))
  return {
    input: {
      n,
      currentBlock: random.pick([NOW, NOW, NOW, 40]),
      lastStepBlock: random.pick([0, NOW - 101, NOW - 51, NOW - 1]),
      lastUpdate: Float64Array.from({ length: n }, () =>
        random.pick([NOW, NOW, NOW, NOW, NOW - 1, NOW - 50, NOW - 499, NOW - 500, NOW - 501, 0]),
      ),
      blockAtRegistration: registered,
      ...stakes,
      ownerUid,
      validatorPermit: Uint8Array.from({ length: n }, (_, i) =>
        i < validators && random.int(6) > 0 ? 1 : 0,
      ),
      earliestActiveCommitBlock: Float64Array.from({ length: n }, () =>
        random.pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, NOW - 100, NOW - 50]),
      ),
      emissionRao: random.pick([0n, 1n, 1_000_000_007n, (1n << 53n) + 1n, U64]),
      weights: sparseRowsFrom(randomRows(random, n, style, validators)),
      bonds: sparseRowsFrom(randomRows(random, n, style, validators)),
    },
    params: randomParams(random, n),
  }
}

function randomParams(random: SeededRandom, n: number): EpochParams {
  return {
    tempoBlocks: random.pick([1, 100, 360]),
    activityCutoffBlocks: random.pick([500, 500, 500, 0, 100_000]),
    stakeThresholdRao: random.pick([0n, 0n, 0n, 1n, 1000n, 1_000_000_000n]),
    taoWeightU64: random.pick([0n, 1n, 971_718_665_099_567_868n, U64]),
    maxAllowedValidators: random.pick([0, 1, 2, n, n + 1, 64]),
    kappaU16: random.pick([32_767, 32_767, 0, 1, 21_845, 45_875, 65_534, 65_535]),
    bondsPenaltyU16: random.pick([65_535, 65_535, 0, 0, 1, 32_767, 65_534]),
    bondsMovingAveragePpm: random.pick([900_000, 0, 1, 975_000, 999_999, 1_000_000]),
    ...rulesOf(random.int(3) > 0, random.int(3) > 0),
    alphaLowU16: random.pick([0, 6554, 45_875, 65_535]),
    alphaHighU16: random.pick([0, 19_661, 58_982, 65_535]),
    alphaSigmoidSteepnessHundredths: random.pick([1000, 200, -200, 0, 1, 777, 3000, 32_767, -32_768]),
    commitRevealEnabled: random.int(3) === 0,
  }
}

function stakeColumns(random: SeededRandom, n: number): Pick<EpochInput, 'alphaStakeRao' | 'taoStakeRao'> {
  // Equal stakes, round thirds, dust, and amounts above 2^53 rao.
  const scale = random.pick([1n, 1_000_000_000n, 1_000_000_007n, n > 40 ? MOST / 10n : MOST])
  const amount = (): bigint => random.pick([0n, 0n, scale, scale, 2n * scale, scale + 1n, 7n * scale + 3n])
  return {
    alphaStakeRao: BigUint64Array.from({ length: n }, amount),
    taoStakeRao: BigUint64Array.from({ length: n }, () => (random.int(2) === 0 ? 0n : amount())),
  }
}

function randomRows(random: SeededRandom, n: number, style: RowStyle, holders: number): Rows {
  if (random.int(16) === 0) return levelRows(random, n, holders)
  const clone = randomRow(random, n, style)
  return Array.from({ length: n }, (_, i) => {
    if (i >= holders && random.int(8) > 0) return []
    return random.int(3) === 0 ? clone : randomRow(random, n, style)
  })
}

/** Every holder names every neuron, all with one value. */
function levelRows(random: SeededRandom, n: number, holders: number): Rows {
  const value = random.pick([0, 1, 65_535])
  return Array.from({ length: n }, (_, i) =>
    i < holders ? Array.from({ length: n }, (_, j): [number, number] => [j, value]) : [],
  )
}

function randomRow(random: SeededRandom, n: number, style: RowStyle): [number, number][] {
  const value = (): number =>
    random.pick([0, 1, 2, 655, 4096, 4096, 8192, 32_767, 65_535, random.int(65_536)])
  if (style === 'anyhow') {
    const length = random.int(2 * n + 2)
    // Targets repeat, come in any order, and may lie outside the subnet.
    return Array.from({ length }, () => [random.int(n + 2), value()])
  }
  if (style === 'unordered') {
    const targets = random.shuffled(Array.from({ length: n + 2 }, (_, j) => j)).slice(0, random.int(n + 3))
    return targets.map((j) => [j, value()])
  }
  const density = random.pick([0.2, 0.6, 1])
  return Array.from({ length: n }, (_, j): [number, number] => [j, value()]).filter(
    () => random.float() < density,
  )
}
