import { asHotkey, type Hotkey, type Netuid } from '../../units/index.js'
import type { StakeLink } from '../children/StakeLink.js'
import { type AccountId, accountOf } from '../state/account.js'
import { parents as parentsTable } from '../state/tables.js'
import { DEFAULT_PAGE, hotkey, limit, netuid } from './arguments.js'
import { defineQuery, leftOut } from './defineQuery.js'
import { type Page, pageOf } from './page.js'

/** Hotkeys that lend to a hotkey on a subnet, by key. PERF: the page. */
export const parents = defineQuery(
  { netuid, hotkey, from: leftOut(hotkey), limit },
  ({ state }, args): Page<StakeLink, Hotkey> => {
    const prefix: [Netuid, AccountId] = [args.netuid, accountOf(args.hotkey)]
    const from = args.from && ([...prefix, accountOf(args.from)] as const)
    const hotkeyOf = (parent: AccountId): Hotkey => asHotkey(state.addressOf(parent))
    return pageOf(
      state.rangeFrom(parentsTable, prefix, from),
      { entries: args.limit ?? DEFAULT_PAGE },
      ([[, , parent], { proportionU64 }]) => ({ hotkey: hotkeyOf(parent), proportionU64 }),
      ([[, , parent]]) => hotkeyOf(parent),
    )
  },
)
