import { loadEcharts } from './lineChart.js'

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
