import { type CanonicalValue, encodeCanonical } from '../../codec/index.js'
import { sha256 } from '../../crypto/index.js'
import { assert } from '../../errors/index.js'
import { StateTree } from './StateTree.js'

/** A kind of record: its name, and how a record is written into hashes and snapshots. */
export interface Table<T> {
  readonly name: string
  encode(record: T): CanonicalValue
  decode(value: CanonicalValue): T
}

interface Change {
  readonly table: Table<unknown>
  readonly id: string
  readonly before: unknown
}

/** A table with its records, as a snapshot holds it: `[name, [[id, record], ...]]`, ids ascending. */
export type EncodedTable = readonly [name: string, rows: readonly (readonly [string, CanonicalValue])[]]

/**
 * All state of the ledger: immutable records by table and id, with a journal that can undo and a Merkle root.
 *
 * A record is replaced, never edited, so undoing is putting the former one back. The journal grows with the
 * changes since the last `commit`; everything else with the number of records.
 */
export class RecordStore {
  readonly #tables: readonly Table<unknown>[]
  readonly #rows = new Map<string, Map<string, unknown>>()
  readonly #tree = new StateTree()
  readonly #dirty = new Map<string, { table: Table<unknown>; id: string }>()
  #journal: Change[] = []

  constructor(tables: readonly Table<never>[]) {
    this.#tables = tables as readonly Table<unknown>[]
    for (const table of tables) this.#rows.set(table.name, new Map())
  }

  get<T>(table: Table<T>, id: string): T | undefined {
    return this.#rowsOf(table).get(id) as T | undefined
  }

  set<T>(table: Table<T>, id: string, record: T): void {
    this.#replace(table as Table<unknown>, id, record)
  }

  delete<T>(table: Table<T>, id: string): void {
    if (this.#rowsOf(table).has(id)) this.#replace(table as Table<unknown>, id, undefined)
  }

  /** Ids of a table in ascending order. PERF: sorts all of them. */
  ids<T>(table: Table<T>): string[] {
    return [...this.#rowsOf(table).keys()].sort()
  }

  /** Ids of a table that begin with a prefix, in ascending order. PERF: looks at every id. */
  idsUnder<T>(table: Table<T>, prefix: string): string[] {
    return [...this.#rowsOf(table).keys()].filter((id) => id.startsWith(prefix)).sort()
  }

  /** A point to roll back to; valid until the next `commit`. */
  savepoint(): number {
    return this.#journal.length
  }

  /** Undoes every change since the savepoint. */
  rollback(savepoint: number): void {
    assert(savepoint <= this.#journal.length, 'a savepoint lies beyond the journal')
    while (this.#journal.length > savepoint) {
      const { table, id, before } = this.#journal.pop()!
      this.#put(table, id, before)
    }
  }

  /** Forgets how to undo. */
  commit(): void {
    this.#journal = []
  }

  /** Hex of the Merkle root over all records. PERF: encodes and hashes the records changed since the last call. */
  root(): string {
    for (const [key, { table, id }] of this.#dirty) {
      const record = this.#rowsOf(table).get(id)
      const hash = record === undefined ? undefined : sha256(encodeCanonical(table.encode(record)))
      this.#tree.set(sha256(new TextEncoder().encode(key)), hash)
    }
    this.#dirty.clear()
    return this.#tree.root()
  }

  /** Everything, for a snapshot. */
  encode(): EncodedTable[] {
    return this.#tables.map((table) => [
      table.name,
      this.ids(table).map((id) => [id, table.encode(this.get(table, id))] as const),
    ])
  }

  /** Fills an empty store from a snapshot. Throws whatever the tables' decoders throw. */
  load(encoded: readonly EncodedTable[]): void {
    for (const [name, rows] of encoded) {
      const table = this.#tables.find((candidate) => candidate.name === name)
      assert(table !== undefined, `no table is called ${name}`)
      for (const [id, value] of rows) this.#put(table, id, table.decode(value))
    }
  }

  #replace(table: Table<unknown>, id: string, record: unknown): void {
    this.#journal.push({ table, id, before: this.#rowsOf(table).get(id) })
    this.#put(table, id, record)
  }

  #put(table: Table<unknown>, id: string, record: unknown): void {
    const rows = this.#rowsOf(table)
    if (record === undefined) rows.delete(id)
    else rows.set(id, record)
    this.#dirty.set(`${table.name}/${id}`, { table, id })
  }

  #rowsOf<T>(table: Table<T>): Map<string, unknown> {
    const rows = this.#rows.get(table.name)
    assert(rows !== undefined, `the store has no table ${table.name}`)
    return rows
  }
}
