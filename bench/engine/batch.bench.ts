// Many subnets at once: the same batch on one worker and on two, in turns. Every result of both is compared with the reference.
import { runEpoch } from 'subnetkit/consensus'
import { type BatchSubnet, EpochBatch, EpochPool, epochBatch, YumaConsensus } from 'subnetkit/engine'
import { checkDigest, fail, storedDigestOf } from '../support/digest.js'
import { collectGarbage, quick, report, rounded, summary } from '../support/measure.js'
import { baselineParams, chainInputs, type NetworkSize } from '../support/networks.js'

const size: NetworkSize = { validators: 64, n: 256, density: 1 }
const SUBNETS = quick ? 200 : 4_000
const TURNS = quick ? 3 : 7
/** Different networks; each runs with both rules, so that a batch rotates through twice as many subnets. */
const NETWORKS = 24

const inputs = chainInputs(size, NETWORKS)
const rules = [baselineParams, { ...baselineParams, yuma3Enabled: true }]
const kinds: BatchSubnet[] = inputs.flatMap((input) => rules.map((params) => ({ input, params })))
const subnets = Array.from({ length: SUBNETS }, (_, k) => kinds[k % kinds.length]!)
const digests = kinds.map(({ input, params }) => storedDigestOf(runEpoch(input, params)))
checkDigest('batch n=256 V=64 d=1 yuma2 and yuma3', digests)

const batch = new EpochBatch(subnets)
await using one = await EpochPool.start({ workers: 1 })
await using two = await EpochPool.start({ workers: 2 })
const rows = [
  { engine: 'pool, 1 worker', workers: 1, run: () => one.run(batch), timesUs: [] as number[] },
  { engine: 'pool, 2 workers', workers: 2, run: () => two.run(batch), timesUs: [] as number[] },
]
// The threads compile the engine in their first runs.
for (let turn = 0; turn < 2; turn++) for (const { run } of rows) await run()
for (const { engine, run } of rows) {
  await run()
  checkAll(engine, (k) => batch.output(k))
}
for (let turn = 0; turn < TURNS; turn++) {
  for (const { run, timesUs } of rows) timesUs.push(await timedUs(run))
}
for (const { engine, run } of rows) {
  await run()
  checkAll(engine, (k) => batch.output(k))
}

const single = inOneThread()
const once = [await wholeCalls(1), await wholeCalls(2)]
const following = [await followingEpochs(one), await followingEpochs(two)]
const oneUs = summary(rows[0]!.timesUs).medianUs
for (const { engine, workers, timesUs } of [...rows, ...following, single, ...once]) {
  const { medianUs, ...spread } = summary(timesUs)
  report({
    bench: 'engine/batch',
    id: `${SUBNETS} subnets n=${size.n} V=${size.validators} d=${size.density} ${engine}`,
    subnets: SUBNETS,
    n: size.n,
    validators: size.validators,
    nonZeros: inputs[0]!.weights.value.length,
    engine,
    workers,
    medianUs,
    usPerSubnet: rounded(medianUs / SUBNETS),
    speedUp: rounded(oneUs / medianUs),
    ...spread,
  })
}

/** What a caller without a pool has: one epoch after the other in its own thread, results in memory used again. */
function inOneThread(): (typeof rows)[number] {
  const engines = rules.map((params) => new YumaConsensus(params, { reuseOutput: true }))
  const timesUs: number[] = []
  const run = (): void => {
    for (let k = 0; k < SUBNETS; k++) engines[k % rules.length]!.run(subnets[k]!.input)
  }
  run()
  for (let turn = 0; turn < Math.min(5, TURNS); turn++) {
    const start = process.hrtime.bigint()
    run()
    timesUs.push(microsecondsSince(start))
  }
  checkAll('one thread', (k) => engines[k % rules.length]!.run(subnets[k]!.input))
  return { engine: 'the calling thread, no batch', workers: 0, run: async () => {}, timesUs }
}

/** One call that starts threads, lays inputs before them and ends them: for a batch that comes once. */
async function wholeCalls(workers: number): Promise<(typeof rows)[number]> {
  const timesUs: number[] = []
  for (let turn = 0; turn < Math.min(5, TURNS); turn++) {
    collectGarbage()
    const start = process.hrtime.bigint()
    const outputs = await epochBatch(subnets, { workers })
    timesUs.push(microsecondsSince(start))
    checkAll('epochBatch', (k) => outputs[k]!)
  }
  return {
    engine: `\`epochBatch\`, ${plural(workers)}, start included`,
    workers,
    run: async () => {},
    timesUs,
  }
}

/** Epochs that follow one another in one batch, all weights set anew for each; results are compared with epochs by hand. */
async function followingEpochs(pool: EpochPool): Promise<(typeof rows)[number]> {
  const state = kinds.map(({ input }) => input)
  const weightsOf = (kind: number, epoch: number) => inputs[(kind + epoch) % inputs.length]!.weights
  const batch = new EpochBatch(subnets)
  const timesUs: number[] = []
  await pool.run(batch)
  for (let epoch = 1; epoch <= TURNS; epoch++) {
    for (const [kind, { params }] of kinds.entries()) {
      const { bonds, validatorPermit } = runEpoch(state[kind]!, params)
      const { currentBlock } = state[kind]!
      state[kind] = {
        ...state[kind]!,
        bonds,
        validatorPermit,
        lastStepBlock: currentBlock,
        currentBlock: currentBlock + 361,
        weights: weightsOf(kind, epoch),
      }
    }
    const start = process.hrtime.bigint()
    batch.advance({ blocks: 361 })
    for (let k = 0; k < SUBNETS; k++) batch.set(k, { weights: weightsOf(k % kinds.length, epoch) })
    await pool.run(batch)
    timesUs.push(microsecondsSince(start))
  }
  const last = kinds.map(({ params }, kind) => storedDigestOf(runEpoch(state[kind]!, params)))
  for (let k = 0; k < SUBNETS; k++) {
    if (storedDigestOf(batch.output(k)) !== last[k % last.length])
      fail(`epochs in a row: subnet ${k} differs`)
  }
  const { workers } = pool
  const engine = `epochs in a row, new weights in each, ${plural(workers)}`
  return { engine, workers, run: async () => {}, timesUs }
}

function plural(workers: number): string {
  return workers === 1 ? '1 worker' : `${workers} workers`
}

function checkAll(engine: string, outputOf: (k: number) => ReturnType<typeof runEpoch>): void {
  for (let k = 0; k < SUBNETS; k++) {
    if (storedDigestOf(outputOf(k)) !== digests[k % digests.length])
      fail(`${engine}: subnet ${k} has another result`)
  }
}

async function timedUs(run: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint()
  await run()
  return microsecondsSince(start)
}

function microsecondsSince(start: bigint): number {
  return Number(process.hrtime.bigint() - start) / 1_000
}
