import type { BlockHeader } from '../block/header.js'
import { SnapshotError } from '../errors.js'
import { findBrokenInvariants } from '../invariants.js'
import type { LedgerState } from './LedgerState.js'
import { bonds, config, weights } from './tables.js'

/**
 * Holds a state that came from outside, each record of which is one of its table's, to what a ledger can have written.
 *
 * @throws SnapshotError for a matrix whose parts do not fit, a state that is not the one that the head names, and a broken invariant.
 * PERF: walks every record.
 */
export function checkState(state: LedgerState, head: BlockHeader): void {
  for (const [key, row] of state.range(weights)) {
    const { uids, values } = row
    if (uids.length !== values.length || new Set(uids).size !== uids.length) throw unfit('weights', key)
  }
  for (const [key, { rowStart, column, value }] of state.range(bonds)) {
    const ascends = rowStart.every((start, row) => start >= (row === 0 ? 0 : (rowStart[row - 1] ?? 0)))
    const isWhole = rowStart[0] === 0 && rowStart.at(-1) === column.length && column.length === value.length
    if (!ascends || !isWhole) throw unfit('bonds', key)
  }
  const { stateHashEveryBlocks } = state.required(config)
  const isHashed = head.number % stateHashEveryBlocks === 0
  if ((isHashed && state.root() !== head.stateHash) || state.chain.block !== head.number) {
    throw new SnapshotError({ why: 'its state is not the one its head names' })
  }
  const broken = findBrokenInvariants(state)
  if (broken.length > 0) throw new SnapshotError({ why: `its state cannot be: ${broken[0]}` })
}

function unfit(table: string, key: readonly unknown[]): SnapshotError {
  return new SnapshotError({ why: `its ${table} ${key.join(' ')} do not fit together` })
}
