// `npm run bench`: runs every bench/**/*.bench.ts on the sources and prints one JSON line per measurement.
import { appendFileSync, mkdirSync, readdirSync } from 'node:fs'
import { constants, loadavg } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { compareWith } from './bench/against.mjs'
import { epochRows, ledgerRows, record, runFacts, whyNotRecord, writeWhole } from './bench/record.mjs'
import { runProgram } from './bench/run.mjs'
import { bundle } from './bundle.mjs'
import { readOptions, wrongNumber } from './options.mjs'
import { ensureInstalled, root } from './setUp.mjs'

const help = `Usage: npm run bench -- [options] [text ...]

Measures the sources of this clone. Measurements go to standard output, one JSON line each; progress goes to standard error.
With one or more texts, only the bench files whose path holds one of them are run.

Options:
  --quick           fewer rounds and only the smaller sizes: the run of continuous integration
  --json FILE       also write the measured epochs, and the ledger's rows that have a goal, as one array
  --out FILE        also append every line to a file
  --record          keep the lines in bench/results/ and write the tables and pictures of docs/performance.md;
                    needs a clean commit, which every line names
  --against COMMIT  run the files on the sources of that commit and on these in turns, and print what each row took on
                    both; nothing is recorded
  --turns N         ... so many times (default 5)
  --write-digests   record the digests of the results instead of comparing them
  --help            show this text
`

const started = Date.now()
const { values, texts } = readOptions(
  help,
  {
    against: { type: 'string' },
    json: { type: 'string' },
    out: { type: 'string' },
    quick: { type: 'boolean' },
    record: { type: 'boolean' },
    turns: { type: 'string', default: '5' },
    'write-digests': { type: 'boolean' },
  },
  (given) => wrongNumber(given, { turns: [1, 1_000] }),
)
const files = filesMatching(texts)
const refusal = values.record ? whyNotRecord(root, values) : undefined
if (refusal !== undefined) stop(1, refusal)

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopping.abort(signal))

if (!ensureInstalled()) process.exit(1)
const programArgs = ['quick', 'write-digests'].filter((name) => values[name]).map((name) => `--${name}`)
if (values.against !== undefined) {
  const { signal } = stopping
  const options = { turns: Number(values.turns), args: programArgs, signal, say }
  const table = await compareWith(values.against, files, options).catch(({ message }) => stop(1, message))
  endIfStopped()
  console.log(table)
  process.exit()
}

const run = runFacts(root)
const records = []
const failed = []
// All are bundled before the first one runs, so that what is measured is one state of the sources.
const bundled = []
for (const file of files) bundled.push({ file, program: await programOf(file) })
for (const { file, program } of bundled) {
  if (stopping.signal.aborted) break
  const rows = program === undefined ? undefined : await rowsOf(file, program)
  if (rows === undefined) failed.push(file)
  else records.push(...rows)
}
endIfStopped()

if (values.json !== undefined)
  writeWhole(
    resolve(values.json),
    `${JSON.stringify([...epochRows(records), ...ledgerRows(records)], null, 2)}\n`,
  )
if (values.record) await record(root, records, { isWhole: texts.length === 0 && failed.length === 0 })
say(`${files.length - failed.length} of ${files.length} bench files in ${secondsSince(started)} s`)
if (failed.length > 0)
  say(`Failed: ${failed.join(', ')}${values.record ? '; what was recorded of them stays' : ''}`)
process.exitCode = failed.length > 0 ? 1 : 0

function filesMatching(texts) {
  const all = readdirSync(join(root, 'bench'), { recursive: true })
    .map((path) => String(path).replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.bench.ts'))
    .sort()
  const unknown = texts.find((text) => !all.some((path) => path.includes(text)))
  if (unknown === undefined)
    return all.filter((path) => texts.length === 0 || texts.some((text) => path.includes(text)))
  return stop(
    2,
    `No bench file's path holds "${unknown}". There are:\n${all.map((path) => `  ${path}`).join('\n')}`,
  )
}

/** The program of one bench file, or `undefined` when it cannot be bundled; esbuild has then said why. */
function programOf(file) {
  const outfile = join(root, '.build/bench', `${file.replace(/\.ts$/, '').replaceAll('/', '-')}.mjs`)
  return bundle(join(root, 'bench', file), outfile).catch(() => undefined)
}

/** The rows of one file, or `undefined` when it failed: then none of its figures can be trusted. */
async function rowsOf(file, program) {
  const startedFile = Date.now()
  const place = `${files.indexOf(file) + 1}/${files.length} ${file}`
  say(`${place} ...`)
  const rows = []
  const ending = await runProgram(program, {
    cwd: root,
    args: programArgs,
    signal: stopping.signal,
    onRow: (row) => rows.push(shown({ ...row, ...run, load: Number(loadavg()[0].toFixed(1)) })),
  })
  say(`${place} ${ending === 0 ? 'took' : `FAILED (${ending}) after`} ${secondsSince(startedFile)} s`)
  return ending === 0 ? rows : undefined
}

function shown(row) {
  console.log(JSON.stringify(row))
  if (values.out !== undefined) {
    const path = resolve(values.out)
    mkdirSync(dirname(path), { recursive: true })
    appendFileSync(path, `${JSON.stringify(row)}\n`)
  }
  return row
}

function secondsSince(ms) {
  return ((Date.now() - ms) / 1_000).toFixed(1)
}

function endIfStopped() {
  const { aborted, reason } = stopping.signal
  if (aborted) stop(128 + constants.signals[reason], `Stopped by ${reason}: nothing is recorded.`)
}

/** Standard output belongs to the measurements. */
function say(text) {
  process.stderr.write(`${text}\n`)
}

function stop(code, text) {
  say(text)
  process.exit(code)
}
