export { renderReport } from './renderReport.js'
export type { ReportFact, ReportNeuron, ReportNote, ReportOptions } from './types.js'
