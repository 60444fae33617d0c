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
}

const BEFORE_LIMIT = ['SubnetNotExists', 'SubtokenDisabled', 'AmountTooLow'] as const
const AFTER_LIMIT = ['NotEnoughBalanceToStake', 'HotKeyAccountNotExists', 'InsufficientLiquidity'] as const

/** Why TAO is not staked, in the order of the checks. */
export const ADD_STAKE_REFUSALS = [...BEFORE_LIMIT, ...AFTER_LIMIT] as const

/** The same where a price is not to pass a limit. */
export const LIMITED_ADD_STAKE_REFUSALS = [...BEFORE_LIMIT, 'SlippageTooHigh', ...AFTER_LIMIT] as const

type AddStakeRefusal = RefusalOf<(typeof ADD_STAKE_REFUSALS)[number]>

/** The smallest amount that may be staked in a pool: the least of the chain, and a fee on it. */
export function leastStakeRao({ minStakeRao }: ChainConfig, pool: MechanismReserves): Rao {
  return minStakeRao + tradeFee(pool, minStakeRao)
}

/**
 * The first reason why TAO cannot be staked; `null` when it can.
 *
 * @param whyPastLimit - asked in its turn: why less than what is offered will not do.
 * @source spec: `spec/chain.md` 10.1
 */
export function whyNotAddStake<R>(
  context: BlockContext,
  offer: Offer,
  whyPastLimit: () => R | null,
): AddStakeRefusal | R | null {
  const { state, config } = context
  const { position, offeredRao, mostRao } = offer
  const { netuid, hotkey, coldkey } = position
  const subnet = state.findSubnet(netuid)
  if (subnet === undefined) return refuse('SubnetNotExists', { netuid })
  if (!subnet.subtokenEnabled) return refuse('SubtokenDisabled', { netuid })
  const pool = tradingReserves(state, netuid)
  const leastRao = leastStakeRao(config, pool)
  if (offeredRao < leastRao) {
    return refuse('AmountTooLow', { because: 'belowLeast', offeredRao, leastRao })
  }
  const past = whyPastLimit()
  if (past !== null) return past
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
