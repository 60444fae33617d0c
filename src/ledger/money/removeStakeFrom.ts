import { mostToSell } from '../../emission/index.js'
import { type Alpha, asHotkey, type Rao } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { dropPendingChildren } from '../children/dropPendingChildren.js'
import { REMOVE_STAKE_REFUSALS, whyNotRemoveStake } from '../rules/whyNotRemoveStake.js'
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
  'NotEnoughStakeToWithdraw',
  ...REMOVE_STAKE_REFUSALS,
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
  const withdrawal = { position, offeredAlpha, mostAlpha: offeredAlpha, allowPartial: false }
  const refusal =
    whyTooMuchAlpha(pool, position.netuid, offeredAlpha) ?? whyNotRemoveStake(context, withdrawal)
  return refusal ?? sold(context, position, unstakeFrom(context, position, position.coldkey, offeredAlpha))
}

/**
 * Sells stake of a coldkey down to a price, and what a small nomination keeps. Stake need not be open on the subnet, and more than the position
 * is worth is too much.
 *
 * @returns as {@link removeStakeFrom}.
 * @source spec: `spec/chain.md` 10.2
 */
export function removeStakeDownTo(
  context: BlockContext<typeof STAKE_EVENTS>,
  position: Position,
  offeredAlpha: Alpha,
  { limitRaoPerAlpha, allowPartial }: PriceLimit,
): Rao | RefusalOf<(typeof LIMITED_REMOVING_REFUSALS)[number]> {
  const most = mostToSell(reservesIfAny(context.state, position.netuid), limitRaoPerAlpha)
  if (!most.ok) {
    return refuseTrade(most.error, {
      because: 'selling',
      netuid: position.netuid,
      offeredAlpha,
      limitRaoPerAlpha,
    })
  }
  const withdrawal = { position, offeredAlpha, mostAlpha: most.amount, allowPartial: allowPartial }
  const refusal =
    whyMoreThanHeld(context.state, position, offeredAlpha) ?? whyNotRemoveStake(context, withdrawal)
  if (refusal !== null) return refusal
  const amountAlpha = offeredAlpha < most.amount ? offeredAlpha : most.amount
  return sold(
    context,
    position,
    unstakeFrom(context, position, position.coldkey, amountAlpha, { limitRaoPerAlpha }),
  )
}

/** Why a position cannot give so much. That its subnet is not there comes first, and is for {@link whyNotRemoveStake} to say. */
function whyMoreThanHeld(
  state: LedgerState,
  position: Position,
  offeredAlpha: Alpha,
): RefusalOf<'NotEnoughStakeToWithdraw'> | null {
  const { netuid } = position
  if (state.findSubnet(netuid) === undefined) return null
  const heldAlpha = positionValue(state, position)
  if (offeredAlpha <= heldAlpha) return null
  const hotkey = asHotkey(state.addressOf(position.hotkey))
  return refuse('NotEnoughStakeToWithdraw', { netuid, hotkey, heldAlpha, offeredAlpha })
}

function sold<R>(context: BlockContext<typeof STAKE_EVENTS>, position: Position, outcome: Rao | R): Rao | R {
  if (typeof outcome === 'bigint') {
    sweepSmallNomination(context, position)
    dropPendingChildren(context, position.hotkey)
  }
  return outcome
}
