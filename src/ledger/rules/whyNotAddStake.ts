import { type MechanismReserves, mechanismPoolUnchecked, tradeFee } from '../../emission/index.js'
import { asHotkey, type Rao } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import type { ChainConfig } from '../config.js'
import type { Position } from '../money/stake.js'
import { tradingReserves } from '../money/trades.js'
import { whyImprecise } from '../money/whyImprecise.js'
import { ownerOf } from '../neurons/hotkeys.js'

/** What somebody wants to stake. */
export interface Offer {
  readonly position: Position
  readonly offeredRao: Rao
  /** The most that a price limit lets in. */
  readonly mostRao: Rao
  /** Whether less than what is offered will do. */
  readonly allowPartial: boolean
}

/** Why TAO is not staked, in the order of the checks. */
export const ADD_STAKE_REFUSALS = [
  'SubnetNotExists',
  'SubtokenDisabled',
  'AmountTooLow',
  'SlippageTooHigh',
  'NotEnoughBalanceToStake',
  'HotKeyAccountNotExists',
  'InsufficientLiquidity',
] as const

type AddStakeRefusal = RefusalOf<(typeof ADD_STAKE_REFUSALS)[number]>

/** The smallest amount that may be staked in a pool: the least of the chain, and a fee on it. */
export function leastStakeRao({ minStakeRao }: ChainConfig, pool: MechanismReserves): Rao {
  return minStakeRao + tradeFee(pool, minStakeRao)
}

/**
 * The first reason why TAO cannot be staked; `null` when it can.
 *
 * @source spec: `spec/chain.md` 10.1
 */
export function whyNotAddStake(context: BlockContext, offer: Offer): AddStakeRefusal | null {
  const { state, config } = context
  const { position, offeredRao, mostRao, allowPartial } = offer
  const { netuid, hotkey, coldkey } = position
  const subnet = state.findSubnet(netuid)
  if (subnet === undefined) return refuse('SubnetNotExists', { netuid })
  if (!subnet.subtokenEnabled) return refuse('SubtokenDisabled', { netuid })
  const pool = tradingReserves(state, netuid)
  const leastRao = leastStakeRao(config, pool)
  if (offeredRao < leastRao) {
    return refuse('AmountTooLow', { because: 'belowLeast', offeredRao, leastRao })
  }
  if (!allowPartial && offeredRao > mostRao) {
    return refuse('SlippageTooHigh', { because: 'buying', offeredRao, mostRao })
  }
  const stakedRao = offeredRao < mostRao ? offeredRao : mostRao
  const balanceRao = state.balanceRao(coldkey)
  if (balanceRao < stakedRao) {
    return refuse('NotEnoughBalanceToStake', { because: 'staking', balanceRao, amountRao: stakedRao })
  }
  if (ownerOf(state, hotkey) === undefined) {
    return refuse('HotKeyAccountNotExists', { hotkey: asHotkey(state.addressOf(hotkey)) })
  }
  const bought = mechanismPoolUnchecked.buy(pool, stakedRao)
  if (!bought.ok) {
    const given = { netuid, offeredRao: stakedRao, limitRaoPerAlpha: null }
    return refuse('InsufficientLiquidity', { because: 'buying', ...given })
  }
  const { inRao, outAlpha: amountAlpha } = bought
  if (inRao < config.minStakeRao) {
    return refuse('AmountTooLow', { because: 'belowLeastInPool', inRao, leastRao: config.minStakeRao })
  }
  if (amountAlpha === 0n) {
    return refuse('InsufficientLiquidity', { because: 'buysNothing', netuid, offeredRao: stakedRao })
  }
  return whyImprecise(state, position, amountAlpha)
}
