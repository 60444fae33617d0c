import { type Alpha, asColdkey, type Coldkey } from '../../units/index.js'
import { positionValue } from '../money/stake.js'
import { accountOf } from '../state/account.js'
import { shares } from '../state/tables.js'
import { coldkey, DEFAULT_PAGE, hotkey, limit, netuid } from './arguments.js'
import { defineQuery, leftOut } from './defineQuery.js'
import { type Page, pageOf } from './page.js'

/** A coldkey's stake on the hotkey that was asked for. */
export interface NominatorView {
  readonly coldkey: Coldkey
  /** What the position is worth. */
  readonly alpha: Alpha
}

/** Who has stake on a hotkey of a subnet, its owner too. PERF: one look-up per entry of the page. */
export const nominators = defineQuery(
  { netuid, hotkey, from: leftOut(coldkey), limit },
  ({ state }, args): Page<NominatorView, Coldkey> => {
    const place = { netuid: args.netuid, hotkey: accountOf(args.hotkey) }
    const first = args.from && ([place.netuid, place.hotkey, accountOf(args.from)] as const)
    return pageOf(
      state.rangeFrom(shares, [place.netuid, place.hotkey], first),
      { entries: args.limit ?? DEFAULT_PAGE },
      ([[, , id]]) => ({
        coldkey: asColdkey(state.addressOf(id)),
        alpha: positionValue(state, { ...place, coldkey: id }),
      }),
      ([[, , id]]) => asColdkey(state.addressOf(id)),
    )
  },
)
