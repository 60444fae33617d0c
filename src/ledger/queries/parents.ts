import { asHotkey, type Hotkey } from '../../units/index.js'
import type { StakeLink } from '../children/StakeLink.js'
import { accountOf } from '../state/account.js'
import { parents as parentsTable } from '../state/tables.js'
import { DEFAULT_PAGE, hotkey, limit, netuid } from './arguments.js'
import { defineQuery, leftOut } from './defineQuery.js'
import { type Page, pageOf } from './page.js'

/** Hotkeys that lend to a hotkey on a subnet, by key. PERF: all its parents are sorted for each page. */
export const parents = defineQuery(
  { netuid, hotkey, from: leftOut(hotkey), limit },
  ({ state }, args): Page<StakeLink, Hotkey> => {
    const links = state.getOrBlank(parentsTable, args.netuid, accountOf(args.hotkey))
    const first = args.from === undefined ? '' : accountOf(args.from)
    const rows = links.hotkey
      .map((id, at) => ({ id, proportionU64: links.proportionU64[at] ?? 0n }))
      .filter(({ id }) => id >= first)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    return pageOf(
      rows,
      { entries: args.limit ?? DEFAULT_PAGE },
      ({ id, proportionU64 }) => ({ hotkey: asHotkey(state.addressOf(id)), proportionU64 }),
      ({ id }) => asHotkey(state.addressOf(id)),
    )
  },
)
