import type { BlockContext } from '../BlockContext.js'
import { refuse } from '../BlockContext.js'
import { isSystemAccount, type LedgerState } from '../state/LedgerState.js'
import type { AccountId } from '../state/records.js'
import { hotkeyTable } from '../state/tables.js'
import type { Refusal } from '../types.js'

/** The coldkey that owns a hotkey; `undefined` for a hotkey nobody has used. */
export function ownerOf(state: LedgerState, hotkey: AccountId): AccountId | undefined {
  return state.store.get(hotkeyTable, hotkey)?.owner
}

/** The part of dividends that the owner takes before the stakers. */
export function takeOf(context: BlockContext, hotkey: AccountId): number {
  return context.state.store.get(hotkeyTable, hotkey)?.takeU16 ?? context.config.defaultTakeU16
}

/** Links a hotkey to its coldkey on first use; refuses a hotkey of somebody else. */
export function associateHotkey(
  context: BlockContext,
  coldkey: AccountId,
  hotkey: AccountId,
): Refusal | null {
  const { state } = context
  const owner = ownerOf(state, hotkey)
  if (owner === undefined) {
    if (isSystemAccount(hotkey)) {
      return refuse('CannotUseSystemAccount', 'A subnet account cannot be a hotkey.')
    }
    state.store.set(hotkeyTable, hotkey, { owner: coldkey, takeU16: null, takeChangedAtBlock: 0 })
    return null
  }
  return owner === coldkey ? null : refuse('NonAssociatedColdKey', 'Another coldkey owns this hotkey.')
}
