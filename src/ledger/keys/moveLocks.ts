import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { hotkeySums, isNone, lockClock, ownerSums, setHotkeySums, setOwnerSums } from '../money/lockSums.js'
import { lockOf, setLock } from '../money/locks.js'
import { more, somethingOf } from '../rules/locks/aggregate.js'
import { keptOf } from '../rules/locks/changedLock.js'
import type { Lock, LockClock } from '../rules/locks/Lock.js'
import type { Aggregates } from '../rules/locks/ownerByConviction.js'
import { rollLock } from '../rules/locks/rollLock.js'
import type { AccountId } from '../state/account.js'
import { locksByHotkey } from '../state/tables.js'

/**
 * Lets all that was locked to a hotkey be locked to another one of the same owner; to be called before the subnet's owner hotkey changes. Locks and sums
 * are rolled. Where one of the two is the owner's hotkey, so is the new one, and its conviction is what is locked to it.
 *
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `swap_hotkey_locks`
 * PERF: a step per lock to the old hotkey.
 */
export function moveLocks(
  context: BlockContext,
  netuid: Netuid,
  oldHotkey: AccountId,
  newHotkey: AccountId,
): void {
  const { state } = context
  const clock = lockClock(context)
  const ownerHotkey = state.findSubnet(netuid)?.ownerHotkey
  const wasOwners = ownerHotkey === oldHotkey
  const isOwners = wasOwners || ownerHotkey === newHotkey
  for (const [[, , coldkey]] of state.range(locksByHotkey, netuid, oldHotkey)) {
    const held = lockOf(state, netuid, coldkey)
    if (held === null) continue
    const rolled = rollLock(held.lock, clock, held.kind)
    const moved = rollLock(rolled, clock, { ...held.kind, isOwners })
    setLock(state, netuid, coldkey, newHotkey, keptOf(moved))
  }
  const fromOld = rolledSums(hotkeySums(state, netuid, oldHotkey), clock, false)
  const fromNew = rolledSums(hotkeySums(state, netuid, newHotkey), clock, false)
  const owners = rolledSums(ownerSums(state, netuid), clock, true)
  if (!wasOwners && isNone(fromOld)) return
  setHotkeySums(state, netuid, oldHotkey)
  if (!isOwners) {
    setHotkeySums(state, netuid, newHotkey, together([fromOld, fromNew], clock, false))
    return
  }
  setHotkeySums(state, netuid, newHotkey)
  setOwnerSums(state, netuid, together([owners, fromOld, fromNew], clock, true))
}

function rolledSums(sums: Aggregates, clock: LockClock, isOwners: boolean): Aggregates {
  return bySlot((slot, isPerpetual) => {
    const sum = sums[slot]
    return sum === null ? null : rollLock(sum, clock, { isOwners, isPerpetual })
  })
}

/** All of several sums that were rolled. */
function together(parts: readonly Aggregates[], clock: LockClock, isOwners: boolean): Aggregates {
  return bySlot((slot, isPerpetual) => {
    const locks = parts.flatMap((part): Lock[] => [part[slot] ?? []].flat())
    if (locks.length === 0) return null
    const sum = locks.reduce((all, lock) => ({ ...more(all, lock), lastBlock: clock.block }))
    return somethingOf(rollLock(sum, clock, { isOwners, isPerpetual }))
  })
}

function bySlot(sumOf: (slot: keyof Aggregates, isPerpetual: boolean) => Lock | null): Aggregates {
  return { perpetual: sumOf('perpetual', true), decaying: sumOf('decaying', false) }
}
