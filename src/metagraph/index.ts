export type { EpochFrame } from './EpochFrame.js'
export { type EpochInputOptions, epochInputFrom } from './epochInput.js'
export { type ImportSnapshotOptions, importSnapshot } from './importSnapshot.js'
export type { MetagraphJson } from './json.js'
export { Metagraph } from './Metagraph.js'
export { mainnetSubnet15 } from './mainnetSubnet15.js'
export type {
  AxonInfo,
  DiffField,
  MatrixEntry,
  MetagraphColumns,
  MetagraphDiff,
  MetagraphRow,
  MetagraphRowJson,
} from './types.js'
