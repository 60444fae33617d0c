// The picture of docs/performance.md: how the time of an epoch grows, drawn from the recorded rows. The same rows give the
// same bytes, so that a test can hold the picture to them.
import * as echarts from 'echarts'

const WIDTH = 1_080
const HEIGHT = 400
const TOP = 74
const BOTTOM = 58
const LEFT = 62
const GAP = 40
const FONT = 'Helvetica, Arial, sans-serif'
const INK = '#1f2328'
const MUTED = '#59636e'
const GRID = '#e4e7eb'

const series = [
  { name: 'Yuma 2', variant: 'yuma2', us: (row) => row.medianUs, color: '#0969da', symbol: 'circle' },
  { name: 'Yuma 3', variant: 'yuma3', us: (row) => row.medianUs, color: '#bc4c00', symbol: 'triangle' },
  {
    name: 'plain JavaScript baseline',
    variant: 'yuma2',
    us: (row) => row.baselineUs,
    color: '#6e7781',
    symbol: 'rect',
    dashed: true,
  },
]

const panels = [
  { curve: 'n', title: 'servers (64 validators, every entry)' },
  { curve: 'validators', title: 'validators (1,024 servers, every entry)' },
  { curve: 'density', title: 'share of entries there (64 x 4,096)' },
]

/**
 * Time of an epoch against servers, validators and density, as an SVG document.
 *
 * @param {readonly Record<string, unknown>[]} rows of the bench `consensus/curves`
 */
export function drawCurves(rows) {
  const drawing = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  try {
    drawing.setOption(options(rows))
    return cleaned(drawing.renderToSVGString())
  } finally {
    drawing.dispose()
  }
}

/** What readers hear who do not see the picture. */
const TITLE = 'Time of one epoch against servers, validators and density, beside a plain JavaScript baseline'

/** Named, and without what a still picture does not use and what is numbered on from one drawing to the next. */
function cleaned(svg) {
  return `${svg
    .replace('>', `><title>${TITLE}</title>`)
    .replace(/<style\s*>.*?<\/style>\n?/gs, '')
    .replace(/<defs\s*>.*?<\/defs>\n?/gs, '')
    .replace(/ (class|clip-path)="[^"]*zr[^"]*"/g, '')}\n`
}

function options(rows) {
  const width = (WIDTH - LEFT - 20 - GAP * (panels.length - 1)) / panels.length
  const left = (k) => LEFT + k * (width + GAP)
  const times = rows.flatMap((row) => [row.medianUs, row.baselineUs]).filter((us) => us !== undefined)
  const min = 10 ** Math.floor(Math.log10(Math.min(...times)))
  const max = 10 ** Math.ceil(Math.log10(Math.max(...times)))
  const text = { color: MUTED, fontSize: 12, fontFamily: FONT }
  return {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FONT },
    title: {
      text: 'Time of one epoch, all scales logarithmic',
      left: LEFT - 40,
      top: 8,
      textStyle: { color: INK, fontSize: 16, fontFamily: FONT },
    },
    legend: {
      top: 34,
      left: LEFT - 44,
      itemGap: 22,
      textStyle: { ...text, fontSize: 13 },
      data: series.map(({ name }) => name),
    },
    grid: panels.map((_, k) => ({ left: left(k), width, top: TOP + 12, bottom: BOTTOM })),
    xAxis: panels.map(({ curve, title }, k) => ({
      type: 'log',
      logBase: curve === 'density' ? 10 : 2,
      gridIndex: k,
      ...endsOf(rows, curve),
      name: title,
      nameLocation: 'middle',
      nameGap: 32,
      nameTextStyle: { ...text, color: INK, fontSize: 13 },
      axisLabel: { ...text, formatter: plainNumber, hideOverlap: true, showMaxLabel: true },
      axisLine: { onZero: false, lineStyle: { color: MUTED } },
      splitLine: { show: false },
    })),
    yAxis: panels.map((_, k) => ({
      type: 'log',
      gridIndex: k,
      min,
      max,
      axisLabel: { ...text, show: k === 0, formatter: duration },
      axisTick: { show: k === 0 },
      splitLine: { lineStyle: { color: GRID } },
    })),
    series: panels.flatMap(({ curve }, k) => series.map((one) => line(rows, curve, k, one))),
  }
}

/** From the least value to the largest; counts end at a power of two, where the labels are. */
function endsOf(rows, curve) {
  const values = rows.filter((row) => row.curve === curve).map((row) => row[curve])
  const [min, max] = [Math.min(...values), Math.max(...values)]
  return curve === 'density' ? { min, max } : { min, max: 2 ** Math.ceil(Math.log2(max)) }
}

function line(rows, curve, k, { name, variant, us, color, symbol, dashed }) {
  const points = rows
    .filter((row) => row.curve === curve && row.variant === variant && us(row) !== undefined)
    .map((row) => [row[curve], us(row)])
    .sort(([a], [b]) => a - b)
  return {
    type: 'line',
    name,
    xAxisIndex: k,
    yAxisIndex: k,
    data: points,
    symbol,
    symbolSize: 7,
    lineStyle: { color, width: 2, type: dashed ? 'dashed' : 'solid' },
    itemStyle: { color },
    silent: true,
  }
}

function duration(us) {
  if (us >= 1_000_000) return `${us / 1_000_000} s`
  return us >= 1_000 ? `${us / 1_000} ms` : `${us} µs`
}

function plainNumber(value) {
  return value >= 1 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)))
}
