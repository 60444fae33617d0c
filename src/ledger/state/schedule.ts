import type { EpochSchedule } from '../../emission/index.js'
import type { Netuid } from '../../units/index.js'
import type { LedgerState } from './LedgerState.js'

/** Where a subnet stands between two epochs. */
export function scheduleOf(state: LedgerState, netuid: Netuid): EpochSchedule {
  const clock = state.clock(netuid)
  return {
    tempoBlocks: state.subnet(netuid).hyperparameters.tempoBlocks,
    lastEpochBlock: clock.lastEpochBlock,
    pendingEpochAtBlock: clock.pendingEpochAt,
    blocksSinceLastStep: clock.blocksSinceLastStep,
  }
}
