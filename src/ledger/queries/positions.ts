import { shape, u16 } from '../../checks/index.js'
import { type Alpha, asHotkey, type Hotkey, type Netuid } from '../../units/index.js'
import { positionValue } from '../money/stake.js'
import { accountOf } from '../state/account.js'
import { address } from '../state/columns.js'
import { sharesByColdkey } from '../state/tables.js'
import { coldkey, DEFAULT_PAGE, limit } from './arguments.js'
import { argument, defineQuery, leftOut } from './defineQuery.js'
import { type Page, pageOf } from './page.js'

/** Where a coldkey has stake. */
export interface PositionPlace {
  readonly netuid: Netuid
  readonly hotkey: Hotkey
}

/** One position of a coldkey. */
export interface PositionView extends PositionPlace {
  /** What it is worth. */
  readonly alpha: Alpha
}

const from = leftOut(argument<PositionPlace>(shape<PositionPlace>({ netuid: u16(), hotkey: address.check })))

/** Stake of a coldkey on all hotkeys of all subnets, by netuid. PERF: one look-up per entry of the page. */
export const positions = defineQuery(
  { coldkey, from, limit },
  ({ state }, args): Page<PositionView, PositionPlace> => {
    const owner = accountOf(args.coldkey)
    const first = args.from && ([owner, args.from.netuid, accountOf(args.from.hotkey)] as const)
    return pageOf(
      state.rangeFrom(sharesByColdkey, [owner], first),
      { entries: args.limit ?? DEFAULT_PAGE },
      ([[, netuid, hotkey]]) => ({
        netuid,
        hotkey: asHotkey(state.addressOf(hotkey)),
        alpha: positionValue(state, { netuid, hotkey, coldkey: owner }),
      }),
      ([[, netuid, hotkey]]) => ({ netuid, hotkey: asHotkey(state.addressOf(hotkey)) }),
    )
  },
)
