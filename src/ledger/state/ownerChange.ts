import type { BlockNumber, Netuid } from '../../units/index.js'
import type { LedgerState } from './LedgerState.js'
import { ownerChanges } from './tables.js'

/** When the owner of a subnet last did what has a clock of its own; `undefined` for never. */
export function ownerChangedAt(state: LedgerState, netuid: Netuid, clock: string): BlockNumber | undefined {
  return state.getOrBlank(ownerChanges, netuid).changedAtBlock[clock]
}

/** Starts such a clock anew. */
export function noteOwnerChange(state: LedgerState, netuid: Netuid, clock: string, block: BlockNumber): void {
  const { changedAtBlock } = state.getOrBlank(ownerChanges, netuid)
  state.set(ownerChanges, [netuid], { changedAtBlock: { ...changedAtBlock, [clock]: block } })
}
