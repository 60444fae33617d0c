// How the time of an epoch grows: against servers, against validators, against the share of entries that are there. The engine is
// the one a user gets without asking, results in memory of their own; the baseline runs in turns with it, on the same networks.
import type { EpochInput, EpochOutput } from 'subnetkit/consensus'
import { YumaConsensus } from 'subnetkit/engine'
import { timeNaive } from '../naiveYuma.mjs'
import { checkDigest, digestOf, fail, recordedBy } from '../support/digest.js'
import { collectGarbage, median, quick, report, rounded, summary, timed } from '../support/measure.js'
import { baselineParams, chainInputs, INPUTS, type NetworkSize } from '../support/networks.js'

interface Point extends NetworkSize {
  /** The curves that this size is a point of. */
  readonly curves: readonly Curve[]
}
type Curve = 'n' | 'validators' | 'density'

/** The last leaves room for the validators: 16,384 uids in all. */
const servers = quick ? [64, 256] : [64, 256, 1_024, 4_096, 16_320]
const validators = quick ? [16] : [16, 64, 256, 1_024]
const densities = quick ? [0.1] : [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.7, 1]
const points = joined([
  ...servers.map((n): Point => ({ validators: 64, n, density: 1, curves: ['n'] })),
  ...validators.map((count): Point => ({ validators: count, n: 1_024, density: 1, curves: ['validators'] })),
  ...densities.map(
    (density): Point => ({ validators: 64, n: quick ? 1_024 : 4_096, density, curves: ['density'] }),
  ),
])
const TURNS = quick ? 2 : 4
const variants = [
  { variant: 'yuma2', changes: {} },
  { variant: 'yuma3', changes: { yuma3Enabled: true } },
]

for (const point of points) measure(point)

/** Sizes that several curves share are measured once. */
function joined(all: readonly Point[]): Point[] {
  const byId = new Map<string, Point>()
  for (const point of all) {
    const known = byId.get(idOf(point))
    byId.set(idOf(point), { ...point, curves: [...(known?.curves ?? []), ...point.curves] })
  }
  return [...byId.values()]
}

function idOf({ n, validators: count, density }: NetworkSize): string {
  return `n=${n} V=${count} d=${density}`
}

function measure(point: Point): void {
  const inputs = chainInputs(point)
  const rows = variants.map(({ variant, changes }) => {
    const params = { ...baselineParams, maxAllowedValidators: point.validators, ...changes }
    const id = `${idOf(point)} ${variant}`
    const yuma = new YumaConsensus(params)
    const epoch = recordedBy(params)
    const digests = inputs.map((input) => digestOf(epoch(input)))
    checkDigest(`curve ${id}`, digests)
    return { id, variant, params, digests, yuma, timesUs: [] as number[] }
  })
  const baselineUs: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    collectGarbage()
    baselineUs.push(timeNaive({ ...point, inputs: baselineInputs(point), rounds: 1 }).medianUs)
    for (const row of rows) pass(row, inputs)
  }
  for (const row of rows) print(point, row, inputs, median(baselineUs))
}

/** As many networks as the baseline can make and compute in a tenth of a second: all of them up to 16,384 places. */
function baselineInputs({ validators: count, n }: NetworkSize): number {
  return Math.max(2, Math.min(INPUTS, Math.floor((INPUTS * 16_384) / (count * n))))
}

interface Row {
  readonly id: string
  readonly variant: string
  readonly params: typeof baselineParams
  readonly digests: readonly number[]
  readonly yuma: YumaConsensus
  readonly timesUs: number[]
}

/** Every input once to compare the results, which empties the caches, and once to take the times. */
function pass({ id, yuma, digests, timesUs }: Row, inputs: readonly EpochInput[]): void {
  const check = (output: EpochOutput, k: number): void => {
    if (digestOf(output) !== digests[k]) fail(`${id}: the engine gives another result for input ${k}`)
  }
  for (const [k, input] of inputs.entries()) check(yuma.run(input), k)
  collectGarbage()
  let last: EpochOutput | undefined
  for (const input of inputs) {
    const { us, result } = timed(() => yuma.run(input))
    timesUs.push(us)
    last = result
  }
  check(last!, inputs.length - 1)
}

function print(point: Point, row: Row, inputs: readonly EpochInput[], baselineUs: number): void {
  const { medianUs, ...spread } = summary(row.timesUs)
  const nonZeros = Math.round(median(inputs.map(({ weights }) => weights.value.length)))
  const run = row.yuma.info.lastRun
  for (const curve of point.curves) {
    report({
      bench: 'consensus/curves',
      id: row.id,
      curve,
      n: point.n,
      validators: point.validators,
      density: point.density,
      nonZeros,
      variant: row.variant,
      penalty: row.params.bondsPenaltyU16,
      engine: row.yuma.info.engine,
      layout: run?.engine === 'wasm' ? run.layout : 'plain',
      medianUs,
      nsPerEntry: rounded((medianUs * 1_000) / nonZeros),
      baselineUs: rounded(baselineUs),
      ratio: rounded(baselineUs / medianUs),
      ...spread,
    })
  }
}
