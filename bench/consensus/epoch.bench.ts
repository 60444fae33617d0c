// Whole epochs of every engine, in multiples of the time of a plain JavaScript epoch (original Yuma, full penalty) of the same
// size, measured in turns with it on the same networks. Copying in and out is part of the time. In each turn both sides first
// compute every network untimed, and the engines' results are compared to the integer; then every network is timed.
import type { EpochInput, EpochOutput, EpochParams } from 'subnetkit/consensus'
import { timeNaive } from '../naiveYuma.mjs'
import { checkAgainstBaseline } from '../support/baseline.js'
import { checkDigest, digestOf, fail, recordedBy } from '../support/digest.js'
import { type Engine, engines } from '../support/engines.js'
import { collectGarbage, median, quick, report, rounded, summary, timed } from '../support/measure.js'
import { baselineNetwork, baselineParams, chainInput, INPUTS, type NetworkSize } from '../support/networks.js'

interface Case {
  readonly variant: string
  readonly changes: Partial<EpochParams>
}

const yuma2: Case = { variant: 'yuma2', changes: {} }
const yuma3: Case = { variant: 'yuma3', changes: { yuma3Enabled: true } }
const partial = (one: Case): Case => ({ ...one, changes: { ...one.changes, bondsPenaltyU16: 30_000 } })
/** Penalty 0 on bonds that lie above the weights: no entry's exponential can be left out. */
const liquid = (steepness: number): Case => ({
  variant: `yuma3-liquid steepness=${steepness}`,
  changes: {
    yuma3Enabled: true,
    liquidAlphaEnabled: true,
    bondsPenaltyU16: 0,
    alphaSigmoidSteepnessHundredths: steepness,
  },
})

interface Size extends NetworkSize {
  readonly cases: readonly Case[]
  /** Networks of the baseline, fewer where one alone takes 64 MiB. */
  readonly baselineInputs: number
  readonly turns: number
}

const sizes: readonly Size[] = [
  {
    validators: 64,
    n: 256,
    density: 1,
    cases: [
      yuma2,
      yuma3,
      partial(yuma2),
      partial(yuma3),
      liquid(1_000),
      liquid(777),
      liquid(3_000),
      liquid(32_767),
    ],
    baselineInputs: INPUTS,
    turns: quick ? 3 : 9,
  },
  {
    validators: 64,
    n: 1_024,
    density: 1,
    cases: [yuma2, yuma3],
    baselineInputs: INPUTS,
    turns: quick ? 2 : 7,
  },
  ...(quick
    ? []
    : [
        { validators: 64, n: 4_096, density: 1, cases: [yuma2, yuma3], baselineInputs: INPUTS, turns: 5 },
        {
          validators: 1_024,
          n: 4_096,
          density: 0.1,
          cases: [yuma2, yuma3],
          baselineInputs: 2,
          turns: 5,
        },
      ]),
]

for (const size of sizes) measure(size)

function measure(size: Size): void {
  const inputs = Array.from({ length: INPUTS }, (_, k) => chainInput(baselineNetwork(k + 1, size)))
  checkAgainstBaseline(size, inputs, size.baselineInputs)
  const rows = size.cases.flatMap((one) => prepared(size, one, inputs))
  const baselineUs: number[] = []
  for (let turn = 0; turn < size.turns; turn++) {
    const { validators, n, density, baselineInputs } = size
    collectGarbage()
    baselineUs.push(timeNaive({ validators, n, density, inputs: baselineInputs, rounds: 1 }).medianUs)
    for (const row of rows) pass(row, inputs)
  }
  for (const row of rows) print(size, row, inputs, median(baselineUs))
}

interface Row {
  readonly id: string
  readonly variant: string
  readonly params: EpochParams
  readonly engine: Engine
  /** Of the results, network by network. */
  readonly digests: readonly number[]
  readonly timesUs: number[]
}

/** One row per engine, warmed up; the digests are those recorded of the reference, which the vectors hold to the chain. */
function prepared(size: Size, one: Case, inputs: readonly EpochInput[]): Row[] {
  const { variant } = one
  const params = { ...baselineParams, maxAllowedValidators: size.validators, ...one.changes }
  const id = `n=${size.n} V=${size.validators} d=${size.density} ${variant} penalty=${params.bondsPenaltyU16}`
  const epoch = recordedBy(params)
  const digests = inputs.map((input) => digestOf(epoch(input)))
  checkDigest(`epoch ${id}`, digests)
  return engines.map((engine) => {
    const row = { id, variant, params, engine, digests, timesUs: [] }
    pass(row, inputs)
    row.timesUs.length = 0
    return row
  })
}

/** Every input once to compare the results, and once to take the times. */
function pass({ id, engine, params, digests, timesUs }: Row, inputs: readonly EpochInput[]): void {
  const run = engine.create(params)
  const check = (output: EpochOutput | null, k: number): void => {
    if (output === null || digestOf(output) !== digests[k])
      fail(`${id}: ${engine.name} gives another result for input ${k}`)
  }
  for (const [k, input] of inputs.entries()) check(run(input), k)
  collectGarbage()
  let output: EpochOutput | null = null
  for (const input of inputs) {
    const { us, result } = timed(() => run(input))
    timesUs.push(us)
    output = result
  }
  check(output, inputs.length - 1)
}

function print(size: Size, row: Row, inputs: readonly EpochInput[], baselineUs: number): void {
  const { medianUs, ...spread } = summary(row.timesUs)
  report({
    bench: 'consensus/epoch',
    id: `${row.id} ${row.engine.name}`,
    n: size.n,
    validators: size.validators,
    nonZeros: Math.round(median(inputs.map(({ weights }) => weights.value.length))),
    variant: row.variant,
    penalty: row.params.bondsPenaltyU16,
    engine: row.engine.name,
    medianUs,
    baselineUs: rounded(baselineUs),
    ratio: rounded(baselineUs / medianUs),
    ...spread,
  })
}
