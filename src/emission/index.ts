export { alphaEmission, blockEmissionRao, mintableRao } from './blockEmission.js'
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
export type { EmissionPolicy, EmittingSubnet, SubnetEmission } from './types.js'
