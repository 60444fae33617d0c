import { asHotkey, type Hotkey } from '../../units/index.js'
import { accountOf } from '../state/account.js'
import type { KeyOf } from '../state/table.js'
import { hotkeysByOwner } from '../state/tables.js'
import { coldkey, DEFAULT_PAGE, hotkey, limit } from './arguments.js'
import { defineQuery, leftOut } from './defineQuery.js'
import { type Page, pageOf } from './page.js'

/** Hotkeys that a coldkey owns. PERF: the page. */
export const ownedHotkeys = defineQuery(
  { coldkey, from: leftOut(hotkey), limit },
  ({ state }, args): Page<Hotkey, Hotkey> => {
    const owner = accountOf(args.coldkey)
    const first = args.from && ([owner, accountOf(args.from)] as const)
    const shown = ([[, id]]: readonly [KeyOf<typeof hotkeysByOwner>, null]): Hotkey =>
      asHotkey(state.addressOf(id))
    return pageOf(
      state.rangeFrom(hotkeysByOwner, [owner], first),
      { entries: args.limit ?? DEFAULT_PAGE },
      shown,
      shown,
    )
  },
)
