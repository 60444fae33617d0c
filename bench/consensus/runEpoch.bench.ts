// The whole epoch against a plain JavaScript baseline on the same networks, interleaved, with the incentives of both compared
// inside the run: a wrong answer cannot look fast.
import { type EpochInput, type EpochParams, runEpoch, sparseRowsFrom } from 'subnetkit/consensus'
import { makeInput, type NaiveInput, naiveEpoch } from '../naiveYuma.mjs'

const INPUTS = 24
const sizes = [
  { validators: 64, n: 256, density: 1, rounds: 48 },
  { validators: 64, n: 1_024, density: 1, rounds: 24 },
  { validators: 64, n: 4_096, density: 1, rounds: 24 },
]

const params: EpochParams = {
  tempoBlocks: 360,
  activityCutoffBlocks: 5_000,
  stakeThresholdRao: 0n,
  taoWeightU64: 0n,
  maxAllowedValidators: 64,
  kappaU16: 32_767,
  bondsPenaltyU16: 65_535,
  bondsMovingAveragePpm: 900_000,
  yuma3Enabled: false,
  liquidAlphaEnabled: false,
  alphaLowU16: 45_875,
  alphaHighU16: 58_982,
  alphaSigmoidSteepnessHundredths: 100_000,
  commitRevealEnabled: false,
}

/** A baseline network whose stakes sum to exactly 2^32, so that both sides start from the same shares. */
function baseline(seed: number, validators: number, n: number, density: number): NaiveInput {
  const input = makeInput(seed, validators, n, density)
  const total = input.stake.reduce((sum, stake) => sum + stake, 0)
  input.stake[0]! += 2 ** 32 - total
  return input
}

/** The same network for the chain's epoch: validators take the first uids, servers those behind, so none scores itself. */
function chainInput({ validators, n, weights, bonds, stake }: NaiveInput): EpochInput {
  const count = validators + n
  const rows = (values: Float64Array) =>
    Array.from({ length: count }, (_, i) =>
      i >= validators
        ? []
        : Array.from({ length: n }, (_, j) => [validators + j, values[i * n + j]!] as const).filter(
            ([, value]) => value > 0,
          ),
    )
  return {
    n: count,
    currentBlock: 1_000,
    lastStepBlock: 640,
    lastUpdate: new Float64Array(count).fill(900),
    blockAtRegistration: new Float64Array(count).fill(1),
    alphaStakeRao: BigUint64Array.from({ length: count }, (_, i) =>
      i < validators ? BigInt(stake[i]!) : 0n,
    ),
    taoStakeRao: new BigUint64Array(count),
    ownerUid: null,
    validatorPermit: Uint8Array.from({ length: count }, (_, i) => (i < validators ? 1 : 0)),
    earliestActiveCommitBlock: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    emissionRao: 360_000_000_000n,
    weights: sparseRowsFrom(rows(weights)),
    bonds: sparseRowsFrom(rows(bonds)),
  }
}

function checkSame(naive: NaiveInput, input: EpochInput): void {
  const expected = naiveEpoch(naive).incentive
  const actual = runEpoch(input, params).raw.incentive
  for (let j = 0; j < naive.n; j++) {
    if (BigInt(expected[j]!) !== actual[naive.validators + j]) {
      console.error(
        `incentive of server ${j}: baseline ${expected[j]}, epoch ${actual[naive.validators + j]}`,
      )
      process.exit(1)
    }
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

function timeUs(work: () => unknown): number {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1_000
}

for (const { validators, n, density, rounds } of sizes) {
  const pairs = Array.from({ length: INPUTS }, (_, seed) => {
    const naive = baseline(seed + 1, validators, n, density)
    return { naive, input: chainInput(naive) }
  })
  for (const { naive, input } of pairs.slice(0, 4)) checkSame(naive, input)
  const naiveUs: number[] = []
  const epochUs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { naive, input } = pairs[round % INPUTS]!
    naiveUs.push(timeUs(() => naiveEpoch(naive)))
    epochUs.push(timeUs(() => runEpoch(input, params)))
  }
  const measured = { medianUs: Math.round(median(epochUs)), baselineMedianUs: Math.round(median(naiveUs)) }
  console.log(
    JSON.stringify({
      bench: 'consensus/runEpoch',
      case: `validators=${validators} servers=${n} density=${density} yuma2`,
      ...measured,
      ratioToBaseline: Number((measured.baselineMedianUs / measured.medianUs).toFixed(2)),
      rounds,
    }),
  )
}
