export { type EpochNeurons, epochNeurons } from './epochNeurons.js'
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
