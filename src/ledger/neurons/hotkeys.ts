import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { type AccountId, isSystemAccount } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { hotkeys } from '../state/tables.js'

/** The coldkey that owns a hotkey; `undefined` for a hotkey nobody has used. */
export function ownerOf(state: LedgerState, hotkey: AccountId): AccountId | undefined {
  return state.get(hotkeys, hotkey)?.owner
}

/** Why a hotkey cannot be linked to its coldkey. */
export const HOTKEY_REFUSALS = ['CannotUseSystemAccount', 'NonAssociatedColdKey'] as const

/** Links a hotkey to its coldkey on first use; refuses a hotkey of somebody else. */
export function associateHotkey(
  context: BlockContext,
  coldkey: AccountId,
  hotkey: AccountId,
): RefusalOf<(typeof HOTKEY_REFUSALS)[number]> | null {
  const { state } = context
  const owner = ownerOf(state, hotkey)
  if (owner === undefined) {
    if (isSystemAccount(hotkey)) {
      return refuse('CannotUseSystemAccount', 'A subnet account cannot be a hotkey.')
    }
    state.set(hotkeys, [hotkey], { owner: coldkey, takeU16: null, takeChangedAtBlock: 0 })
    return null
  }
  return owner === coldkey ? null : refuse('NonAssociatedColdKey', 'Another coldkey owns this hotkey.')
}
