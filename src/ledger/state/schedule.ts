import type { EpochSchedule } from '../../emission/index.js'
import type { Netuid } from '../../units/index.js'
import type { LedgerState } from './LedgerState.js'
import { clocks } from './tables.js'

/** Where a subnet stands between two epochs. */
export function scheduleOf(state: LedgerState, netuid: Netuid): EpochSchedule {
  const { lastEpochBlock, pendingEpochAtBlock, blocksSinceLastStep } = state.row(clocks, netuid)
  const { tempoBlocks } = state.hyperparameters(netuid)
  return { tempoBlocks, lastEpochBlock, pendingEpochAtBlock, blocksSinceLastStep }
}
