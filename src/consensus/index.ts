export type {
  EpochFunction,
  EpochInput,
  EpochOutput,
  EpochParams,
  EpochRaw,
  SparseRawRows,
  SparseRows,
} from './types.js'
