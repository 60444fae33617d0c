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
