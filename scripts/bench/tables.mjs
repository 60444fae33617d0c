// What each table of docs/performance.md shows.
import { drawCurveTables } from './curveTables.mjs'
import { drawGpu, drawParticipants } from './deviceTables.mjs'
import { goalsAgainst } from './goals.mjs'
import { distinct, folded, number, spread, table, times, whole } from './markdown.mjs'

/** By the name in its marker: the benches that a table reads, and how it draws their rows. */
export const tables = {
  goals: {
    benches: ['consensus/epoch', 'engine/batch', 'engine/gpu'],
    draw: (rows) =>
      table(
        ['work', 'goal', 'stretch', 'measured', 'reached', 'results in new memory', 'reached'],
        goalsAgainst(rows).map(
          ({ work, isAtMost, goal, stretch, measured, fresh, verdict, freshVerdict }) => [
            work,
            `${isAtMost ? 'at most ' : ''}${goal}x`,
            `${isAtMost ? 'at most ' : ''}${stretch}x`,
            times(measured),
            verdict,
            times(fresh),
            freshVerdict ?? '',
          ],
        ),
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
  'engine/steps': { benches: ['engine/steps'], draw: drawSteps },
  'engine/gpu': { benches: ['engine/gpu'], draw: drawGpu },
  'compute/ops': { benches: ['compute/ops'], draw: drawParticipants },
  'compute/peers': { benches: ['compute/peers'], draw: drawParticipants },
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

/** Share of the entries that are there, in hundredths. */
const share = (r) => Math.round((100 * r.nonZeros) / (r.n * r.validators)) / 100

/** One line per network and rules, one column per engine; the spread of every figure is folded away. */
function drawEpochs(rows) {
  const engines = distinct(rows.map(({ engine }) => engine))
  const caseOf = (r) =>
    `n=${whole(r.n)}, V=${whole(r.validators)}, d=${share(r)}, ${r.variant.replace('yuma3-liquid', 'yuma3, liquid,').replace('yuma', 'Yuma ')}, penalty ${whole(r.penalty)}`
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

/** One line per step, one column per network; shares are of the whole epoch. */
function drawSteps(rows) {
  const ids = distinct(rows.map(({ id }) => id))
  const cell = (r) => (r === undefined ? '' : `${number(r.medianUs)} (${number(r.sharePercent)}%)`)
  const lines = distinct(rows.map(({ step }) => step)).map((step) => [
    step,
    ...ids.map((id) => cell(rows.find((r) => r.id === id && r.step === step))),
  ])
  return `Medians in µs, and in brackets the share of the whole epoch.\n\n${table(['step', ...ids], lines)}`
}
