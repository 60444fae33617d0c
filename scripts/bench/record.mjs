// What the bench command keeps: which commit is measured, the recorded lines, and the array of `--json`.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'

const RECORDED = 'bench/results/recorded.jsonl'

/** What a recording writes itself: changes there do not make the measured sources others than those of the commit. */
const WRITTEN = ['bench/results', 'docs/performance.md', 'docs/images']

/** The commit a working copy is at, with `+changes` when its files are not those of the commit; `unknown` outside of git. */
export function commitOf(folder) {
  try {
    return git(folder, 'rev-parse', '--short', 'HEAD') + (changesIn(folder) === '' ? '' : '+changes')
  } catch {
    return 'unknown'
  }
}

/** When, where and of which sources a run is, as its lines say. */
export function runFacts(folder) {
  const at = new Date().toISOString().slice(0, 16)
  const processors = cpus()
  const cpu = processors[0]?.model.trim() ?? 'unknown'
  return { at, node: process.version, cpu, cores: processors.length, commit: commitOf(folder) }
}

/**
 * Why nothing may be recorded, as a message with its remedy; `undefined` when nothing stands in the way.
 *
 * @param {{ quick?: boolean }} options
 */
export function whyNotRecord(folder, { quick = false } = {}) {
  if (quick) return 'A quick run is too short to be recorded. Leave out --quick or --record.'
  if (commitOf(folder) === 'unknown')
    return 'Nothing can be recorded here: recorded lines name a commit, and this folder is not a clone that has one.'
  const changes = changesIn(folder)
  if (changes === '') return undefined
  return `The working tree has changes that no commit holds:\n${changes}\nRecorded lines name the commit they measure. Commit the changes first, or leave out --record (--out FILE keeps the lines elsewhere).`
}

function changesIn(folder) {
  const outside = WRITTEN.map((path) => `:(exclude)${path}`)
  return git(folder, 'status', '--porcelain', '--', '.', ...outside)
}

/** What git answers; throws when it refuses. */
export function git(folder, ...args) {
  return execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trimEnd()
}

const KEYS = [
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

/** The measured epochs, with the keys that tools outside read. The curves repeat some of their sizes in fewer rounds. */
export function epochRows(records) {
  return records
    .filter((row) => row.bench !== 'consensus/curves' && KEYS.every((key) => row[key] !== undefined))
    .map((row) => Object.fromEntries(KEYS.map((key) => [key, row[key]])))
}

/** Of a run, not of a measurement. */
const FACTS = ['bench', 'at', 'node', 'cpu', 'cores', 'commit', 'load']

/** The rows of a ledger that have a goal: their time beside the baseline's, or the bytes they hold. */
export function ledgerRows(records) {
  return records
    .filter(({ bench, ratio, bytes }) => bench.startsWith('ledger/') && (ratio ?? bytes) !== undefined)
    .map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !FACTS.includes(key))))
}

/** Recorded lines after a run: its benches' lines take the place of their old ones; a whole run leaves nothing else. */
export function mergedRows(old, fresh, { isWhole }) {
  const ran = new Set(fresh.map(({ bench }) => bench))
  return [...(isWhole ? [] : old.filter(({ bench }) => !ran.has(bench))), ...fresh]
}

/** The lines of a results file. */
export function rowsIn(path) {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Keeps the rows of a run, and writes what the documents show of them. */
export async function record(folder, fresh, { isWhole }) {
  const path = join(folder, RECORDED)
  const rows = mergedRows(rowsIn(path), fresh, { isWhole })
  writeWhole(path, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`)
  const { writePage } = await import('./page.mjs')
  await writePage(folder)
}

/** In one step, so that nobody finds half a file, whatever happens meanwhile. */
export function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, text)
  renameSync(draft, path)
}
