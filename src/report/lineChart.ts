import type { EChartsOption } from 'echarts'
import { MissingPackageError } from '../errors/index.js'

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
  readonly xLabels: readonly string[]
  readonly xName: string
  readonly series: readonly LineSeries[]
  readonly yFormat: (value: number) => string
  /** Whether the axis begins at 0; else where the values do. */
  readonly isFromZero: boolean
}

const WIDTH = 640
const HEIGHT = 280

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

/**
 * Loads the optional package that charts are drawn with, so that a program knows before its work whether it can draw what comes of it.
 *
 * @throws MissingPackageError when the optional package `echarts` is not installed.
 *
 * @example
 * ```ts
 * import { loadCharts } from 'subnetkit/report'
 *
 * await loadCharts()
 * // A long run, and then renderSimulation or renderReport.
 * ```
 */
export async function loadCharts(): Promise<void> {
  await loadEcharts()
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

function optionsOf({ xLabels, xName, series, yFormat, isFromZero }: LineChart): EChartsOption {
  const axisText = { color: 'var(--muted)', fontSize: 12, fontFamily: 'inherit' }
  return {
    animation: false,
    grid: { left: 52, right: 14, top: 14, bottom: 42 },
    xAxis: {
      type: 'category',
      data: [...xLabels],
      boundaryGap: false,
      name: xName,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: axisText,
      axisLabel: { ...axisText, hideOverlap: true },
      axisLine: { lineStyle: { color: 'var(--axis)' } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      ...(isFromZero ? { min: 0 } : { scale: true }),
      splitNumber: 4,
      axisLabel: { ...axisText, formatter: yFormat },
      splitLine: { lineStyle: { color: 'var(--grid)' } },
    },
    series: series.map(({ name, color, dashed, values }) => ({
      type: 'line',
      name,
      data: values.map((value) => value ?? '-'),
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
