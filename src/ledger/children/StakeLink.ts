import { asHotkey, type Hotkey } from '../../units/index.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { LinksRecord } from '../state/tables.js'

/** A child, or a parent, of a hotkey on a subnet: how much of the parent's stake counts for the child. */
export interface StakeLink {
  readonly hotkey: Hotkey
  /** Parts of 2^64 - 1. */
  readonly proportionU64: bigint
}

/** Links as people see them. */
export function linksView(state: LedgerState, { hotkey, proportionU64 }: LinksRecord): StakeLink[] {
  return hotkey.map((key, at) => ({
    hotkey: asHotkey(state.addressOf(key)),
    proportionU64: proportionU64[at] ?? 0n,
  }))
}
