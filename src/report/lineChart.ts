import type { EChartsOption, XAXisComponentOption } from 'echarts'
import { MissingPackageError } from '../errors/index.js'
import { axisFigures } from './figures.js'

type Echarts = typeof import('echarts')

/** One line of a chart; `null` leaves a gap. */
export interface LineSeries {
  readonly name: string
  /** Any CSS colour, custom properties included. */
  readonly color: string
  readonly dashed: boolean
  readonly values: readonly (number | null)[]
}

/** What a line chart shows. */
export interface LineChart {
  /** Names of the places of values, evenly apart; or where they lie on an axis of numbers. */
  readonly x: { readonly labels: readonly string[] } | { readonly at: readonly number[] }
  readonly xName: string
  readonly series: readonly LineSeries[]
  readonly yFormat: (value: number) => string
  /** Whether the axis begins at 0; else where the values do. */
  readonly isFromZero: boolean
}

const WIDTH = 640
const HEIGHT = 280
const AXIS_TEXT = { color: 'var(--muted)', fontSize: 12, fontFamily: 'inherit' }

/**
 * Imports the optional package `echarts` on first use.
 *
 * @throws MissingPackageError when it is not installed.
 */
export async function loadEcharts(
  importPackage: () => Promise<Echarts> = () => import('echarts'),
): Promise<Echarts> {
  try {
    return await importPackage()
  } catch (cause) {
    throw new MissingPackageError({ packageName: 'echarts', neededFor: 'drawing reports', cause })
  }
}

/** Draws lines over epochs, or blocks, as an SVG element that takes its colours from the page and scales to its container. */
export function drawLineChart(echarts: Echarts, chart: LineChart): string {
  const drawing = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  try {
    drawing.setOption(optionsOf(chart))
    return cleaned(drawing.renderToSVGString())
  } finally {
    drawing.dispose()
  }
}

/**
 * Keeps only the view box, since a fixed size would overflow narrow windows. Drops what a still picture does not
 * use and what is numbered on from one drawing to the next: classes for hovering, and clip paths (no value lies
 * outside the axes).
 */
function cleaned(svg: string): string {
  return svg
    .replace(/^<svg width="\d+" height="\d+"/, '<svg role="img"')
    .replace(/<style\s*>.*?<\/style>\n?/gs, '')
    .replace(/<defs\s*>.*?<\/defs>\n?/gs, '')
    .replace(/ (class|clip-path)="[^"]*zr[^"]*"/g, '')
}

function optionsOf({ x, xName, series, yFormat, isFromZero }: LineChart): EChartsOption {
  return {
    animation: false,
    grid: { left: 62, right: 18, top: 14, bottom: 42 },
    xAxis: xAxisOf(x, xName),
    yAxis: {
      type: 'value',
      ...(isFromZero ? { min: 0 } : { scale: true }),
      splitNumber: 4,
      axisLabel: { ...AXIS_TEXT, formatter: yFormat },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: 'var(--grid)' } },
    },
    series: series.map(({ name, color, dashed, values }) => ({
      type: 'line',
      name,
      data:
        'at' in x
          ? values.map((value, at) => [x.at[at] ?? 0, value ?? '-'])
          : values.map((value) => value ?? '-'),
      // A line through one point is invisible: show the point itself.
      showSymbol: values.length === 1,
      symbol: 'circle',
      symbolSize: 7,
      lineStyle: { color, width: 2.25, type: dashed ? 'dashed' : 'solid', cap: 'round', join: 'round' },
      itemStyle: { color },
      silent: true,
    })),
  }
}

/** Numbers begin at 0, but where the first of several lies so far on that nothing could be seen. */
function xAxisOf(x: LineChart['x'], name: string): XAXisComponentOption {
  const common = {
    name,
    nameLocation: 'middle',
    nameGap: 26,
    nameTextStyle: AXIS_TEXT,
    axisLine: { lineStyle: { color: 'var(--axis)' } },
    axisTick: { show: false },
    splitLine: { show: false },
  } as const
  const axisLabel = { ...AXIS_TEXT, hideOverlap: true }
  if ('labels' in x)
    return { ...common, type: 'category', data: [...x.labels], boundaryGap: false, axisLabel }
  const [first, last] = [x.at[0] ?? 0, x.at.at(-1) ?? 0]
  return {
    ...common,
    type: 'value',
    min: first < last && first > last / 2 ? first : 0,
    max: last,
    splitNumber: 8,
    axisLabel: { ...axisLabel, formatter: axisFigures(last) },
  }
}
