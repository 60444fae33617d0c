// Makes the tables of docs/performance.md from bench/results/recorded.jsonl. A test holds the page to them.
//   node scripts/benchTables.mjs     writes the tables between their markers
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const page = new URL('../docs/performance.md', import.meta.url)
const results = new URL('../bench/results/recorded.jsonl', import.meta.url)

/** The recorded measurements of one bench. */
function recordsOf(bench) {
  return readFileSync(results, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter((entry) => entry.bench === bench)
}

const number = (value) =>
  value === undefined ? '' : value.toLocaleString('en', { maximumSignificantDigits: 4 })

function table(heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map((_, k) => (k === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

const tables = {
  'consensus/epoch': (records) =>
    table(
      ['network, rules, engine', 'non-zeros', 'µs', '10% to 90%', 'baseline µs', 'times baseline'],
      records.map((r) => [
        r.id,
        number(r.nonZeros),
        number(r.medianUs),
        `${number(r.p10Us)} to ${number(r.p90Us)}`,
        number(r.baselineUs),
        `${number(r.ratio)}x`,
      ]),
    ),
  'consensus/steps': (records) =>
    table(
      ['network and rules', 'step', 'µs', 'share'],
      records.map((r) => [r.id, r.step, number(r.us), `${number(r.sharePercent)}%`]),
    ),
  'consensus/scaling': (records) =>
    table(
      ['engine', 'validators', 'n', 'density', 'non-zeros', 'µs', 'ns per non-zero'],
      records.map((r) => [
        r.engine,
        number(r.validators),
        number(r.n),
        number(r.density),
        number(r.nonZeros),
        number(r.medianUs),
        number(r.nsPerNonZero),
      ]),
    ),
  'engine/batch': (records) =>
    table(
      ['subnets', 'engine', 'workers', 'ms per batch', 'µs per subnet', 'against one worker'],
      records.map((r) => [
        `${number(r.subnets)} of ${r.n} x ${r.validators}`,
        r.engine,
        r.workers,
        number(r.medianUs / 1_000),
        number(r.usPerSubnet),
        r.speedUp === undefined ? '' : `${number(r.speedUp)}x`,
      ]),
    ),
  'engine/memory': (records) =>
    table(
      ['what', 'bytes'],
      records.map((r) => [r.id, number(r.bytes)]),
    ),
  bundles: (records) =>
    table(
      ['subpath', 'bytes, minified', 'bytes, gzip'],
      records.map((r) => [`\`${r.id}\``, number(r.bytes), number(r.gzipBytes)]),
    ),
  'ledger/blocks': (records) =>
    table(
      ['case', 'µs'],
      records.map((r) => [r.case, number(r.medianUs)]),
    ),
  'compute/backends': (records) =>
    table(
      ['work', 'backend', 'device', 'µs', 'against cpu'],
      records.map((r) => [
        r.id,
        r.backend,
        r.device ?? '',
        number(r.medianUs),
        r.ratio === undefined ? '' : `${number(r.ratio)}x`,
      ]),
    ),
}

/** What a table says above itself: where and when its figures were taken. */
function origin(records) {
  const { at, node, cpu, cores, commit } = records[0]
  const loads = records.map(({ load }) => load)
  const load = `${Math.min(...loads)} to ${Math.max(...loads)}`
  return `Recorded ${at} UTC at commit \`${commit}\`: ${cpu}, ${cores} cores, Node ${node}, load average ${load}.`
}

/**
 * A page with every table replaced by what the recorded results give.
 *
 * @param {string} text
 * @returns {string}
 */
export function withTables(text) {
  return text.replace(/(<!-- table (\S+) -->\n)[\s\S]*?(<!-- end -->)/g, (_whole, start, bench, end) => {
    const draw = tables[bench]
    if (draw === undefined) throw new RangeError(`No table is known by the name ${bench}.`)
    const records = recordsOf(bench)
    const body = records.length === 0 ? 'Not recorded yet.' : `${origin(records)}\n\n${draw(records)}`
    return `${start}\n${body}\n\n${end}`
  })
}

export function writeTables() {
  writeFileSync(page, withTables(readFileSync(page, 'utf8')))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeTables()
