import { type Alpha, asHotkey } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { whyLocked } from '../rules/whyNotRemoveStake.js'
import { ROOT } from '../state/account.js'
import { reserves } from '../state/tables.js'
import { takeFromPosition } from './positions.js'
import { type Position, positionValue } from './stake.js'

/** Why stake is not given up, in the order of the checks. */
export const SPENDING_REFUSALS = [
  'SubnetNotExists',
  'CannotBurnOrRecycleOnRootSubnet',
  'SubtokenDisabled',
  'HotKeyAccountNotExists',
  'InsufficientLiquidity',
  'StakeUnavailable',
] as const

/**
 * Takes stake from a position for nothing. More than the position is worth means all of it, and nothing is an amount too.
 *
 * @returns alpha that was taken, or why none was.
 * @source spec: `spec/chain.md` 10.4
 */
export function spendAlpha(
  context: BlockContext,
  position: Position,
  wantedAlpha: Alpha,
): Alpha | RefusalOf<(typeof SPENDING_REFUSALS)[number]> {
  const { state } = context
  const { netuid, hotkey } = position
  const subnet = state.findSubnet(netuid)
  if (subnet === undefined) return refuse('SubnetNotExists', { netuid })
  if (netuid === ROOT) return refuse('CannotBurnOrRecycleOnRootSubnet', { netuid })
  if (!subnet.subtokenEnabled) return refuse('SubtokenDisabled', { netuid })
  if (ownerOf(state, hotkey) === undefined) {
    return refuse('HotKeyAccountNotExists', { hotkey: asHotkey(state.addressOf(hotkey)) })
  }
  const heldAlpha = positionValue(state, position)
  const amountAlpha = wantedAlpha < heldAlpha ? wantedAlpha : heldAlpha
  const outsideAlpha = state.cell(reserves, netuid, 'alphaOut')
  if (outsideAlpha < amountAlpha) {
    return refuse('InsufficientLiquidity', { because: 'lessOutside', netuid, amountAlpha, outsideAlpha })
  }
  const locked = whyLocked(context, position, amountAlpha)
  if (locked !== null) return locked
  takeFromPosition(context, position, amountAlpha)
  return amountAlpha
}
