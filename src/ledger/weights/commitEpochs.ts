import { isEpochDue } from '../../emission/index.js'
import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { scheduleOf } from '../state/schedule.js'
import { clocks } from '../state/tables.js'

/**
 * The epoch that commits of this block belong to: one more than have run, while an epoch is due and has not run yet. So it is before a block's
 * epochs have run, and after them where the subnet's was deferred.
 *
 * @source spec: `spec/chain.md` 8.2
 */
export function commitEpochOf(
  { state, block }: Pick<BlockContext, 'state' | 'block'>,
  netuid: Netuid,
): number {
  const index = state.cell(clocks, netuid, 'epochIndex')
  return isEpochDue(scheduleOf(state, netuid), block) ? index + 1 : index
}
