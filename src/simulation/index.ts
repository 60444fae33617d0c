export { arrowFrame, arrowHead } from './arrow/arrowFrames.js'
export { eachFrame, type FrameFile, type FrameSource, readFrames } from './arrow/readFrames.js'
export { csvFrame, csvHead } from './csvFrames.js'
export { FrameSample } from './FrameSample.js'
export {
  describeFrameColumns,
  type FrameColumnDescription,
  type FrameColumns,
  type SimulationFrame,
} from './frames.js'
export type { SimulationOptions, SimulationPlan, SimulationPreset } from './options.js'
export type { RefusedCalls } from './RefusalCounts.js'
export {
  Simulation,
  type SimulationProgress,
  type SimulationStretch,
  type SimulationWait,
} from './Simulation.js'
export type { SettingChange } from './settings.js'
export { FoundingRefusedError, FrameFileError, SimulationBusyError } from './simulationErrors.js'
