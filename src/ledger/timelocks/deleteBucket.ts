import { timelockBuckets, timelockedCommits } from '../state/commitTables.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { BucketKey } from './planReveals.js'

/** Forgets the time locks of an epoch. PERF: each of them. */
export function deleteBucket(state: LedgerState, bucket: BucketKey): void {
  for (const [key] of state.range(timelockedCommits, ...bucket)) state.delete(timelockedCommits, ...key)
  state.delete(timelockBuckets, ...bucket)
}
