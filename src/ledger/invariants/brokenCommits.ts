import type { LedgerState } from '../state/LedgerState.js'
import { hashCommits } from '../state/tables.js'
import { MAX_UNREVEALED_COMMITS } from '../weights/hashCommits.js'
import { hasMechanism } from '../weights/weightsFacts.js'

/**
 * Commits to weights are of mechanisms that there are, in the order in which they came, and no more than may wait. Their epochs need not ascend: a
 * commit while an epoch is due counts for the next one, and a new tempo puts that off. PERF: every commit.
 */
export function brokenCommits(state: LedgerState): string[] {
  return state.range(hashCommits).flatMap(([[netuid, mechanism, hotkey], { hash, epochIndex, block }]) => {
    const { length } = hash
    const isWhole = length > 0 && epochIndex.length === length && block.length === length
    return isWhole &&
      isAscending(block) &&
      length <= MAX_UNREVEALED_COMMITS &&
      hasMechanism(state, netuid, mechanism)
      ? []
      : [`the commits of ${hotkey} under mechanism ${mechanism} of subnet ${netuid} cannot be`]
  })
}

function isAscending(numbers: Float64Array): boolean {
  return numbers.every((value, at) => at === 0 || value >= (numbers[at - 1] ?? 0))
}
