export type { ChainConfig, Endowment, Genesis } from './config.js'
export { BlockPendingError, NoBlockPendingError, SnapshotError } from './errors.js'
export {
  BLOCK_LIMITS,
  type CheckResult,
  type FinalizedBlock,
  Ledger,
  type LedgerInfo,
  type LedgerOptions,
  type ProposalLimits,
  type SignedCall,
} from './Ledger.js'
export { isRefusal, type OpenedCall } from './openCall.js'
export { checkQuery } from './queries/checkQuery.js'
export type { Standing } from './queries/standing.js'
export {
  chainIdCheck,
  configShape,
  endowmentsCheck,
  someConfigShape,
  someHyperparametersShape,
} from './rules/configShapes.js'
export { type EpochParamsOptions, epochParamsFrom } from './rules/epochParams.js'
export { isDialableHost, isLoopbackHost, isUnspecifiedHost } from './rules/ipAddress.js'
export {
  blockHash,
  checkCallArgs,
  encodeCall,
  MAX_CALL_BYTES,
  signCall,
  type UnsignedCall,
} from './signedCall.js'
export { accountOf } from './state/LedgerState.js'
export type { AccountId } from './state/records.js'
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
