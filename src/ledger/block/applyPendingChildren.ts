import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { takeUpChildren } from '../children/scheduleChildren.js'
import { pendingChildren } from '../state/tables.js'

/**
 * Makes the children count that have waited long enough on a subnet whose epoch came in this block; on one that was not started, all that wait.
 * Parents come in ascending order: of two sets that exclude each other the first holds, and the other is dropped.
 *
 * PERF: what waits on the subnet, a few look-ups per child, however many parents a child has.
 * @source spec: `spec/chain.md` 1.3 step 8, 7.4
 */
export function applyPendingChildren(context: BlockContext, netuid: Netuid): void {
  const { state, block } = context
  const { subtokenEnabled } = state.subnet(netuid)
  for (const [[, hotkey], { afterBlock, ...links }] of state.range(pendingChildren, netuid)) {
    if (subtokenEnabled && afterBlock >= block) continue
    takeUpChildren(context, { netuid, hotkey }, links)
    state.delete(pendingChildren, netuid, hotkey)
  }
}
