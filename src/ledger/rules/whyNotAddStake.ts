import { type MechanismReserves, mechanismPool } from '../../emission/index.js'
import { describeRao, RAO_PER_TAO, type Rao } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { isStakePrecise, type Position } from '../money/stake.js'
import { tradingReserves } from '../money/trades.js'
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
  if (subnet === undefined) return refuse('SubnetNotExists', `There is no subnet ${netuid}.`)
  if (!subnet.subtokenEnabled) return refuse('SubtokenDisabled', 'The subnet has no open stake.')
  const pool = tradingReserves(state, netuid)
  const leastRao = config.minStakeRao + feeOf(pool, config.minStakeRao)
  if (offeredRao < leastRao) return refuse('AmountTooLow', `Stake at least ${describeRao(leastRao)}.`)
  if (!allowPartial && offeredRao > mostRao) {
    return refuse('SlippageTooHigh', `The limit lets in ${describeRao(mostRao)}.`)
  }
  const stakedRao = offeredRao < mostRao ? offeredRao : mostRao
  if (state.balanceRao(coldkey) < stakedRao) {
    return refuse('NotEnoughBalanceToStake', 'The balance is smaller than the amount.')
  }
  if (ownerOf(state, hotkey) === undefined) {
    return refuse('HotKeyAccountNotExists', 'Nobody has used this hotkey.')
  }
  const bought = mechanismPool.buy(pool, stakedRao)
  if (!bought.ok) return refuse('InsufficientLiquidity', 'The pool cannot take the amount.')
  if (bought.inRao < config.minStakeRao) {
    return refuse('AmountTooLow', `At least ${describeRao(config.minStakeRao)} must get into the pool.`)
  }
  if (bought.outAlpha === 0n) return refuse('InsufficientLiquidity', 'The amount buys nothing.')
  return isStakePrecise(state, position, bought.outAlpha)
    ? null
    : refuse('InsufficientLiquidity', 'The amount is lost beside the stake that is there.')
}

/** What a purchase costs: in this pool, or where that does not trade, in one that does. */
function feeOf(pool: MechanismReserves, amountRao: Rao): Rao {
  const bought = mechanismPool.buy(pool, amountRao)
  if (bought.ok) return bought.feeRao
  const amount = RAO_PER_TAO > amountRao ? RAO_PER_TAO : amountRao
  const deep = mechanismPool.buy({ ...pool, taoRao: amount, alphaIn: amount }, amountRao)
  return deep.ok ? deep.feeRao : 0n
}
