import { mostToBuy } from '../../emission/index.js'
import type { Alpha, Rao } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { storeTake } from '../neurons/hotkeys.js'
import { ADD_STAKE_REFUSALS, LIMITED_ADD_STAKE_REFUSALS, whyNotAddStake } from '../rules/whyNotAddStake.js'
import { whyTooMuchTao } from '../rules/whyTooMuch.js'
import type { Position } from './stake.js'
import { type STAKE_EVENTS, STAKING_REFUSALS, stakeInto } from './stakeTrades.js'
import { TRADE_REFUSALS } from './tradeRefusals.js'
import { refuseTrade, reservesIfAny } from './trades.js'

/** A limit that a price is not to pass. */
export interface PriceLimit {
  readonly limitRaoPerAlpha: Rao
  /** Whether less than what is offered will do. */
  readonly allowPartial: boolean
}

/** Why TAO is not staked, in the order of the checks. */
export const ADDING_REFUSALS = ['InsufficientLiquidity', ...ADD_STAKE_REFUSALS, ...STAKING_REFUSALS] as const

/** The same where the pool is asked for a limit first. */
export const LIMITED_ADDING_REFUSALS = [
  ...TRADE_REFUSALS,
  ...LIMITED_ADD_STAKE_REFUSALS,
  ...STAKING_REFUSALS,
] as const

/**
 * Stakes TAO of a coldkey, at whatever price.
 *
 * @returns alpha that was staked, or why none was; then the caller undoes what came before.
 * @source spec: `spec/chain.md` 10.1
 */
export function addStakeTo(
  context: BlockContext<typeof STAKE_EVENTS>,
  position: Position,
  offeredRao: Rao,
): Alpha | RefusalOf<(typeof ADDING_REFUSALS)[number]> {
  const pool = reservesIfAny(context.state, position.netuid)
  const offer = { position, offeredRao, mostRao: offeredRao }
  const refusal =
    whyTooMuchTao(pool, position.netuid, offeredRao) ?? whyNotAddStake<never>(context, offer, () => null)
  return refusal ?? stakeInto(context, position, offeredRao)
}

/**
 * Stakes TAO of a coldkey up to a price, as much as that lets in.
 *
 * @returns as {@link addStakeTo}.
 * @source spec: `spec/chain.md` 10.1
 */
export function addStakeUpTo(
  context: BlockContext<typeof STAKE_EVENTS>,
  position: Position,
  offeredRao: Rao,
  { limitRaoPerAlpha, allowPartial }: PriceLimit,
): Alpha | RefusalOf<(typeof LIMITED_ADDING_REFUSALS)[number]> {
  const { netuid } = position
  const most = mostToBuy(reservesIfAny(context.state, netuid), limitRaoPerAlpha)
  if (!most.ok) {
    return refuseTrade(most.error, { because: 'buying', netuid, offeredRao, limitRaoPerAlpha })
  }
  const mostRao = most.amount
  const refusal = whyNotAddStake(context, { position, offeredRao, mostRao }, () =>
    !allowPartial && offeredRao > mostRao
      ? refuse('SlippageTooHigh', { because: 'buying', offeredRao, mostRao })
      : null,
  )
  if (refusal !== null) return refusal
  storeTake(context, position.hotkey, position.coldkey)
  return stakeInto(context, position, offeredRao < mostRao ? offeredRao : mostRao, { limitRaoPerAlpha })
}
