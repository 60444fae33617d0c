// Makes the tables and the picture of docs/performance.md from bench/results/*.jsonl. A test holds both to those files.
//   node scripts/bench/page.mjs     writes the tables between their markers, and the picture
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../setUp.mjs'
import { distinct, list, parts, shown, side, table, times } from './markdown.mjs'
import { rowsIn, writeWhole } from './record.mjs'

const PAGE = 'docs/performance.md'
const RESULTS = 'bench/results'

/** Where the picture lies, from the root of the project. */
export const picture = 'docs/images/epoch-cost.svg'

const spread = ({ p10Us, p90Us }) => (p10Us === undefined ? '' : `${shown(p10Us)} to ${shown(p90Us)}`)
const measured = { runs: 'runs', µs: 'medianUs', '10% to 90%': spread }
const againstBaseline = { 'baseline, µs': 'baselineUs', 'times baseline': ({ ratio }) => times(ratio) }
const timed = ({ medianUs, ratio }) => `${shown(medianUs)} (${times(ratio)})`
const network = ({ n, validators, density }) => `n=${n} V=${validators} d=${density}`

/** Which rows answer a goal, what of them, and what it aims at, in multiples. */
const goals = [
  { ids: /^n=256 V=64 d=1 yuma[23] penalty=65535 wasm reuse$/, goal: 14, stretch: 17 },
  { ids: /^n=1024 V=64 d=1 yuma[23] penalty=65535 wasm reuse$/, goal: 13, stretch: 16 },
  { ids: /^n=4096 V=64 d=1 yuma[23] penalty=65535 wasm reuse$/, goal: 10, stretch: 13 },
  { ids: /^n=256 V=64 d=1 yuma[23] penalty=30000 wasm reuse$/, goal: 9, stretch: 12 },
  { ids: /^n=4096 V=1024 d=0.1 yuma[23] penalty=65535 wasm reuse$/, goal: 40, stretch: 60 },
  { ids: /^n=256 V=64 d=1 yuma3-liquid steepness=1000 penalty=0 wasm reuse$/, goal: 3, stretch: 4 },
  { ids: /^n=256 V=64 d=1 yuma3-liquid steepness=(?!1000 )\d+ penalty=0 wasm reuse$/, goal: 1, stretch: 2 },
  { ids: /^4000 subnets .* pool, 2 workers$/, of: 'speedUp', goal: 1.7, stretch: 1.85 },
]

/** The same of a ledger's work, whose goals are times in multiples of the baseline's, or bytes: what is below them reaches them. */
const ledgerGoals = [
  { id: 'block-1', goal: 0.01, stretch: 0.004 },
  { id: 'block-128-quiet', goal: 0.03, stretch: 0.012 },
  { id: 'block-128', goal: 0.25, stretch: 0.12 },
  { id: 'epoch-256x64', goal: 0.4, stretch: 0.25 },
  { id: 'weights-256', goal: 0.03, stretch: 0.02 },
  { id: 'year-1', goal: 50_000, stretch: 22_000 },
  { id: 'month-128', goal: 110_000, stretch: 60_000 },
  { id: 'memory', of: 'bytes', goal: 1_500_000, stretch: 800_000 },
]
const isLedgerGoal = ({ id }) => ledgerGoals.some((one) => one.id === id)

function drawLedgerGoals(rows) {
  const lines = ledgerGoals.flatMap(({ id, of = 'ratio', goal, stretch }) =>
    rows
      .filter((row) => row.id === id)
      .map((row) => {
        const figure = row[of]
        const reached = figure <= stretch ? 'stretch' : figure <= goal ? 'goal' : 'missed'
        const unit = of === 'ratio' ? ' N' : ' bytes'
        return [
          id,
          ...[goal, stretch, figure].map((value) => `${shown(value)}${unit}`),
          reached,
          shown(row.medianUs ?? ''),
        ]
      }),
  )
  return table(['work', 'goal', 'stretch', 'measured', 'reached', 'µs'], lines)
}

function drawGoals(rows) {
  const reached = (figure, { goal, stretch }) =>
    figure === undefined ? '' : figure >= stretch ? 'stretch' : figure >= goal ? 'goal' : 'below'
  const lines = goals.flatMap((one) =>
    rows
      .filter(({ id }) => one.ids.test(id))
      .map((row) => {
        const figures = [row, rows.find(({ id }) => `${id} reuse` === row.id)].map(
          (r) => r?.[one.of ?? 'ratio'],
        )
        const cells = figures.flatMap((figure) => [times(figure), reached(figure, one)])
        return [row.id, times(one.goal), times(one.stretch), ...cells]
      }),
  )
  return table(['work', 'goal', 'stretch', 'measured', 'reached', 'results in new memory', 'reached'], lines)
}

/**
 * What traffic aims at, of which rows: `of` is the figure, `goal` its bound, from below unless `atMost`.
 *
 * Rates and spreads are in multiples of the bare echo's of the same run.
 */
const trafficGoals = [
  { bench: 'calls', ids: /^1 KB, one connection, 64 in flight$/, of: 'ratio', goal: 0.7, unit: 'x' },
  { bench: 'calls', ids: /^64 KB, one connection, 32 in flight$/, of: 'ratio', goal: 0.7, unit: 'x' },
  { bench: 'calls', ids: /, one connection, one at a time$/, of: 'ratio', goal: 0.6, unit: 'x' },
  { bench: 'latency', ids: /./, what: 'p99 ÷ p50', of: 'ratio', goal: 1.5, atMost: true, unit: 'x' },
  {
    bench: 'fanOut',
    ids: /./,
    what: 'longest, ms',
    of: 'longestUs',
    goal: 2_400,
    atMost: true,
    scale: 1_000,
  },
  { bench: 'fanOut', ids: /./, what: 'healthy answers lost', of: 'lost', goal: 0, atMost: true },
  { bench: 'handshakes', ids: /./, what: 'a second', of: 'perSecond', goal: 300 },
]

function drawTrafficGoals(rows) {
  const lines = trafficGoals.flatMap(
    ({ bench, ids, what = 'of the echo', of, goal, atMost, unit = '', scale = 1 }) =>
      rows
        .filter((row) => row.bench === `traffic/${bench}` && ids.test(row.id))
        .map((row) => {
          const figure = row[of] / scale
          const isReached = atMost ? figure <= goal : figure >= goal
          const bound = `${atMost ? 'at most' : 'at least'} ${shown(goal)}${unit}`
          return [`${row.id}: ${what}`, bound, `${shown(figure)}${unit}`, isReached ? 'goal' : 'missed']
        }),
  )
  return table(['work', 'goal', 'measured', 'reached'], lines)
}

const ms = (field) => (row) => shown(row[field] / 1_000)

/** One column per participant. */
const participants = parts(
  (rows) => {
    const devices = distinct(rows.map(({ engine, device }) => `${engine}: ${device}`)).join('; ')
    return `Medians in µs, and in brackets how many times as fast as ${rows[0].engine}. Computed on: ${devices}.`
  },
  side({ head: 'rows x columns', line: ({ id }) => id, across: 'engine', cell: timed }),
  list({
    'rows x columns': 'id',
    by: 'engine',
    ...measured,
    'times the first': ({ ratio }) => times(ratio),
    'largest error': 'maxError',
  }),
)

/** How each table draws its rows: those of the bench of its name, or of all benches below it, unless told. */
const tables = {
  goals: { benches: ['consensus/epoch', 'engine/batch'], draw: drawGoals },
  'consensus/epoch': {
    draw: parts(
      'Medians in µs, and in brackets how many times faster than the baseline.',
      side({
        head: 'network and rules',
        line: ({ id, engine }) => id.slice(0, -engine.length - 1),
        across: 'engine',
        cell: timed,
        first: { entries: 'nonZeros', baseline: 'baselineUs' },
      }),
      list({ measurement: 'id', ...measured, ...againstBaseline }),
    ),
  },
  'consensus/curves': {
    draw: parts(
      'Medians in µs, and in brackets how many times faster than the baseline.',
      side({
        head: 'network',
        line: network,
        across: 'variant',
        cell: timed,
        first: { entries: 'nonZeros', layout: 'layout', baseline: 'baselineUs' },
      }),
      list({ measurement: 'id', ...measured, 'ns per entry': 'nsPerEntry', ...againstBaseline }),
    ),
  },
  'engine/steps': {
    draw: side({
      head: 'µs, and share of the whole epoch',
      line: ({ step }) => step,
      across: 'id',
      cell: ({ medianUs, sharePercent }) => `${shown(medianUs)} (${shown(sharePercent)}%)`,
    }),
  },
  'engine/batch': {
    draw: list({
      'computed by': 'engine',
      ...measured,
      'µs per subnet': 'usPerSubnet',
      'against one worker': ({ speedUp }) => times(speedUp),
    }),
  },
  'engine/gpu': {
    draw: (rows) =>
      `Computed on: ${distinct(rows.map(({ device }) => device)).join('; ')}.\n\n${list({
        subnets: 'id',
        ...measured,
        'times one core': ({ ratio }) => times(ratio),
        'largest error': 'maxError',
        'µs for the least bytes': 'idealUs',
        'times that': ({ timesIdeal }) => times(timesIdeal),
      })(rows)}`,
  },
  'compute/ops': { draw: participants },
  'compute/peers': { draw: participants },
  'engine/memory': {
    draw: list({
      'held by': 'holder',
      network,
      'bytes in WebAssembly': 'wasmBytes',
      'bytes in JavaScript': 'heldBytes',
      'per neuron': 'bytesPerNeuron',
      'per entry': 'bytesPerEntry',
    }),
  },
  'engine/heap': {
    draw: list({
      'epochs by': 'holder',
      'epochs measured': 'epochs',
      'bytes left behind per 1,000 epochs': 'bytesPer1000',
      'least and most of the rounds': ({ leastBytes, mostBytes }) =>
        `${shown(leastBytes)} to ${shown(mostBytes)}`,
    }),
  },
  'bundle/size': {
    draw: list({
      subpath: ({ id }) => `\`${id}\``,
      'runs on': 'platform',
      'bytes, minified': 'bytes',
      'bytes, gzip': 'gzipBytes',
      'loaded when used': ({ laterBytes }) => laterBytes || '',
    }),
  },
  trafficGoals: { benches: ['traffic'], draw: drawTrafficGoals },
  'traffic/calls': {
    draw: list({
      calls: 'id',
      'a second': 'perSecond',
      echo: 'echoPerSecond',
      'of the echo': ({ ratio }) => times(ratio),
      'client, µs': 'clientUs',
      'server, µs': 'serverUs',
      "echo's client": 'echoClientUs',
      "echo's server": 'echoServerUs',
      'loop late, µs': 'delayP99Us',
      "echo's loop": 'echoDelayP99Us',
    }),
  },
  'traffic/latency': {
    draw: list({
      calls: 'id',
      'a second': 'perSecond',
      'p50, µs': 'medianUs',
      'p99, µs': 'p99Us',
      'p99 ÷ p50': 'spread',
      'echo, a second': 'echoPerSecond',
      'its p50': 'baselineUs',
      'its p99': 'echoP99Us',
      'its p99 ÷ p50': 'echoSpread',
    }),
  },
  'traffic/streams': {
    draw: list({
      streams: 'id',
      'chunks a second': 'perSecond',
      'bare WebSocket': 'echoPerSecond',
      'of that': ({ ratio }) => times(ratio),
    }),
  },
  'traffic/handshakes': {
    draw: list({
      handshakes: 'id',
      'a second': 'perSecond',
      'server, µs': 'serverUs',
      'client, µs': 'clientUs',
      'loop late, µs': 'delayP99Us',
    }),
  },
  'traffic/idle': {
    draw: list({ connection: 'id', 'bytes at the server': 'bytes', connections: 'connections' }),
  },
  'traffic/fanOut': {
    draw: list({
      'fan-out': 'id',
      healthy: 'healthy',
      'kept, at least': 'keptAtLeast',
      ms: ms('medianUs'),
      longest: ms('longestUs'),
      'slowest answer': ms('slowestAnswerUs'),
      "miners' core": ms('serverUs'),
      "validator's core": ms('clientUs'),
      runs: 'runs',
    }),
  },
  'router/kills': {
    draw: list({
      miners: 'id',
      calls: 'calls',
      unanswered: 'unanswered',
      'requests beyond one a call': ({ extraRequests, extraShare }) =>
        `${shown(extraRequests)} (${shown(100 * extraShare)}%)`,
      retries: 'retries',
      hedges: 'hedges',
      stalled: 'stalls',
      'p50, ms': ms('medianUs'),
      p99: ms('p99Us'),
      longest: ms('longestUs'),
    }),
  },
  ledger: { only: (row) => !isLedgerGoal(row), draw: list({ block: 'id', ...measured }) },
  ledgerGoals: { benches: ['ledger'], only: isLedgerGoal, draw: drawLedgerGoals },
}

/** Everything that is recorded: what `--record` keeps, and beside it what was brought from other machines. */
export function recordedRows(folder = root) {
  const results = join(folder, RESULTS)
  const files = readdirSync(results).filter((name) => name.endsWith('.jsonl'))
  return files.sort().flatMap((name) => rowsIn(join(results, name)))
}

/** What a table says above itself: where and when its figures were taken. */
function origin(rows) {
  const of = (r) => `${r.at} UTC at commit \`${r.commit}\`: ${r.cpu}, ${r.cores} cores, Node ${r.node}`
  return distinct(rows.map(of))
    .map((place) => {
      const loads = rows.filter((row) => of(row) === place).map(({ load }) => load)
      const range = distinct([Math.min(...loads), Math.max(...loads)]).join(' to ')
      return `Recorded ${place}, load average ${range}.`
    })
    .join('\n')
}

/**
 * A page with every table replaced by what the rows give.
 *
 * @param {string} text
 * @param {readonly Record<string, unknown>[]} [rows] what is recorded, unless given
 */
export function withTables(text, rows = recordedRows()) {
  return text.replace(/(<!-- table (\S+) -->\n)[\s\S]*?(<!-- end -->)/g, (_whole, start, name, end) => {
    if (tables[name] === undefined) throw new RangeError(`No table is known by the name ${name}.`)
    const { benches = [name], only = () => true, draw } = tables[name]
    const isOfBench = ({ bench }) => benches.some((one) => `${bench}/`.startsWith(`${one}/`))
    const own = rows.filter((row) => isOfBench(row) && only(row))
    const body = own.length === 0 ? 'Not recorded yet.' : `${origin(own)}\n\n${draw(own)}`
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
  const { drawCurves } = await import('./chart.mjs')
  return drawCurves(own)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writePage()
