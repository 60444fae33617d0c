// `npm run compare`: compares the engines of the exact epoch on random networks, bit for bit, on threads: the long form of
// test/property/engines.test.ts, on the same networks.
import { appendFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { runFacts } from './bench/record.mjs'
import { bundle } from './bundle.mjs'
import { readOptions, wrongNumber } from './options.mjs'
import { ensureInstalled, root } from './setUp.mjs'

const help = `Usage: npm run compare -- [options]

Computes random networks with every engine and on every path, and compares the results bit for bit. The result goes to standard
output as one JSON line, progress to standard error. Ends with 1 when a result differs, with the number of the network in the
series of the seed and the smallest network found that fails.

Options:
  --networks N      how many networks (default 10000)
  --seed TEXT       the series of networks (default: a new one, which is printed)
  --workers N       threads (default: one for each processor)
  --record          also append the line to bench/comparisons.jsonl
  --record FILE     ... or to FILE
  --help            show this text
`

const bounds = { networks: [1, 2 ** 31 - 2 ** 16], workers: [1, 64] }
const { values, texts } = readOptions(
  help,
  {
    networks: { type: 'string', default: '10000' },
    seed: { type: 'string', default: `${process.hrtime.bigint()}` },
    workers: { type: 'string', default: String(availableParallelism()) },
    record: { type: 'boolean' },
  },
  (given, [file, ...rest]) => {
    const unexpected = given.record ? rest[0] : file
    return unexpected === undefined ? wrongNumber(given, bounds) : `Unexpected argument '${unexpected}'`
  },
)
const [networks, workers] = [Number(values.networks), Number(values.workers)]
if (!ensureInstalled()) process.exit(1)

const outfile = join(root, '.build/compare/worker.mjs')
const counters = new Int32Array(new SharedArrayBuffer(20))
const mismatches = []
const startedMs = Date.now()
const secondsSoFar = () => Math.round((Date.now() - startedMs) / 100) / 10
let interrupted = false

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt)
await bundle(join(root, 'test/property/compareWorker.ts'), outfile)
console.error(`seed "${values.seed}", ${networks} networks, ${workers} threads`)
const ticker = setInterval(showProgress, 5_000)
await Promise.all(Array.from({ length: workers }, work))
clearInterval(ticker)
finish()

/** The threads end after the network they are at; a second signal ends everything. */
function interrupt() {
  if (interrupted) process.exit(130)
  interrupted = true
  Atomics.store(counters, 2, 1)
}

function work() {
  const thread = new Worker(outfile, { workerData: { seed: values.seed, networks, counters, chunk: 16 } })
  thread.on('message', ({ smallest, ...mismatch }) => {
    if (smallest !== undefined) {
      console.error(`network ${mismatch.index}, made smaller: ${JSON.stringify(smallest)}`)
      return
    }
    mismatches.push(mismatch)
    console.error(`network ${mismatch.index}, ${mismatch.engine}: ${mismatch.difference}`)
    // One defect may spoil every network.
    if (mismatches.length >= 20) Atomics.store(counters, 2, 1)
  })
  return new Promise((end, fail) => {
    thread.on('error', fail)
    thread.on('exit', end)
  })
}

function showProgress() {
  const done = Atomics.load(counters, 1)
  const leftS = Math.round((secondsSoFar() / Math.max(done, 1)) * (networks - done))
  console.error(`${done} of ${networks} networks, ${mismatches.length} mismatches, about ${leftS} s left`)
}

function finish() {
  const result = {
    ...runFacts(root),
    seed: values.seed,
    networks: Atomics.load(counters, 1),
    seconds: secondsSoFar(),
    workers,
    epochs: { wasm: Atomics.load(counters, 3), leftToPlain: Atomics.load(counters, 4) },
    mismatches: mismatches.map(({ index, engine, difference }) => ({ index, engine, difference })),
  }
  console.log(JSON.stringify(result))
  if (values.record && !interrupted) {
    const file = texts[0] === undefined ? 'bench/comparisons.jsonl' : resolve(texts[0])
    appendFileSync(resolve(root, file), `${JSON.stringify(result)}\n`)
  }
  process.exitCode = mismatches.length > 0 ? 1 : interrupted ? 130 : 0
}
