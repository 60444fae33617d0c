export type { PayoutExplanation } from './block/explainPayouts.js'
export type { BlockHeader } from './block/header.js'
export type { CallArgs, CallName } from './calls/callTable.js'
export {
  type ArgumentDescription,
  type CallDescription,
  describeCalls,
} from './calls/describeCalls.js'
export type { NumberedIp } from './calls/servingFields.js'
export type { StakeLink } from './children/StakeLink.js'
export {
  COMMITMENT_KINDS,
  type CommitmentField,
  type CommitmentKind,
  type LockedCommitmentField,
  MOST_FIELDS,
  type OpenCommitmentField,
} from './commitments/CommitmentField.js'
export type { CommitmentReveal } from './commitments/revealsColumn.js'
export {
  type ChainConfig,
  type ChainSettings,
  chainIdCheck,
  configShape,
  type Endowment,
  endowmentsCheck,
  type Genesis,
  REFERENCE_SETTINGS,
  someConfigShape,
  someHyperparametersShape,
} from './config.js'
export {
  BLOCK_LIMITS,
  type BlockInput,
  type CheckResult,
  type FinalizedBlock,
  type LedgerInfo,
  type LedgerOptions,
  type ProposalLimits,
  type ResumeOptions,
  ruleSetCheck,
  type SignedCall,
} from './doors.js'
export { BlockPendingError, NoBlockPendingError, SnapshotError } from './errors.js'
export type { Anomaly } from './invariants/findAnomalies.js'
export { coldkeyHash } from './keys/coldkeyHash.js'
export { Ledger } from './Ledger.js'
export type { SaleRefusal } from './money/tradeRefusals.js'
export { isRefusal, type OpenedCall, type TestCall } from './openCall.js'
export type { ChildrenView } from './queries/children.js'
export type { CommitmentQuotaView, CommitmentView } from './queries/commitments.js'
export type { DelegateView } from './queries/delegates.js'
export type { EmissionShare, EmissionSharesView } from './queries/emissionShares.js'
export type { LockView } from './queries/lockQueries.js'
export type { NewSubnetView } from './queries/newSubnet.js'
export type { NextUidReason, NextUidView } from './queries/nextUid.js'
export type { NominatorView } from './queries/nominators.js'
export type { Page } from './queries/page.js'
export type { PositionPlace, PositionView } from './queries/positions.js'
export { checkQuery, type Queries, type QueryName } from './queries/queryTable.js'
export type { StakeQuote, UnstakeQuote } from './queries/quotes.js'
export type { RootClaimView } from './queries/rootClaims.js'
export type { Standing } from './queries/standing.js'
export type { SubnetView } from './queries/subnetQueries.js'
export type { OwnedAlphaPlace, UnownedAlphaView } from './queries/unownedAlpha.js'
export type { WeightsCommitView } from './queries/weightsCommits.js'
export { describeRefusals, type RefusalDescription } from './refusals/describeRefusals.js'
export {
  type PoolRefusalName,
  type RefusalData,
  type RefusalName,
  type RefusalOf,
  refuse,
} from './refusals/refuse.js'
export { describeHyperparameters, type HyperparameterDescription } from './rules/describeHyperparameters.js'
export { type EpochParamsOptions, epochParamsFrom } from './rules/epochParams.js'
export {
  type HyperparameterName,
  type Hyperparameters,
  REFERENCE_HYPERPARAMETERS,
} from './rules/hyperparameters.js'
export { isDialableHost, isLoopbackHost, isUnspecifiedHost } from './rules/ipAddress.js'
export { type RuleSet, SPEC_425 } from './rules/ruleSets.js'
export { SUBNET_SYMBOLS } from './rules/subnetSymbols.js'
export {
  blockHash,
  checkCallArgs,
  encodeCall,
  MAX_CALL_BYTES,
  signCall,
  type UnsignedCall,
} from './signedCall.js'
export { type AccountId, accountOf } from './state/account.js'
export type { Change, ChangeSet, Store } from './state/Store.js'
export type { Key, Table } from './state/table.js'
export {
  MAX_ROUND,
  type PulseInput,
  type TimelockPort,
  type TimelockText,
} from './timelocks/timelockInput.js'
export type {
  BlockUpdate,
  LedgerEvent,
  LedgerEventName,
  LedgerEvents,
  MetagraphView,
  Receipt,
  Refusal,
} from './types.js'
export { MAX_UNREVEALED_COMMITS } from './weights/hashCommits.js'
export {
  MAX_TIMELOCKED_BYTES,
  type TimelockedWeights,
  timelockedWeightsText,
} from './weights/timelockedWeights.js'
export { type HiddenWeights, weightsCommitHash } from './weights/weightsCommitHash.js'
