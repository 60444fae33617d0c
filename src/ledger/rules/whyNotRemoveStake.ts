import { mechanismPoolUnchecked } from '../../emission/index.js'
import { type Alpha, asColdkey, asHotkey } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { freeBelow } from '../money/locks.js'
import { type Position, positionValue } from '../money/stake.js'
import { tradingReserves } from '../money/trades.js'
import { ownerOf } from '../neurons/hotkeys.js'

/** What somebody wants to take out. */
export interface Withdrawal {
  readonly position: Position
  /** At most what the position is worth. */
  readonly offeredAlpha: Alpha
}

const BEFORE_LIMIT = ['AmountTooLow', 'InsufficientLiquidity'] as const
const AFTER_LIMIT = ['HotKeyAccountNotExists', 'StakeUnavailable'] as const

/** Why stake is not taken out, in the order of the checks. */
export const REMOVE_STAKE_REFUSALS = [...BEFORE_LIMIT, ...AFTER_LIMIT] as const

/** The same where a price is not to pass a limit. */
export const LIMITED_REMOVE_STAKE_REFUSALS = [...BEFORE_LIMIT, 'SlippageTooHigh', ...AFTER_LIMIT] as const

type RemoveStakeRefusal = RefusalOf<(typeof REMOVE_STAKE_REFUSALS)[number]>

/**
 * The first reason why stake cannot be taken out of a subnet that is there; `null` when it can.
 *
 * @param whyPastLimit - asked in its turn: why less than what is offered will not do.
 * @source spec: `spec/chain.md` 10.2
 */
export function whyNotRemoveStake<R>(
  context: BlockContext,
  withdrawal: Withdrawal,
  whyPastLimit: () => R | null,
): RemoveStakeRefusal | R | null {
  const { state, config } = context
  const { position, offeredAlpha } = withdrawal
  const { netuid, hotkey } = position
  if (offeredAlpha === 0n) return refuse('AmountTooLow', { because: 'nothingOffered', netuid })
  const heldAlpha = positionValue(state, position)
  const sold = mechanismPoolUnchecked.sell(tradingReserves(state, netuid), offeredAlpha)
  if (!sold.ok) {
    const given = { netuid, offeredAlpha, limitRaoPerAlpha: null }
    return refuse('InsufficientLiquidity', { because: 'selling', ...given })
  }
  const { minStakeRao: leastRao } = config
  if (sold.outRao < leastRao && offeredAlpha < heldAlpha) {
    const given = { offeredAlpha, worthRao: sold.outRao, leastRao, heldAlpha }
    return refuse('AmountTooLow', { because: 'sellsForLittle', ...given })
  }
  const past = whyPastLimit()
  if (past !== null) return past
  if (ownerOf(state, hotkey) === undefined) {
    return refuse('HotKeyAccountNotExists', { hotkey: asHotkey(state.addressOf(hotkey)) })
  }
  return whyLocked(context, position, offeredAlpha)
}

/** Why stake may not leave its subnet: its coldkey locked it. */
export function whyLocked(
  context: BlockContext,
  position: Position,
  amountAlpha: Alpha,
): RefusalOf<'StakeUnavailable'> | null {
  const freeAlpha = freeBelow(context, position, amountAlpha)
  if (freeAlpha === null) return null
  const { netuid, coldkey } = position
  const address = asColdkey(context.state.addressOf(coldkey))
  return refuse('StakeUnavailable', { netuid, coldkey: address, amountAlpha, freeAlpha })
}
