import type { TradeTerms } from '../../emission/index.js'
import { type Alpha, asColdkey, asHotkey, type Rao } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import type { AccountId } from '../state/account.js'
import { touchLock } from './locks.js'
import { addToPosition, takeFromPosition } from './positions.js'
import { creditStake, type Position } from './stake.js'
import { SALE_REFUSALS, type SaleRefusal } from './tradeRefusals.js'
import {
  buyAlpha,
  payableRao,
  payPurchaseFee,
  paySaleFee,
  refuseNothingToSpare,
  sellAlpha,
} from './trades.js'
import { whyImprecise } from './whyImprecise.js'

/** What is recorded whenever a coldkey's TAO becomes stake, or its stake TAO. */
export const STAKE_EVENTS = {
  /** TAO was staked: `amountRao` left the balance, the fee in it. */
  StakeAdded: {
    hotkey: holds.hotkey,
    coldkey: holds.coldkey,
    amountRao: holds.rao,
    amountAlpha: holds.alpha,
    feeRao: holds.rao,
  },
  /** Stake was sold: `amountAlpha` left the position, the fee in it. */
  StakeRemoved: {
    hotkey: holds.hotkey,
    coldkey: holds.coldkey,
    amountRao: holds.rao,
    amountAlpha: holds.alpha,
    feeAlpha: holds.alpha,
  },
} as const

type StakeContext = BlockContext<typeof STAKE_EVENTS>

/** Why TAO does not become stake, once all that a call checks beforehand is right. */
export const STAKING_REFUSALS = [...SALE_REFUSALS, 'AmountTooLow'] as const

/**
 * Turns TAO of a coldkey into stake, as much as it can pay and stay alive.
 *
 * @returns alpha that was staked, or why nothing was; then the caller undoes what came before.
 * @source spec: `spec/chain.md` 4.4, 10.1
 */
export function stakeInto(
  context: StakeContext,
  position: Position,
  offeredRao: Rao,
  terms: TradeTerms = {},
): Alpha | RefusalOf<(typeof STAKING_REFUSALS)[number]> {
  const { state } = context
  const { netuid, hotkey, coldkey } = position
  const amountRao = payableRao(context, coldkey, offeredRao)
  if (amountRao === 0n && offeredRao > 0n) return refuseNothingToSpare(context, coldkey)
  const bought = buyAlpha(context, netuid, coldkey, amountRao, terms)
  if (!bought.ok) return bought.refusal
  const amountAlpha = bought.outAlpha
  if (amountAlpha === 0n) return refuse('AmountTooLow', { because: 'buysNothing', offeredRao: amountRao })
  const imprecise = whyImprecise(state, position, amountAlpha)
  if (imprecise !== null) return imprecise
  addToPosition(context, position, amountAlpha)
  const unpaid = payPurchaseFee(context, netuid, bought.feeRao)
  if (unpaid !== null) return unpaid
  touchLock(context, netuid, coldkey)
  context.emit('StakeAdded', netuid, {
    hotkey: asHotkey(state.addressOf(hotkey)),
    coldkey: asColdkey(state.addressOf(coldkey)),
    amountRao,
    amountAlpha,
    feeRao: bought.feeRao,
  })
  return amountAlpha
}

/**
 * Turns stake into TAO of an account. The position is worth as much; what a limit leaves over goes back to it.
 *
 * @returns TAO that was paid out, or why not all of it could be done: then the stake has left the position, whether it was sold or not, and
 *   the caller undoes that or leaves it so.
 * @source spec: `spec/chain.md` 4.4, 10.2
 */
export function unstakeFrom(
  context: StakeContext,
  position: Position,
  payee: AccountId,
  offeredAlpha: Alpha,
  terms: TradeTerms = {},
): Rao | RefusalOf<SaleRefusal> {
  const { state } = context
  const { netuid, hotkey, coldkey } = position
  const tell = (amountRao: Rao, amountAlpha: Alpha, feeAlpha: Alpha): void =>
    context.emit('StakeRemoved', netuid, {
      hotkey: asHotkey(state.addressOf(hotkey)),
      coldkey: asColdkey(state.addressOf(coldkey)),
      amountRao,
      amountAlpha,
      feeAlpha,
    })
  takeFromPosition(context, position, offeredAlpha)
  const sold = sellAlpha(context, netuid, payee, offeredAlpha, terms)
  if (!sold.ok) {
    tell(0n, offeredAlpha, 0n)
    return sold.refusal
  }
  const amountAlpha = sold.inAlpha + sold.feeAlpha
  creditStake(state, position, offeredAlpha - amountAlpha)
  tell(sold.outRao, amountAlpha, sold.feeAlpha)
  const unpaid = paySaleFee(context, netuid, sold.feeAlpha)
  if (unpaid !== null) return unpaid
  touchLock(context, netuid, coldkey)
  return sold.outRao
}
