import type { BlockNumber, Netuid } from '../../units/index.js'
import type { AccountId } from './account.js'
import type { LedgerState } from './LedgerState.js'
import { ownerAccountChanges, ownerChanges } from './tables.js'

/** A clock of what owners of a subnet change. */
export interface OwnerClock {
  readonly netuid: Netuid
  readonly name: string
  /** The account whose clock it is; without one it is the subnet's, whoever owns it. */
  readonly owner?: AccountId
}

/** When an owner last did what has a clock of its own; `undefined` for never. */
export function ownerChangedAt(
  state: LedgerState,
  { netuid, name, owner }: OwnerClock,
): BlockNumber | undefined {
  const { changedAtBlock } =
    owner === undefined
      ? state.getOrBlank(ownerChanges, netuid)
      : state.getOrBlank(ownerAccountChanges, netuid, owner)
  return changedAtBlock[name]
}

/** Starts such a clock anew. */
export function noteOwnerChange(
  state: LedgerState,
  { netuid, name, owner }: OwnerClock,
  block: BlockNumber,
): void {
  if (owner === undefined) {
    const { changedAtBlock } = state.getOrBlank(ownerChanges, netuid)
    state.set(ownerChanges, [netuid], { changedAtBlock: { ...changedAtBlock, [name]: block } })
    return
  }
  const { changedAtBlock } = state.getOrBlank(ownerAccountChanges, netuid, owner)
  state.set(ownerAccountChanges, [netuid, owner], { changedAtBlock: { ...changedAtBlock, [name]: block } })
}
