// `npm run bench`: runs every bench/**/*.bench.ts on the sources and prints one JSON line per measurement.
//   npm run bench -- consensus               only files whose path holds the text
//   npm run bench -- consensus --json FILE   also writes the measured epochs as one array
//   npm run bench -- --quick                 the short run of continuous integration, under a minute
//   npm run bench -- --record                keeps the lines in bench/results/ and writes the tables of docs/performance.md
//   npm run bench -- --out FILE              appends the lines to a file
//   npm run bench -- --write-digests         records the digests of the results instead of comparing them
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { ensureInstalled, root } from './setUp.mjs'
import { writeWorkerProgram } from './workerProgram.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    filter: { type: 'string' },
    json: { type: 'string' },
    out: { type: 'string' },
    quick: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    'write-digests': { type: 'boolean', default: false },
  },
})
if (!ensureInstalled()) process.exit(1)
const { build } = await import('esbuild')
await writeWorkerProgram(build)

const wanted = [...positionals, ...(values.filter === undefined ? [] : [values.filter])]
const files = readdirSync(join(root, 'bench'), { recursive: true })
  .map((path) => String(path).replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.bench.ts'))
  .filter((path) => wanted.length === 0 || wanted.some((text) => path.includes(text)))
  .sort()
const run = {
  at: new Date().toISOString().slice(0, 16),
  node: process.version,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  commit: commit(),
}

let failed = files.length === 0
if (failed) console.error('No bench file matches.')
const records = []
for (const file of files) failed = !(await runFile(file)) || failed
if (values.json !== undefined) writeJson(resolve(values.json))
if (values.record && !failed) await record()
process.exitCode = failed ? 1 : 0

/** A process of its own: one bench's heap and compiled code do not touch the next one's times. */
async function runFile(file) {
  const outfile = join(root, '.build/bench', `${basename(file, '.ts')}.mjs`)
  await build({
    entryPoints: [join(root, 'bench', file)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    alias: { subnetkit: join(root, 'src') },
    logLevel: 'warning',
  })
  const flags = ['quick', 'write-digests'].filter((name) => values[name]).map((name) => `--${name}`)
  const child = spawn(process.execPath, ['--expose-gc', '--max-old-space-size=8192', outfile, ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((end) => child.on('close', end))
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) keep({ ...JSON.parse(line), ...run, load: Number(loadavg()[0].toFixed(1)) })
  }
  return (await ended) === 0
}

function keep(entry) {
  records.push(entry)
  console.log(JSON.stringify(entry))
  if (values.out !== undefined) append(resolve(values.out), entry)
}

function append(path, entry) {
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, `${JSON.stringify(entry)}\n`)
}

function writeJson(path) {
  const keys = [
    'id',
    'n',
    'validators',
    'nonZeros',
    'variant',
    'penalty',
    'engine',
    'medianUs',
    'baselineUs',
    'ratio',
  ]
  const rows = records
    .filter(({ baselineUs }) => baselineUs !== undefined)
    .map((entry) => Object.fromEntries(keys.map((key) => [key, entry[key]])))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(rows, null, 2)}\n`)
}

/** Replaces what is recorded of the benches that ran, and the tables made from it. */
async function record() {
  const path = join(root, 'bench/results/recorded.jsonl')
  const ran = new Set(records.map(({ bench }) => bench))
  const kept = readFileSync(path, { encoding: 'utf8', flag: 'a+' })
    .split('\n')
    .filter((line) => line !== '' && !ran.has(JSON.parse(line).bench))
  const lines = [...kept, ...records.map((entry) => JSON.stringify(entry))]
  writeFileSync(path, `${lines.join('\n')}\n`)
  const { writeTables } = await import('./benchTables.mjs')
  writeTables()
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
