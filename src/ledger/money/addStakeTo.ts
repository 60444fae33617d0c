import { mostToBuy } from '../../emission/index.js'
import type { Alpha, Rao } from '../../units/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import { storeTake } from '../neurons/hotkeys.js'
import { ADD_STAKE_REFUSALS, whyNotAddStake } from '../rules/whyNotAddStake.js'
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
  ...ADD_STAKE_REFUSALS,
  ...STAKING_REFUSALS,
] as const

/**
 * Stakes TAO of a coldkey, with a limit as much as that lets in.
 *
 * @returns alpha that was staked, or why none was; then the caller undoes what came before.
 * @source spec: `spec/chain.md` 10.1
 */
export function addStakeTo(
  context: BlockContext<typeof STAKE_EVENTS>,
  position: Position,
  offeredRao: Rao,
  limit: PriceLimit | null,
): Alpha | RefusalOf<(typeof LIMITED_ADDING_REFUSALS)[number]> {
  const pool = reservesIfAny(context.state, position.netuid)
  if (limit === null) {
    const offer = { position, offeredRao, mostRao: offeredRao, allowPartial: false }
    const refusal = whyTooMuchTao(pool, position.netuid, offeredRao) ?? whyNotAddStake(context, offer)
    return refusal ?? stakeInto(context, position, offeredRao)
  }
  const { limitRaoPerAlpha, allowPartial } = limit
  const most = mostToBuy(pool, limitRaoPerAlpha)
  if (!most.ok) {
    return refuseTrade(most.error, {
      because: 'buying',
      netuid: position.netuid,
      offeredRao,
      limitRaoPerAlpha,
    })
  }
  const offer = { position, offeredRao, mostRao: most.amount, allowPartial: allowPartial }
  const refusal = whyNotAddStake(context, offer)
  if (refusal !== null) return refusal
  storeTake(context, position.hotkey, position.coldkey)
  const amountRao = offeredRao < most.amount ? offeredRao : most.amount
  return stakeInto(context, position, amountRao, { limitRaoPerAlpha })
}
