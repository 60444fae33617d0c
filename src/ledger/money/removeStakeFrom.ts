import { mostToSell } from '../../emission/index.js'
import { type Alpha, asHotkey, type Rao } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { dropPendingChildren } from '../children/dropPendingChildren.js'
import {
  LIMITED_REMOVE_STAKE_REFUSALS,
  REMOVE_STAKE_REFUSALS,
  whyNotRemoveStake,
} from '../rules/whyNotRemoveStake.js'
import { whyTooMuchAlpha } from '../rules/whyTooMuch.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { PriceLimit } from './addStakeTo.js'
import { sweepSmallNomination } from './smallNominations.js'
import { type Position, positionValue } from './stake.js'
import { type STAKE_EVENTS, unstakeFrom } from './stakeTrades.js'
import { SALE_REFUSALS, TRADE_REFUSALS } from './tradeRefusals.js'
import { refuseTrade, reservesIfAny, reservesOf } from './trades.js'

/** Why stake is not taken out, in the order of the checks. */
export const REMOVING_REFUSALS = [
  'SubtokenDisabled',
  'InsufficientLiquidity',
  ...REMOVE_STAKE_REFUSALS,
  ...SALE_REFUSALS,
] as const

/** The same where the pool is asked for a limit first. */
export const LIMITED_REMOVING_REFUSALS = [
  ...TRADE_REFUSALS,
  'SubnetNotExists',
  ...LIMITED_REMOVE_STAKE_REFUSALS,
  ...SALE_REFUSALS,
] as const

/**
 * Sells stake of a coldkey, and what a small nomination keeps; children that wait are forgotten where too little stake is left. More than the position is worth means all of it.
 *
 * @returns TAO that the offered stake was sold for, or why it was not; then the caller undoes what came before.
 * @source spec: `spec/chain.md` 10.2
 */
export function removeStakeFrom(
  context: BlockContext<typeof STAKE_EVENTS>,
  position: Position,
  wantedAlpha: Alpha,
): Rao | RefusalOf<(typeof REMOVING_REFUSALS)[number]> {
  const { state } = context
  // A subnet that is not there has no open stake either.
  if (state.findSubnet(position.netuid)?.subtokenEnabled !== true) {
    return refuse('SubtokenDisabled', { netuid: position.netuid })
  }
  const heldAlpha = positionValue(state, position)
  const offeredAlpha = wantedAlpha < heldAlpha ? wantedAlpha : heldAlpha
  const pool = reservesOf(state, position.netuid)
  const refusal =
    whyTooMuchAlpha(pool, position.netuid, offeredAlpha) ??
    whyNotRemoveStake<never>(context, { position, offeredAlpha }, () => null)
  return refusal ?? sold(context, position, unstakeFrom(context, position, position.coldkey, offeredAlpha))
}

/**
 * Sells stake of a coldkey down to a price, and what a small nomination keeps. Stake need not be open on the subnet.
 *
 * @param whyTooMuch - asked once it is known that there is the subnet: why the position cannot give so much.
 * @returns as {@link removeStakeFrom}.
 * @source spec: `spec/chain.md` 10.2
 */
export function removeStakeDownTo<R>(
  context: BlockContext<typeof STAKE_EVENTS>,
  position: Position,
  offeredAlpha: Alpha,
  { limitRaoPerAlpha, allowPartial }: PriceLimit,
  whyTooMuch: () => R | null,
): Rao | RefusalOf<(typeof LIMITED_REMOVING_REFUSALS)[number]> | R {
  const { state } = context
  const { netuid } = position
  const most = mostToSell(reservesIfAny(state, netuid), limitRaoPerAlpha)
  if (!most.ok) {
    return refuseTrade(most.error, { because: 'selling', netuid, offeredAlpha, limitRaoPerAlpha })
  }
  if (state.findSubnet(netuid) === undefined) return refuse('SubnetNotExists', { netuid })
  const mostAlpha = most.amount
  const refusal =
    whyTooMuch() ??
    whyNotRemoveStake(context, { position, offeredAlpha }, () =>
      !allowPartial && offeredAlpha > mostAlpha
        ? refuse('SlippageTooHigh', { because: 'selling', offeredAlpha, mostAlpha })
        : null,
    )
  if (refusal !== null) return refusal
  const amountAlpha = offeredAlpha < mostAlpha ? offeredAlpha : mostAlpha
  return sold(
    context,
    position,
    unstakeFrom(context, position, position.coldkey, amountAlpha, { limitRaoPerAlpha }),
  )
}

/** Why a position cannot give so much. */
export function whyMoreThanHeld(
  state: LedgerState,
  position: Position,
  offeredAlpha: Alpha,
): RefusalOf<'NotEnoughStakeToWithdraw'> | null {
  const heldAlpha = positionValue(state, position)
  if (offeredAlpha <= heldAlpha) return null
  const hotkey = asHotkey(state.addressOf(position.hotkey))
  return refuse('NotEnoughStakeToWithdraw', { netuid: position.netuid, hotkey, heldAlpha, offeredAlpha })
}

function sold<R>(context: BlockContext<typeof STAKE_EVENTS>, position: Position, outcome: Rao | R): Rao | R {
  if (typeof outcome === 'bigint') {
    sweepSmallNomination(context, position)
    dropPendingChildren(context, position.hotkey)
  }
  return outcome
}
