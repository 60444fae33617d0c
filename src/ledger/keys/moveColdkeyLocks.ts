import { asColdkey } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { lockClock, stepSums } from '../money/lockSums.js'
import { isPerpetualFor, lockOf, setLock } from '../money/locks.js'
import { type RefusalOf, refuse } from '../refusals/refuse.js'
import { keptOf } from '../rules/locks/changedLock.js'
import { rollLock } from '../rules/locks/rollLock.js'
import type { AccountId } from '../state/account.js'
import { locksByColdkey, perpetualLocks, stakers } from '../state/tables.js'

export const COLDKEY_LOCK_REFUSALS = ['ActiveLockExists', 'AccountRejectsLockedAlpha'] as const

/**
 * Lets a coldkey's locks be another one's, with its wishes about locks: each is rolled, and perpetual from now on where either of the two wanted that.
 * Its sum is the one of what it is. Refused, some may have moved: the caller undoes it.
 *
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `swap_coldkey_locks`
 * PERF: a step per lock and wish of both.
 */
export function moveColdkeyLocks(
  context: BlockContext,
  oldColdkey: AccountId,
  newColdkey: AccountId,
): RefusalOf<(typeof COLDKEY_LOCK_REFUSALS)[number]> | null {
  const { state } = context
  const clock = lockClock(context)
  const receiver = asColdkey(state.addressOf(newColdkey))
  for (const [[, netuid]] of state.range(locksByColdkey, newColdkey)) {
    const held = lockOf(state, netuid, newColdkey)
    if (held !== null && rollLock(held.lock, clock, held.kind).massAlpha > 0n) {
      return refuse('ActiveLockExists', { netuid, coldkey: receiver })
    }
  }
  const takesLocks = state.get(stakers, newColdkey)?.acceptsLockedAlpha ?? false
  for (const [[, netuid]] of state.range(locksByColdkey, oldColdkey)) {
    const held = lockOf(state, netuid, oldColdkey)
    if (held === null) continue
    const rolled = rollLock(held.lock, clock, held.kind)
    if (rolled.massAlpha > 0n && !takesLocks) {
      return refuse('AccountRejectsLockedAlpha', { netuid, receiver })
    }
    setLock(state, netuid, oldColdkey, held.hotkey, null)
    setLock(state, netuid, newColdkey, held.hotkey, keptOf(rolled))
    const isPerpetual = held.kind.isPerpetual || isPerpetualFor(state, netuid, newColdkey)
    const steps = [
      { place: held, does: 'take', amount: rolled },
      {
        place: { hotkey: held.hotkey, kind: { ...held.kind, isPerpetual } },
        does: 'add',
        amount: rolled,
      },
    ] as const
    stepSums(state, netuid, steps, clock)
  }
  for (const [[, netuid]] of state.range(perpetualLocks, oldColdkey)) {
    state.delete(perpetualLocks, oldColdkey, netuid)
    state.set(perpetualLocks, [newColdkey, netuid], true)
  }
  const wishes = state.get(stakers, oldColdkey)
  if (wishes?.acceptsLockedAlpha !== true) return null
  state.set(stakers, [oldColdkey], { ...wishes, acceptsLockedAlpha: false })
  state.set(stakers, [newColdkey], { ...state.getOrBlank(stakers, newColdkey), acceptsLockedAlpha: true })
  return null
}
