// The picture of docs/performance.md: how the time of an epoch grows, drawn from the recorded rows. The same rows give the
// same bytes, so that a test can hold the picture to them.
import * as echarts from 'echarts'

const WIDTH = 1_080
const HEIGHT = 400
const LEFT = 62
const GAP = 40

/** What readers hear who do not see the picture. */
const TITLE = 'Time of one epoch against servers, validators and density, beside a plain JavaScript baseline'

const lines = [
  { name: 'Yuma 2', variant: 'yuma2', us: 'medianUs', color: '#0969da', symbol: 'circle' },
  { name: 'Yuma 3', variant: 'yuma3', us: 'medianUs', color: '#bc4c00', symbol: 'triangle' },
  { name: 'baseline', variant: 'yuma2', us: 'baselineUs', color: '#6e7781', symbol: 'rect' },
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
    // Without what a still picture does not use and what is numbered on from one drawing to the next.
    const svg = drawing
      .renderToSVGString()
      .replace('>', `><title>${TITLE}</title>`)
      .replace(/<(style|defs)\s*>.*?<\/\1>\n?/gs, '')
      .replace(/ (class|clip-path)="[^"]*zr[^"]*"/g, '')
    return `${svg}\n`
  } finally {
    drawing.dispose()
  }
}

function options(rows) {
  const width = (WIDTH - LEFT - 20 - GAP * (panels.length - 1)) / panels.length
  const time = { type: 'log', min: 10, max: 1_000_000, splitLine: { lineStyle: { color: '#e4e7eb' } } }
  return {
    animation: false,
    backgroundColor: '#ffffff',
    title: {
      text: 'Time of one epoch, all scales logarithmic',
      left: 22,
      top: 8,
      textStyle: { fontSize: 16 },
    },
    legend: { top: 34, left: 18, data: lines.map(({ name }) => name) },
    grid: panels.map((_, k) => ({ left: LEFT + k * (width + GAP), width, top: 86, bottom: 58 })),
    xAxis: panels.map(({ curve, title }, gridIndex) => ({
      type: 'log',
      logBase: curve === 'density' ? 10 : 2,
      gridIndex,
      ...endsOf(rows, curve),
      name: title,
      nameLocation: 'middle',
      nameGap: 32,
      axisLabel: { formatter: plainNumber, hideOverlap: true, showMaxLabel: true },
      axisLine: { onZero: false },
      splitLine: { show: false },
    })),
    yAxis: panels.map((_, gridIndex) => ({
      ...time,
      gridIndex,
      axisLabel: { show: gridIndex === 0, formatter: duration },
    })),
    series: panels.flatMap(({ curve }, k) =>
      lines.map(({ name, variant, us, color, symbol }) => ({
        type: 'line',
        name,
        xAxisIndex: k,
        yAxisIndex: k,
        data: rows
          .filter((row) => row.curve === curve && row.variant === variant)
          .map((row) => [row[curve], row[us]])
          .sort(([a], [b]) => a - b),
        color,
        symbol,
        symbolSize: 7,
        silent: true,
      })),
    ),
  }
}

/** From the least value to the largest; counts end at a power of two, where the labels are. */
function endsOf(rows, curve) {
  const values = rows.filter((row) => row.curve === curve).map((row) => row[curve])
  const [min, max] = [Math.min(...values), Math.max(...values)]
  return curve === 'density' ? { min, max } : { min, max: 2 ** Math.ceil(Math.log2(max)) }
}

function duration(us) {
  if (us >= 1_000_000) return `${us / 1_000_000} s`
  return us >= 1_000 ? `${us / 1_000} ms` : `${us} µs`
}

function plainNumber(value) {
  return value >= 1 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)))
}
