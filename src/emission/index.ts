export type { AmountColumn } from './AmountColumn.js'
export { type Attribution, attributeDividends, type HotkeyRow } from './attribution.js'
export { alphaEmission, blockEmissionRao, mintableRao } from './blockEmission.js'
export {
  type Distributed,
  type Distribution,
  type DistributionInput,
  type Payer,
  type Payment,
  type PaymentReason,
  planDistribution,
  planDistributionUnchecked,
} from './distribution.js'
export {
  type DividendBits,
  type DividendPay,
  epochEmissionAlpha,
  type PendingAlpha,
  splitDividends,
  validatorPotAlpha,
} from './dividendSplit.js'
export type { EmissionPolicy, EmittingSubnets } from './EmissionPolicy.js'
export {
  DEFAULT_TAO_WEIGHT_U64,
  EmissionScheduler,
  type EmissionSchedulerOptions,
  type EpochPayout,
} from './EmissionScheduler.js'
export { emittingSubnets, type SubnetFacts } from './emittingSubnets.js'
export {
  activityCutoffBlocks,
  blocksUntilNextEpoch,
  type EpochSchedule,
  firstLastEpochBlock,
  isEpochDue,
  nextEpochBlock,
} from './epochSchedule.js'
export {
  type EpochClocks,
  type EpochTurns,
  type NumberColumn,
  takeEpochTurns,
  takeEpochTurnsUnchecked,
} from './epochTurns.js'
export { equalPolicy } from './equalPolicy.js'
export { medianPriceBits } from './medianPrice.js'
export {
  DEFAULT_MOVING_ALPHA_BITS,
  DEFAULT_PRICE_HALVING_BLOCKS,
  type MovingPriceTerms,
  nextMovingPriceQ32,
} from './movingPrice.js'
export {
  DEFAULT_OWNER_CUT_U16,
  type ParticipantSplit,
  rootProportionBits,
  splitAmongParticipants,
  taoWeightBits,
} from './participants.js'
export type { PayoutLine, PayoutPot, PayoutReason } from './payoutLines.js'
export { type Absorbed, absorbedUnchecked, type Waiting } from './pools/absorbed.js'
export { fixedPricePool } from './pools/fixedPricePool.js'
export {
  HIGHEST_LIMIT_RAO_PER_ALPHA,
  LOWEST_LIMIT_RAO_PER_ALPHA,
  limitPriceBits,
  PRICE_ONE_BITS,
} from './pools/limits.js'
export { type MechanismReserves, mechanismPool, mechanismPoolUnchecked } from './pools/mechanismPool.js'
export { type MostToTrade, mostToBuy, mostToSell, mostToSwap } from './pools/mostToTrade.js'
export type {
  EmissionOffer,
  Injected,
  Injection,
  Purchase,
  Reserves,
  Sale,
  SubnetPool,
  TradeError,
  TradeRefusal,
  TradeTerms,
} from './pools/SubnetPool.js'
export { tradeFee } from './pools/tradeFee.js'
export {
  figuresAfterPurchase,
  figuresAfterPurchaseUnchecked,
  figuresAfterSale,
  figuresAfterSaleUnchecked,
  type TradeFigures,
} from './pools/tradeFigures.js'
export { weightedPool } from './pools/weightedPool.js'
export {
  alphaWorth,
  DEFAULT_FEE_U16,
  DEFAULT_QUOTE_WEIGHT_E18,
  LEAST_WEIGHT_E18,
  type OpenedPool,
  openPool,
  type WeightedReserves,
} from './pools/weightedReserves.js'
export { isRootSelling, type PriceShareOptions } from './priceShares.js'
export { referencePolicy, referencePolicyWith } from './referencePolicy.js'
export { rootClaimIncreaseBits } from './rootClaimRate.js'
export {
  creditAll,
  creditAllUnchecked,
  creditPosition,
  creditPositionUnchecked,
  debitAll,
  debitPosition,
  EMPTY_SHARE_POOL,
  isCreditPrecise,
  positionAlpha,
  type SharePool,
  type SharePoolChange,
} from './sharePool.js'
export { type BlockSplit, dividedShares, policyShares } from './splitBlock.js'
export type { SplitSubnets } from './splitSubnets.js'
export {
  type ChildLink,
  type HotkeyStake,
  type InheritedStake,
  InheritedStakeSum,
  inheritedStakes,
  proportionBits,
  selfContributions,
} from './stakeLinks.js'
