import { isEpochDue } from '../../emission/index.js'
import type { BlockContext } from '../BlockContext.js'
import { ROOT } from '../state/account.js'
import { scheduleOf } from '../state/schedule.js'
import { rootRegistrations } from '../state/tables.js'

/**
 * Begins a new count of registrations on root, of the interval where root's schedule has come round. Root has no epoch that would set its
 * clock, so that once it has, it does so in every block.
 *
 * @source spec: `spec/chain.md` 1.1, 1.3 step 2, 5.4
 */
export function countRootRegistrationsAnew({ state, block }: BlockContext): void {
  const counts = state.get(rootRegistrations)
  if (counts === undefined) return
  const inInterval = isEpochDue(scheduleOf(state, ROOT), block) ? 0 : counts.inInterval
  if (inInterval === 0) state.delete(rootRegistrations)
  else state.set(rootRegistrations, [], { inBlock: 0, inInterval })
}
