import type { BlockContext } from '../BlockContext.js'
import { joinAutoClaims } from '../money/autoClaims.js'
import { ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { KeyOf } from '../state/table.js'
import { rootIndexing, sharesByHotkey } from '../state/tables.js'

/** Positions that a block looks at. */
const BATCH = 30

/**
 * Walks all stake positions, some in each block and then again from the first, for coldkeys with stake on root that are not in the list of
 * automatic claims: those to whom it was transferred or moved.
 *
 * @source spec: `spec/chain.md` 1.3 step 10
 * PERF: 30 positions.
 */
export function indexRootStakers({ state }: BlockContext): void {
  const batch = nextBatch(state)
  // PERF: to take keys apart one by one takes longer than all else.
  for (let at = 0; at < batch.length; at++) {
    const key = batch[at]
    if (key !== undefined && key[2] === ROOT) joinAutoClaims(state, key[1])
  }
  const last = batch.at(-1)
  if (batch.length < BATCH || last === undefined) state.delete(rootIndexing)
  else state.set(rootIndexing, [], { hotkey: last[0], coldkey: last[1], netuid: last[2] })
}

/** The positions after the one that was looked at last: by hotkey, coldkey and netuid. */
function nextBatch(state: LedgerState): KeyOf<typeof sharesByHotkey>[] {
  const before = state.get(rootIndexing)
  const from = before && ([before.hotkey, before.coldkey, before.netuid] as const)
  // The one it begins with may be gone by now.
  const keys = state.keysFrom(sharesByHotkey, [], from, BATCH + 1)
  const first = keys[0]
  const isLast =
    before && first && first[0] === before.hotkey && first[1] === before.coldkey && first[2] === before.netuid
  return isLast ? keys.slice(1) : keys.slice(0, BATCH)
}
