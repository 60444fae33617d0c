import { DUST_ALPHA } from '../rules/locks/Lock.js'
import type { LedgerState } from '../state/LedgerState.js'
import { shortLockSums } from './shortLockSums.js'

/**
 * Sums of perpetual locks that lack more than dust can be. A sum that is rolled and has less than 100 of both mass and conviction becomes nothing, also
 * where a lock in it has not been rolled yet; when that lock is, it takes its mass off what others added since. A sum loses less than 100
 * alpha so, and needs a later block to do it again: a lock is dust only when blocks have passed. PERF: every lock.
 *
 * @source spec: `spec/chain.md` 10.5
 */
export function brokenLocks(state: LedgerState): string[] {
  const dustAlpha = (DUST_ALPHA - 1n) * BigInt(state.chain.block)
  return shortLockSums(state)
    .filter(({ sumAlpha, locksAlpha }) => locksAlpha - sumAlpha > dustAlpha)
    .map(
      ({ netuid, hotkey, sumAlpha, locksAlpha }) =>
        `perpetual locks to ${hotkey} on subnet ${netuid} are ${locksAlpha} alpha, their sum ${sumAlpha}`,
    )
}
