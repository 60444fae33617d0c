import type { SparseRows } from '../../consensus/index.js'
import type { Netuid, Uid } from '../../units/index.js'
import type { LedgerState } from '../state/LedgerState.js'
import { neuronId } from '../state/records.js'
import { bondsTable, weightsTable } from '../state/tables.js'

/** The stored bonds, with an empty row for each neuron that came after the last epoch. */
export function storedBonds(state: LedgerState, netuid: Netuid): SparseRows {
  const { n } = state.subnet(netuid)
  const bonds = state.store.get(bondsTable, String(netuid)) ?? emptyRows(0)
  const rows = bonds.rowStart.length - 1
  if (rows === n) return bonds
  const rowStart = new Uint32Array(n + 1).fill(bonds.column.length)
  rowStart.set(bonds.rowStart)
  return { ...bonds, rowStart }
}

/** Deletes one neuron's own bonds. */
export function clearBondsRow(state: LedgerState, netuid: Netuid, uid: Uid): void {
  const bonds = storedBonds(state, netuid)
  const from = bonds.rowStart[uid]!
  const to = bonds.rowStart[uid + 1]!
  if (from === to) return
  const without = <T extends Uint16Array>(list: T): Uint16Array =>
    Uint16Array.from([...list.subarray(0, from), ...list.subarray(to)])
  state.store.set(bondsTable, String(netuid), {
    rowStart: bonds.rowStart.map((start, row) => (row > uid ? start - (to - from) : start)),
    column: without(bonds.column),
    value: without(bonds.value),
  })
}

/** The stored weights of all neurons as one matrix. PERF: O(n + entries). */
export function storedWeights(state: LedgerState, netuid: Netuid): SparseRows {
  const { n } = state.subnet(netuid)
  const rows = Array.from({ length: n }, (_, uid) => state.store.get(weightsTable, neuronId(netuid, uid)))
  const rowStart = new Uint32Array(n + 1)
  rows.forEach((row, uid) => {
    rowStart[uid + 1] = rowStart[uid]! + (row?.uids.length ?? 0)
  })
  const column = new Uint16Array(rowStart[n]!)
  const value = new Uint16Array(rowStart[n]!)
  rows.forEach((row, uid) => {
    if (row === undefined) return
    column.set(row.uids, rowStart[uid]!)
    value.set(row.values, rowStart[uid]!)
  })
  return { rowStart, column, value }
}

const emptyRows = (n: number): SparseRows => ({
  rowStart: new Uint32Array(n + 1),
  column: new Uint16Array(0),
  value: new Uint16Array(0),
})
