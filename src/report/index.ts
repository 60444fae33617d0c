export { type ReportNeuron, type ReportNote, type ReportOptions, renderReport } from './renderReport.js'
