export { type Attribution, attributeDividends, type HotkeyRow } from './attribution.js'
export { alphaEmission, blockEmissionRao, mintableRao } from './blockEmission.js'
export {
  type Distribution,
  type DistributionInput,
  type Payment,
  type PaymentReason,
  planDistribution,
} from './distribution.js'
export {
  type DividendPay,
  epochEmissionAlpha,
  type PendingAlpha,
  splitDividends,
  validatorPotAlpha,
} from './dividendSplit.js'
export {
  type BlockSplit,
  DEFAULT_TAO_WEIGHT_U64,
  EmissionScheduler,
  type EmissionSchedulerOptions,
  type EpochPayout,
} from './EmissionScheduler.js'
export {
  activityCutoffBlocks,
  blocksUntilNextEpoch,
  type EpochSchedule,
  type EpochTurn,
  type EpochTurnInput,
  firstLastEpochBlock,
  isEpochDue,
  nextEpochBlock,
  takeEpochTurns,
} from './epochSchedule.js'
export { equalPolicy } from './equalPolicy.js'
export {
  DEFAULT_OWNER_CUT_U16,
  type ParticipantSplit,
  rootProportionBits,
  splitAmongParticipants,
  taoWeightBits,
} from './participants.js'
export { rootClaimIncreaseBits } from './rootClaimRate.js'
export {
  creditAll,
  creditPosition,
  debitAll,
  debitPosition,
  EMPTY_SHARE_POOL,
  isCreditPrecise,
  type PoolChange,
  positionAlpha,
  type SharePool,
} from './sharePool.js'
export {
  type ChildLink,
  type HotkeyStake,
  type InheritedStake,
  inheritedStakes,
  selfContributions,
} from './stakeLinks.js'
export type { EmissionPolicy, EmittingSubnet, SubnetEmission } from './types.js'
