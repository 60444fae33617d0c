import { asColdkey, asHotkey, type U16 } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { refuseStranger } from '../neurons/hotkeys.js'
import type { AccountId } from '../state/account.js'
import { hotkeys } from '../state/tables.js'
import { described, hotkeyField, takeField } from './fields.js'

/* What the two calls that change a take have in common. */

export const TAKE_FIELDS = {
  hotkey: described(hotkeyField, 'Hotkey whose take it is.'),
  takeU16: described(
    takeField,
    "Part of its nominators' dividends that the hotkey keeps, of 65535; within `minTakeU16` and `maxTakeU16` of the chain.",
  ),
}

export const TAKE_EVENT = { hotkey: holds.hotkey, coldkey: holds.coldkey, takeU16: holds.count }

/** Why a take is not changed, before it is compared with the former one. */
export const TAKE_REFUSALS = [
  'DelegateTakeTooLow',
  'DelegateTakeTooHigh',
  'HotKeyAccountNotExists',
  'NonAssociatedColdKey',
] as const

/** A hotkey's take, and the one that is asked for. */
export interface TakeChange {
  readonly hotkey: AccountId
  readonly takeU16: U16
}

/** Whether a take is below the least. */
export function whyTooLow(
  { config }: BlockContext,
  { takeU16 }: TakeChange,
): RefusalOf<'DelegateTakeTooLow'> | null {
  const { minTakeU16 } = config
  return takeU16 < minTakeU16
    ? refuse('DelegateTakeTooLow', { because: 'belowLeast', takeU16, leastU16: minTakeU16 })
    : null
}

/** Whether a take is above the largest. */
export function whyTooHigh(
  { config }: BlockContext,
  { takeU16 }: TakeChange,
): RefusalOf<'DelegateTakeTooHigh'> | null {
  const { maxTakeU16 } = config
  return takeU16 > maxTakeU16 ? refuse('DelegateTakeTooHigh', { takeU16, mostU16: maxTakeU16 }) : null
}

/** Where calls are guarded, both bounds come first; otherwise each call asks for its own after all of this. */
export function whyNotTake(
  context: BlockContext,
  signer: AccountId,
  change: TakeChange,
): RefusalOf<(typeof TAKE_REFUSALS)[number]> | null {
  const { state, isGuarded } = context
  const { hotkey } = change
  const unfit = isGuarded ? (whyTooLow(context, change) ?? whyTooHigh(context, change)) : null
  if (unfit !== null) return unfit
  const record = state.get(hotkeys, hotkey)
  if (record === undefined)
    return refuse('HotKeyAccountNotExists', { hotkey: asHotkey(state.addressOf(hotkey)) })
  return record.owner === signer ? null : refuseStranger(state, hotkey, signer)
}

/** Stores a take, and starts the clock anew. @returns what its event tells. */
export function storeTake(
  { state, block }: BlockContext,
  signer: AccountId,
  { hotkey, takeU16 }: TakeChange,
) {
  const record = state.required(hotkeys, hotkey)
  state.set(hotkeys, [hotkey], { ...record, takeU16, takeChangedAtBlock: block })
  return {
    hotkey: asHotkey(state.addressOf(hotkey)),
    coldkey: asColdkey(state.addressOf(signer)),
    takeU16,
  }
}
