import type { SparseRows } from '../../consensus/index.js'
import type { Netuid, Uid } from '../../units/index.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import {
  bonds,
  epochs,
  incentives,
  lastUpdates,
  neurons,
  SERVED_TABLES,
  uids,
  weights,
} from '../state/tables.js'
import { padded } from './columns.js'
import { storedBonds } from './matrices.js'

type Cells = Uint8Array | Uint16Array | Float64Array | BigUint64Array

/** A new uid by old one; nothing for one that leaves. */
type NewUids = readonly (Uid | undefined)[]

/**
 * Takes neurons out of a subnet and closes the gaps: those who stay keep their order. Weights and bonds of and towards those who leave are gone, and
 * their axons; their stake stays.
 *
 * @source spec: `spec/chain.md` 5.3
 * PERF: everything that there is by uid.
 */
export function trimNeurons(state: LedgerState, netuid: Netuid, leaving: ReadonlySet<Uid>): void {
  const before = state.required(neurons, netuid)
  const staying = [...before.hotkey.keys()].filter((uid) => !leaving.has(uid))
  const newUids: (Uid | undefined)[] = []
  for (const [uid, old] of staying.entries()) newUids[old] = uid
  for (const [old, hotkey] of before.hotkey.entries()) {
    const uid = newUids[old]
    if (uid === undefined) state.delete(uids, netuid, hotkey)
    else if (uid !== old) state.set(uids, [netuid, hotkey], uid)
  }
  for (const table of SERVED_TABLES) moveServed(state, table, netuid, newUids)
  moveWeights(state, netuid, newUids)
  for (const [key] of state.range(bonds, netuid)) {
    state.set(bonds, key, trimmedRows(storedBonds(state, ...key), staying, newUids))
  }
  for (const [key, record] of state.range(incentives, netuid))
    state.set(incentives, key, ofStaying(record, staying))
  for (const [key, record] of state.range(lastUpdates, netuid))
    state.set(lastUpdates, key, ofStaying(record, staying))
  state.set(epochs, [netuid], ofStaying(state.required(epochs, netuid), staying))
  state.set(neurons, [netuid], {
    hotkey: staying.map((uid) => before.hotkey[uid] as AccountId),
    registeredAtBlock: picked(before.registeredAtBlock, staying),
  })
}

/** Ascending, so that the place of a neuron that moves is free by then. */
function moveServed(
  state: LedgerState,
  table: (typeof SERVED_TABLES)[number],
  netuid: Netuid,
  newUids: NewUids,
): void {
  for (const [[, old], served] of state.range(table, netuid)) {
    state.delete(table, netuid, old)
    const uid = newUids[old]
    if (uid !== undefined) state.set(table, [netuid, uid], served)
  }
}

function moveWeights(state: LedgerState, netuid: Netuid, newUids: NewUids): void {
  for (const [[, mechanism, old], row] of state.range(weights, netuid)) {
    state.delete(weights, netuid, mechanism, old)
    const uid = newUids[old]
    if (uid === undefined) continue
    const kept = [...row.uids.keys()].filter((at) => newUids[row.uids[at] ?? 0] !== undefined)
    state.set(weights, [netuid, mechanism, uid], {
      uids: Uint16Array.from(kept, (at) => newUids[row.uids[at] ?? 0] ?? 0),
      values: picked(row.values, kept),
    })
  }
}

function trimmedRows(rows: SparseRows, staying: readonly Uid[], newUids: NewUids): SparseRows {
  const rowStart = new Uint32Array(staying.length + 1)
  const column: number[] = []
  const value: number[] = []
  for (const [uid, old] of staying.entries()) {
    for (let at = rows.rowStart[old] ?? 0; at < (rows.rowStart[old + 1] ?? 0); at++) {
      const target = newUids[rows.column[at] ?? 0]
      if (target === undefined) continue
      column.push(target)
      value.push(rows.value[at] ?? 0)
    }
    rowStart[uid + 1] = column.length
  }
  return { rowStart, column: Uint16Array.from(column), value: Uint16Array.from(value) }
}

/** Each column of a record; of one that is shorter, what there is. */
function ofStaying<R extends { readonly [column: string]: Cells }>(record: R, staying: readonly Uid[]): R {
  return Object.fromEntries(
    Object.entries<Cells>(record).map(([name, cells]) => [name, picked(cells, staying)]),
  ) as R
}

function picked<T extends Cells>(cells: T, places: readonly number[]): T {
  const some = padded(cells.subarray(0, 0) as T, places.length)
  for (const [to, from] of places.entries()) if (from < cells.length) some[to] = cells[from] as T[number]
  return some
}
