export type { ChainConfig, Endowment, Genesis } from './config.js'
export { BlockPendingError, NoBlockPendingError, SnapshotError } from './errors.js'
export {
  type CheckResult,
  type FinalizedBlock,
  Ledger,
  type LedgerInfo,
  type LedgerOptions,
  type ProposalLimits,
} from './Ledger.js'
export { type EpochParamsOptions, epochParamsFrom } from './rules/epochParams.js'
export { encodeCall, MAX_CALL_BYTES, signCall, type UnsignedCall } from './signedCall.js'
export type {
  BlockHeader,
  BlockUpdate,
  CallArgs,
  CallName,
  HyperparameterName,
  Hyperparameters,
  LedgerEvent,
  MetagraphView,
  Queries,
  QueryName,
  Receipt,
  Refusal,
  SubnetView,
} from './types.js'
