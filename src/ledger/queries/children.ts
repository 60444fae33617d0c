import type { BlockNumber, U16 } from '../../units/index.js'
import { childkeyTakeU16 } from '../children/childkeyTake.js'
import { linksView, type StakeLink } from '../children/StakeLink.js'
import { accountOf } from '../state/account.js'
import { children as childrenTable, pendingChildren } from '../state/tables.js'
import { hotkey, netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'

/** To whom a hotkey lends its stake on a subnet. */
export interface ChildrenView {
  /** In ascending order of their keys. */
  readonly children: readonly StakeLink[]
  /** Children that wait, in the order in which they were named: they come at the first epoch after `afterBlock`. */
  readonly pending: { readonly children: readonly StakeLink[]; readonly afterBlock: BlockNumber } | null
  /** What the hotkey keeps, as a child itself, of its parents' dividends, of 65535. */
  readonly childkeyTakeU16: U16
}

/** Children of a hotkey on a subnet, those that wait too. PERF: a few look-ups. */
export const children = defineQuery({ netuid, hotkey }, ({ state, config }, args): ChildrenView => {
  const id = accountOf(args.hotkey)
  const pending = state.get(pendingChildren, args.netuid, id)
  return {
    children: linksView(state, state.getOrBlank(childrenTable, args.netuid, id)),
    pending:
      pending === undefined ? null : { children: linksView(state, pending), afterBlock: pending.afterBlock },
    childkeyTakeU16: childkeyTakeU16(state, config, args.netuid, id),
  }
})
