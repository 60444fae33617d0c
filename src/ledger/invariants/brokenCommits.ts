import { hashCommits, timelockBuckets, timelockedByHotkey, timelockedCommits } from '../state/commitTables.js'
import type { LedgerState } from '../state/LedgerState.js'
import { MAX_UNREVEALED_COMMITS } from '../weights/hashCommits.js'
import { hasMechanism } from '../weights/weightsFacts.js'

/**
 * Commits to weights are of mechanisms that there are, in the order in which they came, and no more than may wait. Their epochs need not ascend: a
 * commit while an epoch is due counts for the next one, and a new tempo puts that off. PERF: every commit.
 */
export function brokenCommits(state: LedgerState): string[] {
  return [...brokenHashCommits(state), ...brokenBuckets(state), ...brokenTimelocks(state)]
}

function brokenHashCommits(state: LedgerState): string[] {
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

/** Each epoch with time locks has some, and their mechanism is there. */
function brokenBuckets(state: LedgerState): string[] {
  return state
    .range(timelockBuckets)
    .filter(([key]) => !(hasMechanism(state, key[0], key[1]) && state.hasAny(timelockedCommits, ...key)))
    .map(([key]) => `the time locks of ${key.join(' ')} are of no mechanism, or none`)
}

function brokenTimelocks(state: LedgerState): string[] {
  return state.range(timelockedCommits).flatMap(([key, { hotkey }]) => {
    const [netuid, mechanism, epochIndex, place] = key
    const places = state.get(timelockBuckets, netuid, mechanism, epochIndex)?.places ?? 0
    const ofHotkey = state.range(timelockedByHotkey, netuid, mechanism, epochIndex, hotkey).length
    return place < places && ofHotkey <= MAX_UNREVEALED_COMMITS
      ? []
      : [`time lock ${key.join(' ')} has no place, or is one too many`]
  })
}

function isAscending(numbers: Float64Array): boolean {
  return numbers.every((value, at) => at === 0 || value >= (numbers[at - 1] ?? 0))
}
