import {
  type Alpha,
  asColdkey,
  asHotkey,
  type Coldkey,
  type Hotkey,
  type Netuid,
  type U16,
} from '../../units/index.js'
import { type AccountId, accountOf } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { hotkeys, shares, stakes } from '../state/tables.js'
import { DEFAULT_PAGE, hotkey, limit, MAX_PAGE, netuid } from './arguments.js'
import { defineQuery, leftOut } from './defineQuery.js'
import { type Page, pageOf } from './page.js'

/** A hotkey on which others than its owner have stake. */
export interface DelegateView {
  readonly hotkey: Hotkey
  /** Its owner. */
  readonly coldkey: Coldkey
  /** Part of dividends that the owner takes before the stakers. */
  readonly takeU16: U16
  /** All stake on it, the owner's included. */
  readonly totalAlpha: Alpha
}

/**
 * Hotkeys of a subnet that somebody owns and on which others have stake. A page may be short, or empty, and not the last: it looks at no
 * more than 1,000 hotkeys.
 *
 * PERF: two look-ups per hotkey with stake that it looks at.
 */
export const delegates = defineQuery(
  { netuid, from: leftOut(hotkey), limit },
  ({ state, config }, args): Page<DelegateView, Hotkey> => {
    const first = args.from && ([args.netuid, accountOf(args.from)] as const)
    return pageOf(
      state.rangeFrom(stakes, [args.netuid], first),
      { entries: args.limit ?? DEFAULT_PAGE, looked: MAX_PAGE },
      ([[netuid, id], { totalAlpha }]) => {
        const record = state.get(hotkeys, id)
        if (record === undefined || !hasOthers(state, netuid, id, record.owner)) return undefined
        const { owner, takeU16 } = record
        return {
          hotkey: asHotkey(state.addressOf(id)),
          coldkey: asColdkey(state.addressOf(owner)),
          takeU16: takeU16 ?? config.defaultTakeU16,
          totalAlpha,
        }
      },
      ([[, id]]) => asHotkey(state.addressOf(id)),
    )
  },
)

/** Whether anybody but the owner stakes to a hotkey. */
function hasOthers(state: LedgerState, netuid: Netuid, hotkey: AccountId, owner: AccountId): boolean {
  for (const [[, , coldkey]] of state.rangeFrom(shares, [netuid, hotkey])) if (coldkey !== owner) return true
  return false
}
