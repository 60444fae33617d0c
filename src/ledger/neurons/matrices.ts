import { emptySparseRows, type SparseRows } from '../../consensus/index.js'
import type { Netuid, Uid } from '../../units/index.js'
import type { LedgerState } from '../state/LedgerState.js'
import { bonds, weights } from '../state/tables.js'

/** The stored bonds, with an empty row for each neuron that came after the last epoch. */
export function storedBonds(state: LedgerState, netuid: Netuid, mechanism: number): SparseRows {
  const n = state.n(netuid)
  const stored = state.get(bonds, netuid, mechanism) ?? emptySparseRows(0)
  if (stored.rowStart.length === n + 1) return stored
  const rowStart = new Uint32Array(n + 1).fill(stored.column.length)
  rowStart.set(stored.rowStart)
  return { ...stored, rowStart }
}

/** Deletes one neuron's own bonds. */
export function clearBondsRow(state: LedgerState, netuid: Netuid, mechanism: number, uid: Uid): void {
  const { rowStart, column, value } = storedBonds(state, netuid, mechanism)
  const [from = 0, to = 0] = rowStart.subarray(uid, uid + 2)
  if (from === to) return
  state.set(bonds, [netuid, mechanism], {
    rowStart: rowStart.map((start, row) => (row > uid ? start - (to - from) : start)),
    column: without(column, from, to),
    value: without(value, from, to),
  })
}

/** Deletes all bonds towards a neuron. PERF: the bonds of the mechanism. */
export function clearBondsTowards(state: LedgerState, netuid: Netuid, mechanism: number, uid: Uid): void {
  const { rowStart, column, value } = storedBonds(state, netuid, mechanism)
  const kept = [...column.keys()].filter((at) => column[at] !== uid)
  if (kept.length === column.length) return
  const starts = new Uint32Array(rowStart.length)
  let next = 0
  for (const [row, start] of rowStart.entries()) {
    while (next < kept.length && (kept[next] ?? 0) < start) next++
    starts[row] = next
  }
  state.set(bonds, [netuid, mechanism], {
    rowStart: starts,
    column: Uint16Array.from(kept, (at) => column[at] ?? 0),
    value: Uint16Array.from(kept, (at) => value[at] ?? 0),
  })
}

/** The stored weights of all neurons as one matrix. PERF: O(n + entries). */
export function storedWeights(state: LedgerState, netuid: Netuid, mechanism: number): SparseRows {
  const rows = state.range(weights, netuid, mechanism)
  const entries = rows.reduce((sum, [, row]) => sum + row.uids.length, 0)
  const rowStart = new Uint32Array(state.n(netuid) + 1)
  const column = new Uint16Array(entries)
  const value = new Uint16Array(entries)
  let next = 0
  let at = 0
  for (const [[, , uid], row] of rows) {
    rowStart.fill(at, next, uid + 1)
    next = uid + 1
    column.set(row.uids, at)
    value.set(row.values, at)
    at += row.uids.length
  }
  rowStart.fill(at, next)
  return { rowStart, column, value }
}

/** Rows that somebody else may write into. */
export function copiedRows({ rowStart, column, value }: SparseRows): SparseRows {
  return { rowStart: rowStart.slice(), column: column.slice(), value: value.slice() }
}

function without(list: Uint16Array, from: number, to: number): Uint16Array {
  const rest = new Uint16Array(list.length - (to - from))
  rest.set(list.subarray(0, from))
  rest.set(list.subarray(to), from)
  return rest
}
