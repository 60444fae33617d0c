export { loadCharts } from './loadCharts.js'
export { renderReport } from './renderReport.js'
export { renderSimulation, type SimulationReportOptions } from './renderSimulation.js'
export type { ReportFact, ReportNeuron, ReportNote, ReportOptions } from './types.js'
