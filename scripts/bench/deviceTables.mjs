// Work that runs on devices and backends: float32 epochs against exact ones, matrix operations on each backend and beside other packages.
import { distinct, folded, number, spread, table, times, whole } from './markdown.mjs'

const rules = { yuma2: 'Yuma 2', yuma3: 'Yuma 3' }
const workOf = (r) =>
  `${r.subnets === 1 ? 'one' : whole(r.subnets)} of ${whole(r.n)} x ${whole(r.validators)}, ${rules[r.variant] ?? r.variant}`

/** Epochs on the GPU: whole runs against one core, then what the device alone takes against what it must at least. */
export function drawGpu(rows) {
  const absent = rows
    .filter(({ engine }) => engine === 'none')
    .map(({ device }) => `No GPU was there: ${device}.`)
  const devices = distinct(rows.filter(({ engine }) => engine !== 'none').map(({ device }) => device))
  const isWithoutGpu = rows.every(({ isSoftware }) => isSoftware !== false)
  const drawn = devices.map((device) =>
    drawDevice(
      rows.filter((r) => r.device === device),
      isWithoutGpu,
    ),
  )
  return [...absent, ...drawn].join('\n\n')
}

function drawDevice(rows, isWithoutGpu) {
  const [{ device }] = rows
  const runs = rows.filter(({ cpuUs }) => cpuUs !== undefined)
  const alone = rows.filter(({ cpuUs }) => cpuUs === undefined)
  const parts = [`**${device}.** ${isWithoutGpu ? NO_GPU : ''}${crossover(runs)}`, drawRuns(runs)]
  if (alone.length > 0) parts.push(drawAlone(alone))
  return parts.join('\n\n')
}

const NO_GPU =
  'No machine with a GPU was available: these rows are of a software driver, which computes on the processor, so they show that results are right and nothing about the speed of a GPU. '

/** From which size on the device is ahead of one core. */
function crossover(runs) {
  const ahead = distinct(runs.map(({ variant }) => variant)).map((variant) => {
    const own = runs.filter((r) => r.variant === variant)
    const entries = (r) => r.subnets * r.nonZeros
    const first = own.filter((r) => r.ratio >= 1).sort((a, b) => entries(a) - entries(b))[0]
    const name = rules[variant] ?? variant
    return first === undefined
      ? `${name}: behind one core at every size here.`
      : `${name}: ahead of one core from ${workOf(first)} on.`
  })
  return ahead.join(' ')
}

function drawRuns(runs) {
  return table(
    [
      'subnets',
      'µs, transfers included',
      '10% to 90%',
      'exact on one core, µs',
      'times that core',
      'largest error',
    ],
    runs.map((r) => [
      workOf(r),
      number(r.medianUs),
      spread(r),
      number(r.cpuUs),
      times(r.ratio),
      error(r.maxError),
    ]),
  )
}

function drawAlone(alone) {
  return table(
    ['subnets', 'µs on the device', '10% to 90%', 'least bytes moved', 'µs for them', 'times that'],
    alone.map((r) => [
      workOf(r),
      number(r.medianUs),
      spread(r),
      whole(r.minimalBytes),
      number(r.idealUs ?? undefined),
      times(r.timesIdeal ?? undefined),
    ]),
  )
}

/** One line per piece of work, one column per participant; spread and errors are folded away. */
export function drawParticipants(rows) {
  const engines = distinct(rows.map(({ engine }) => engine))
  const cell = (r) => (r === undefined ? '' : `${number(r.medianUs)} (${times(r.ratio)})`)
  const summary = table(
    ['rows x columns', ...engines],
    distinct(rows.map(({ id }) => id)).map((id) => [
      id,
      ...engines.map((engine) => cell(rows.find((r) => r.id === id && r.engine === engine))),
    ]),
  )
  const all = table(
    ['rows x columns', 'by', 'runs', 'µs', '10% to 90%', 'times the first', 'largest error'],
    rows.map((r) => [
      r.id,
      r.engine,
      whole(r.runs),
      number(r.medianUs),
      spread(r),
      times(r.ratio),
      error(r.maxError),
    ]),
  )
  const where = distinct(rows.map(({ engine, device }) => `${engine}: ${device}`)).join('; ')
  return `Medians in µs, and in brackets how many times as fast as ${engines[0]}. Computed on: ${where}.\n\n${summary}\n\n${folded('Spread and errors', all)}`
}

/** As a part of the largest value. */
const error = (value) => (value === undefined ? '' : value === 0 ? '0' : value.toExponential(1))
