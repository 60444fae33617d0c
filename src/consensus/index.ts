export { type EpochNeurons, epochNeurons } from './epochNeurons.js'
export {
  type CombinedOutput,
  combineMechanisms,
  combineMechanismsUnchecked,
} from './mechanisms/combineMechanisms.js'
export { MAX_MECHANISMS, mechanismSlices } from './mechanisms/mechanismSlices.js'
export {
  type MechanismInput,
  mechanismInputs,
  runMechanisms,
  type SubnetInput,
  type SubnetOutput,
} from './mechanisms/runMechanisms.js'
export { emptySparseRows, rowsOf, sparseRowsFrom } from './rows.js'
export { runEpoch } from './runEpoch.js'
export type {
  EpochFunction,
  EpochInput,
  EpochOutput,
  EpochParams,
  EpochRaw,
  SparseRawRows,
  SparseRows,
} from './types.js'
