import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { type AggregateStep, steppedAggregate } from '../rules/locks/aggregate.js'
import type { LockClock } from '../rules/locks/Lock.js'
import type { Aggregates } from '../rules/locks/ownerByConviction.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { hotkeyLocks, ownerLocks } from '../state/tables.js'

/*
 * Sums of the locks to each hotkey of a subnet. Those to the owner's hotkey are kept once per subnet, in a record of their own: they ripen at once.
 */

const NONE: Aggregates = { perpetual: null, decaying: null }

/** How locks change on this chain, as of the block that is being made. */
export function lockClock({ block, config }: Pick<BlockContext, 'block' | 'config'>): LockClock {
  return { block, unlockRateBlocks: config.unlockRateBlocks, maturityRateBlocks: config.maturityRateBlocks }
}

/** Sums of the locks to a hotkey, kept as one that is not the owner's. */
export function hotkeySums(state: LedgerState, netuid: Netuid, hotkey: AccountId): Aggregates {
  return state.get(hotkeyLocks, netuid, hotkey) ?? NONE
}

/** Sums of the locks to the owner's hotkey. */
export function ownerSums(state: LedgerState, netuid: Netuid): Aggregates {
  return state.get(ownerLocks, netuid) ?? NONE
}

export function setHotkeySums(
  state: LedgerState,
  netuid: Netuid,
  hotkey: AccountId,
  sums: Aggregates = NONE,
): void {
  if (isNone(sums)) state.delete(hotkeyLocks, netuid, hotkey)
  else state.set(hotkeyLocks, [netuid, hotkey], sums)
}

export function setOwnerSums(state: LedgerState, netuid: Netuid, sums: Aggregates): void {
  if (isNone(sums)) state.delete(ownerLocks, netuid)
  else state.set(ownerLocks, [netuid], sums)
}

/** Does to the sums what a changed lock asks for, in order. */
export function stepSums(
  state: LedgerState,
  netuid: Netuid,
  steps: readonly AggregateStep<AccountId>[],
  clock: LockClock,
): void {
  for (const step of steps) {
    const { hotkey, kind } = step.place
    const before = kind.isOwners ? ownerSums(state, netuid) : hotkeySums(state, netuid, hotkey)
    const slot = kind.isPerpetual ? 'perpetual' : 'decaying'
    const after = { ...before, [slot]: steppedAggregate(before[slot], step, clock) }
    if (kind.isOwners) setOwnerSums(state, netuid, after)
    else setHotkeySums(state, netuid, hotkey, after)
  }
}

/** Whether nothing is locked. */
export const isNone = ({ perpetual, decaying }: Aggregates): boolean =>
  perpetual === null && decaying === null
