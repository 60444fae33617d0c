// Makes the tables and the picture of docs/performance.md from bench/results/*.jsonl. A test holds both to those files.
//   node scripts/benchTables.mjs     writes the tables between their markers, and the picture
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goalsAgainst } from './benchGoals.mjs'
import { rowsIn, writeWhole } from './benchRecord.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const PAGE = 'docs/performance.md'
const RESULTS = 'bench/results'

/** Where the picture lies, from the root of the project. */
export const picture = 'docs/images/epoch-cost.svg'

/** Everything that is recorded: what `--record` keeps, and beside it what was brought from other machines. */
export function recordedRows(folder = root) {
  const results = join(folder, RESULTS)
  return readdirSync(results)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => rowsIn(join(results, name)))
}

const number = (value) =>
  value === undefined ? '' : value.toLocaleString('en', { maximumSignificantDigits: 4 })
const whole = (value) => (value === undefined ? '' : Math.round(value).toLocaleString('en'))
const times = (value) => (value === undefined ? '' : `${number(value)}x`)

function table(heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map((_, k) => (k === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

const spread = (r) => (r.p10Us === undefined ? '' : `${number(r.p10Us)} to ${number(r.p90Us)}`)

const distinct = (values) => [...new Set(values)]

function folded(summary, text) {
  return `<details>\n<summary>${summary}</summary>\n\n${text}\n\n</details>`
}

/** What each table shows, by the name in its marker: the benches it reads, and how it draws their rows. */
const tables = {
  goals: {
    benches: ['consensus/epoch', 'engine/batch', 'engine/gpu'],
    draw: (rows) =>
      table(
        ['work', 'goal', 'stretch', 'measured', 'reached'],
        goalsAgainst(rows).map(({ work, goal, stretch, measured, verdict }) => [
          work,
          `${goal}x`,
          `${stretch}x`,
          times(measured),
          verdict,
        ]),
      ),
  },
  'consensus/epoch': { benches: ['consensus/epoch'], draw: drawEpochs },
  'consensus/curves': { benches: ['consensus/curves'], draw: drawCurveTables },
  'engine/batch': {
    benches: ['engine/batch'],
    draw: (rows) =>
      table(
        ['batch', 'computed by', 'ms', '10% to 90%', 'µs per subnet', 'against one worker'],
        rows.map((r) => [
          `${whole(r.subnets)} of ${r.n} x ${r.validators}`,
          r.engine,
          number(r.medianUs / 1_000),
          `${number(r.p10Us / 1_000)} to ${number(r.p90Us / 1_000)}`,
          number(r.usPerSubnet),
          times(r.speedUp),
        ]),
      ),
  },
  'engine/memory': {
    benches: ['engine/memory'],
    draw: (rows) =>
      table(
        ['held by', 'network', 'bytes in WebAssembly', 'bytes in JavaScript', 'per neuron', 'per entry'],
        rows.map((r) => [
          r.holder,
          `n=${whole(r.n)} V=${whole(r.validators)} d=${r.density}`,
          whole(r.wasmBytes),
          whole(r.heldBytes),
          number(r.bytesPerNeuron),
          number(r.bytesPerEntry),
        ]),
      ),
  },
  'engine/heap': {
    benches: ['engine/heap'],
    draw: (rows) =>
      table(
        [
          'epochs by',
          'epochs measured',
          'bytes left behind per 1,000 epochs',
          'least and most of the rounds',
        ],
        rows.map((r) => [
          r.holder,
          whole(r.epochs),
          whole(r.bytesPer1000),
          `${whole(r.leastBytes)} to ${whole(r.mostBytes)}`,
        ]),
      ),
  },
  'engine/steps': {
    benches: ['engine/steps'],
    draw: (rows) =>
      table(
        ['network and rules', 'step', 'µs', 'share'],
        rows.map((r) => [r.id, r.step, number(r.medianUs), `${number(r.sharePercent)}%`]),
      ),
  },
  'engine/gpu': { benches: ['engine/gpu'], draw: drawDevices },
  compute: { benches: ['compute/'], draw: drawDevices },
  'bundle/size': {
    benches: ['bundle/size'],
    draw: (rows) =>
      table(
        ['subpath', 'runs on', 'bytes, minified', 'bytes, gzip', 'loaded when used'],
        rows.map((r) => [
          `\`${r.id}\``,
          r.platform,
          whole(r.bytes),
          whole(r.gzipBytes),
          r.laterBytes === 0 ? '' : whole(r.laterBytes),
        ]),
      ),
  },
  'ledger/blocks': {
    benches: ['ledger/blocks'],
    draw: (rows) =>
      table(
        ['block', 'n', 'validators', 'blocks', 'µs', '10% to 90%'],
        rows.map((r) => [
          r.work,
          whole(r.n),
          whole(r.validators),
          whole(r.runs),
          number(r.medianUs),
          spread(r),
        ]),
      ),
  },
}

/** One line per network and rules, one column per engine; the spread of every figure is folded away. */
function drawEpochs(rows) {
  const engines = distinct(rows.map(({ engine }) => engine))
  const caseOf = (r) =>
    `n=${whole(r.n)}, V=${whole(r.validators)}, ${r.variant.replace('yuma3-liquid', 'yuma3, liquid,').replace('yuma', 'Yuma ')}, penalty ${whole(r.penalty)}`
  const cases = distinct(rows.map(caseOf))
  const cell = (r) => (r === undefined ? '' : `${number(r.medianUs)} (${times(r.ratio)})`)
  const summary = table(
    ['network and rules', 'entries', 'baseline', ...engines],
    cases.map((name) => {
      const group = rows.filter((r) => caseOf(r) === name)
      const cells = engines.map((engine) => cell(group.find((r) => r.engine === engine)))
      return [name, whole(group[0].nonZeros), number(group[0].baselineUs), ...cells]
    }),
  )
  const everySpread = table(
    ['measurement', 'runs', 'µs', '10% to 90%', 'baseline µs', 'times baseline'],
    rows.map((r) => [
      r.id,
      whole(r.runs),
      number(r.medianUs),
      spread(r),
      number(r.baselineUs),
      times(r.ratio),
    ]),
  )
  return `Medians in µs, and in brackets how many times faster than the baseline.\n\n${summary}\n\n${folded('Spread of every measurement', everySpread)}`
}

/** What was computed where: the device by its name, and against what. */
function drawDevices(rows) {
  return table(
    ['work', 'computed by', 'device', 'µs', '10% to 90%', 'times the cpu'],
    rows.map((r) => [
      r.id,
      r.engine ?? r.backend,
      r.device ?? '',
      number(r.medianUs),
      spread(r),
      times(r.ratio),
    ]),
  )
}

const curves = {
  n: 'Against servers, 64 validators, every entry there',
  validators: 'Against validators, 1,024 servers, every entry there',
  density: 'Against density, 64 validators and 4,096 servers',
}

function drawCurveTables(rows) {
  return Object.entries(curves)
    .map(([curve, title]) => {
      const group = rows.filter((r) => r.curve === curve)
      const body = table(
        [
          curve,
          'rules',
          'entries',
          'layout',
          'µs',
          '10% to 90%',
          'ns per entry',
          'baseline µs',
          'times baseline',
        ],
        group.map((r) => [
          number(r[curve]),
          r.variant,
          whole(r.nonZeros),
          r.layout,
          number(r.medianUs),
          spread(r),
          number(r.nsPerEntry),
          number(r.baselineUs),
          times(r.ratio),
        ]),
      )
      return `**${title}.** ${growth(group, curve)}\n\n${body}`
    })
    .join('\n\n')
}

/** Exponent of the power of `curve` that fits the times best, by rules. */
function growth(rows, curve) {
  const fits = distinct(rows.map(({ variant }) => variant)).map((variant) => {
    const points = rows
      .filter((r) => r.variant === variant)
      .map((r) => [Math.log(r[curve]), Math.log(r.medianUs)])
    const mean = (k) => points.reduce((sum, point) => sum + point[k], 0) / points.length
    const [x, y] = [mean(0), mean(1)]
    const above = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0)
    const below = points.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
    return `${(above / below).toFixed(2)} (${variant})`
  })
  return `The time grows with ${curve} to the power of ${fits.join(' and ')} over this range.`
}

/** What a table says above itself: where and when its figures were taken. */
function origin(rows) {
  const of = (r) => `${r.at} UTC at commit \`${r.commit}\`: ${r.cpu}, ${r.cores} cores, Node ${r.node}`
  const loads = (group) => {
    const [least, most] = [Math.min, Math.max].map((pick) => pick(...group.map(({ load }) => load)))
    return least === most ? `${least}` : `${least} to ${most}`
  }
  const places = distinct(rows.map(of)).map((place) => {
    const group = rows.filter((r) => of(r) === place)
    return `Recorded ${place}, load average ${loads(group)}.`
  })
  return places.join('\n')
}

/** A name that ends with a slash stands for every bench of that folder. */
function belongs(bench, name) {
  return name.endsWith('/') ? bench.startsWith(name) : bench === name
}

/**
 * A page with every table replaced by what the rows give.
 *
 * @param {string} text
 * @param {readonly Record<string, unknown>[]} [rows] what is recorded, unless given
 */
export function withTables(text, rows = recordedRows()) {
  return text.replace(/(<!-- table (\S+) -->\n)[\s\S]*?(<!-- end -->)/g, (_whole, start, name, end) => {
    const shown = tables[name]
    if (shown === undefined) throw new RangeError(`No table is known by the name ${name}.`)
    const own = rows.filter(({ bench }) => shown.benches.some((name) => belongs(bench, name)))
    const body = own.length === 0 ? 'Not recorded yet.' : `${origin(own)}\n\n${shown.draw(own)}`
    return `${start}\n${body}\n\n${end}`
  })
}

/** Writes the page and its picture; each appears whole or not at all. */
export async function writePage(folder = root) {
  const rows = recordedRows(folder)
  const page = join(folder, PAGE)
  const text = withTables(readFileSync(page, 'utf8'), rows)
  const drawn = await pictureOf(rows)
  if (drawn !== undefined) writeWhole(join(folder, picture), drawn)
  writeWhole(page, text)
}

/** The picture that belongs to these rows; `undefined` where none of them are in it. */
export async function pictureOf(rows) {
  const own = rows.filter(({ bench }) => bench === 'consensus/curves')
  if (own.length === 0) return undefined
  const { drawCurves } = await import('./benchChart.mjs')
  return drawCurves(own)
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await writePage()
