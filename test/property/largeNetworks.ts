import { type EpochInput, sparseRowsFrom } from '../../src/consensus/index.js'
import type { SeededRandom } from '../../src/math/index.js'
import { epochParams, rulesOf } from '../support/epochs.js'
import type { Network } from './randomNetworks.js'

/** A network of hundreds of neurons with weights as validators give them: close to each other, none quite the same. */
export function largeNetwork(random: SeededRandom): Network {
  const n = 100 + random.int(200)
  const validators = Math.min(n, 4 + random.int(random.pick([70, 70, 160])))
  const density = random.pick([0.05, 0.3, 0.9, 1])
  const quality = Float64Array.from({ length: n }, () => random.float() ** 3)
  const rows = (value: (j: number) => number): [number, number][][] =>
    Array.from({ length: n }, (_, i) =>
      i < validators
        ? Array.from({ length: n }, (_, j): [number, number] => [j, value(j)]).filter(
            () => random.float() < density,
          )
        : [],
    )
  const input: EpochInput = {
    n,
    currentBlock: 10_000,
    lastStepBlock: 9_640,
    lastUpdate: new Float64Array(n).fill(9_900),
    blockAtRegistration: Float64Array.from({ length: n }, () =>
      random.int(30) === 0 ? 9_800 + random.int(200) : 1,
    ),
    alphaStakeRao: BigUint64Array.from({ length: n }, (_, i) =>
      i < validators ? BigInt(random.nextU32()) * 1_000_003n : 0n,
    ),
    taoStakeRao: BigUint64Array.from({ length: n }, () => BigInt(random.nextU32())),
    ownerUid: random.pick([null, random.int(n)]),
    validatorPermit: Uint8Array.from({ length: n }, (_, i) => (i < validators ? 1 : 0)),
    earliestActiveCommitBlock: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    emissionRao: 360_000_000_000n,
    weights: sparseRowsFrom(
      rows((j) => Math.min(65_535, Math.floor(65_535 * quality[j]! * (0.7 + 0.6 * random.float()) + 1))),
    ),
    bonds: sparseRowsFrom(rows(() => random.int(65_536))),
  }
  const params = epochParams({
    kappaU16: random.pick([32_767, 32_767, 21_845, 60_000]),
    maxAllowedValidators: random.pick([64, 10, n]),
    bondsPenaltyU16: random.pick([65_535, 0, 30_000]),
    bondsMovingAveragePpm: random.pick([900_000, 975_000, 1]),
    taoWeightU64: random.pick([0n, 3_320_413_933_267_719_290n]),
    ...rulesOf(random.int(3) > 0, random.int(2) === 0),
    alphaSigmoidSteepnessHundredths: random.pick([1_000, 777, 3_000, 32_767, -500]),
  })
  return { input, params }
}
