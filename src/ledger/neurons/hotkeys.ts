import { asColdkey, asHotkey } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { rememberHotkey } from '../money/stakingHotkeys.js'
import { type AccountId, isSystemAccount } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { hotkeys } from '../state/tables.js'

/** The coldkey that owns a hotkey; `undefined` for a hotkey nobody has used. */
export function ownerOf(state: LedgerState, hotkey: AccountId): AccountId | undefined {
  return state.get(hotkeys, hotkey)?.owner
}

/** Why a hotkey cannot be linked to its coldkey. */
export const HOTKEY_REFUSALS = ['CannotUseSystemAccount', 'NonAssociatedColdKey'] as const

/** Links a hotkey to its coldkey on first use, which puts it on the coldkey's list of hotkeys; refuses a hotkey of somebody else. */
export function associateHotkey(
  context: BlockContext,
  coldkey: AccountId,
  hotkey: AccountId,
): RefusalOf<(typeof HOTKEY_REFUSALS)[number]> | null {
  const { state } = context
  const owner = ownerOf(state, hotkey)
  if (owner === undefined) {
    if (isSystemAccount(hotkey)) {
      return refuse('CannotUseSystemAccount', { because: 'asHotkey', account: state.addressOf(hotkey) })
    }
    state.set(hotkeys, [hotkey], { owner: coldkey, takeU16: null, takeChangedAtBlock: 0 })
    rememberHotkey(state, coldkey, hotkey)
    return null
  }
  return owner === coldkey ? null : refuseStranger(state, hotkey, coldkey)
}

/** Says that another coldkey, or none, owns a hotkey. */
export function refuseStranger(
  state: LedgerState,
  hotkey: AccountId,
  coldkey: AccountId,
): RefusalOf<'NonAssociatedColdKey'> {
  return refuse('NonAssociatedColdKey', {
    hotkey: asHotkey(state.addressOf(hotkey)),
    coldkey: asColdkey(state.addressOf(coldkey)),
  })
}

/** Stores the take of a hotkey that has none, when somebody else stakes to it: from then on it can only be changed the way the call says. */
export function storeTake({ state, config }: BlockContext, hotkey: AccountId, staker: AccountId): void {
  const record = state.required(hotkeys, hotkey)
  if (record.owner === staker || record.takeU16 !== null) return
  state.set(hotkeys, [hotkey], { ...record, takeU16: config.defaultTakeU16 })
}
