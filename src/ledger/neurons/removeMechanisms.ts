import type { Netuid } from '../../units/index.js'
import { hashCommits, timelockBuckets, timelockedCommits } from '../state/commitTables.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { Key, PrefixOf, Table } from '../state/table.js'
import { bonds, incentives, lastUpdates, weights } from '../state/tables.js'

/** Records by netuid and mechanism. */
const OF_MECHANISM = [
  weights,
  bonds,
  incentives,
  lastUpdates,
  hashCommits,
  timelockedCommits,
  timelockBuckets,
] as unknown as readonly Table<Key, unknown>[]

/**
 * Deletes what the mechanisms of a subnet have from number `count` on.
 *
 * @source spec: `spec/chain.md` 8.7
 * PERF: their records.
 */
export function removeMechanisms(state: LedgerState, netuid: Netuid, count: number): void {
  for (const table of OF_MECHANISM) {
    for (const [key] of state.range(table, ...([netuid] as unknown as PrefixOf<Key>)))
      if (Number(key[1]) >= count) state.delete(table, ...key)
  }
}
