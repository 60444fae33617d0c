import { saturatedU64 } from '../../math/index.js'
import { type BlockNumber, RAO_PER_TAO, type Rao } from '../../units/index.js'

export interface SubnetLockState {
  /** Lock of the last registered subnet; the initial value before the first. */
  readonly lastLockRao: Rao
  /** 0 before the first. */
  readonly lastLockBlock: BlockNumber
  readonly minLockRao: Rao
  /** Blocks in which the price falls by the last lock, at full emission. */
  readonly lockReductionIntervalBlocks: number
}

/** The interval that is in force: it shrinks with every halving of the block emission. */
export function lockIntervalBlocks(lockReductionIntervalBlocks: number, blockEmissionRao: Rao): bigint {
  return (BigInt(lockReductionIntervalBlocks) * blockEmissionRao) / RAO_PER_TAO
}

/**
 * What registering a subnet costs now: twice the last lock (once before the first registration), falling in
 * a straight line to the last lock after one interval and on down to the minimum.
 *
 * @source subtensor `pallets/subtensor/src/coinbase/root.rs`, `get_network_lock_cost`
 */
export function subnetLockCostRao(state: SubnetLockState, block: BlockNumber, blockEmissionRao: Rao): Rao {
  const interval = lockIntervalBlocks(state.lockReductionIntervalBlocks, blockEmissionRao)
  const doubled = saturatedU64(state.lastLockRao * (state.lastLockBlock === 0 ? 1n : 2n))
  const perBlock = interval === 0n ? 0n : state.lastLockRao / interval
  const fallen = saturatedU64(perBlock * BigInt(Math.max(0, block - state.lastLockBlock)))
  const cost = saturatedU64(doubled - fallen)
  return cost > state.minLockRao ? cost : state.minLockRao
}
