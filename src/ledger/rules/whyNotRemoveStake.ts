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
  /** The most that a price limit lets in. */
  readonly mostAlpha: Alpha
  /** Whether less than what is offered will do. */
  readonly allowPartial: boolean
}

/** Why stake is not taken out, in the order of the checks. */
export const REMOVE_STAKE_REFUSALS = [
  'SubnetNotExists',
  'AmountTooLow',
  'InsufficientLiquidity',
  'SlippageTooHigh',
  'HotKeyAccountNotExists',
  'StakeUnavailable',
] as const

type RemoveStakeRefusal = RefusalOf<(typeof REMOVE_STAKE_REFUSALS)[number]>

/**
 * The first reason why stake cannot be taken out; `null` when it can.
 *
 * @source spec: `spec/chain.md` 10.2
 */
export function whyNotRemoveStake(context: BlockContext, withdrawal: Withdrawal): RemoveStakeRefusal | null {
  const { state, config } = context
  const { position, offeredAlpha, mostAlpha, allowPartial } = withdrawal
  const { netuid, hotkey } = position
  if (state.findSubnet(netuid) === undefined) {
    return refuse('SubnetNotExists', { netuid })
  }
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
  if (!allowPartial && offeredAlpha > mostAlpha) {
    return refuse('SlippageTooHigh', { because: 'selling', offeredAlpha, mostAlpha })
  }
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
