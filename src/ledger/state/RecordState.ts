import { check } from '../../checks/index.js'
import { sha256Hex } from '../../crypto/index.js'
import { assert } from '../../errors/index.js'
import { ByteReader, ByteWriter, putHex } from './bytes.js'
import { isBefore, isSameKey } from './pageKeys.js'
import { type Edit, HASH_BYTES, type Records } from './Records.js'
import { RecordTree } from './RecordTree.js'
import { SoleRecord } from './SoleRecord.js'
import type { Change, ChangeSet, Store } from './Store.js'
import { type Index, type Key, type PrefixOf, readKey, type Table, writeKey } from './table.js'

type AnyTable = Table<Key, unknown>
type AnyTree = Records<Key, unknown>

/** Typed arrays of a record, by name: those whose entries may be set one by one. */
export type CellsOf<R> = {
  readonly [N in keyof R as R[N] extends BigUint64Array | Float64Array | Uint8Array | Uint16Array
    ? N
    : never]: R[N]
}

type CellOf<A> = A extends BigUint64Array ? bigint : number

/** How to undo a change. */
type Undo = () => void

/** What is hashed how: another text where any of that changes. */
const STATE_HASH = 'subnetkit/state/2'

/** Entries of an unsigned 64-bit column wrap silently: what does not fit is a broken rule. */
const U64_END = 1n << 64n

/**
 * All records of a ledger, with savepoints and a state hash.
 *
 * A record is replaced, never edited; but entries of its columns may be set one by one (`setCell`), on a copy that the block in progress owns.
 * What was there at the last `commit` stays whole, so to discard a block is to forget its copies.
 */
export class RecordState {
  readonly #tables: readonly AnyTable[]
  readonly #trees = new Map<AnyTable, AnyTree>()
  /** The same by their tables' slots; one of two tables that have the same is not here. */
  readonly #slots: AnyTree[] = []
  /** Tables of few bytes that most blocks change, in their order: the state hash covers these as they are. */
  readonly #figures: readonly SoleRecord<Key, unknown>[]
  /** All others, by their hashes. */
  readonly #hashed: readonly AnyTree[]
  /** Their hashes as of the last root, and the revisions that these are of. */
  readonly #hashes: string[] = []
  readonly #revisions: number[] = []
  /** The hash of all tables' names, then these. */
  readonly #summary: Uint8Array
  #summaryHash: string | undefined
  readonly #writer = new ByteWriter()
  /** Records that only the block in progress knows, and so may be edited. */
  readonly #owned = new Set<object>()
  /** Those of them that were changed since the last hash: the pages they lie on have none. */
  readonly #unhashed = new Set<object>()
  #edit: Edit = {}
  /** Trees that changed since then, if only to be changed back: a block touches few of all there are. */
  readonly #touched: AnyTree[] = []
  #undo: Undo[] = []
  /** Whether there is a savepoint: what came before the first is only ever discarded as a whole. */
  #isJournaling = false

  /** @param tables - in the order in which they are hashed and written. */
  constructor(tables: readonly Table<Key, unknown>[]) {
    this.#tables = tables
    this.#writer.text(STATE_HASH)
    for (const { tag } of tables) this.#writer.bytes(tag)
    const trees = tables.map((table) => this.#holder(table))
    this.#figures = trees.filter(isFigures)
    this.#hashed = trees.filter((tree) => !isFigures(tree))
    this.#summary = new Uint8Array(HASH_BYTES * (this.#hashed.length + 1))
    putHex(this.#summary, 0, sha256Hex(this.#writer.taken()))
    for (const { indexes } of tables) for (const { table } of indexes) this.#holder(table)
    shareKeys([...this.#trees.values()])
  }

  #holder(table: AnyTable): AnyTree {
    const tree = table.parts.length === 0 ? new SoleRecord(table) : new RecordTree(table)
    this.#trees.set(table, tree)
    this.#slots[table.slot] = tree
    return tree
  }

  get<K extends Key, R>(table: Table<K, R>, ...key: K): R | undefined {
    return this.#treeOf(table).get(key) as R | undefined
  }

  /** The record, or a blank one. */
  getOrBlank<K extends Key, R>(table: Table<K, R>, ...key: K): R {
    return this.get(table, ...key) ?? table.blank()
  }

  set<K extends Key, R>(table: Table<K, R>, key: K, record: R): void {
    this.#replace(table, key, record)
  }

  /**
   * Records of keys that ascend.
   *
   * @param keys - equal ones that the state has take their places: lists that are kept and looked up again are known at sight. PERF: those that lie next to each other are
   *   found together.
   */
  getEach<K extends Key, R>(table: Table<K, R>, keys: K[]): (R | undefined)[] {
    return this.#treeOf(table).getEach(keys) as (R | undefined)[]
  }

  /** Sets records of keys that ascend. PERF: as `getEach`, before the first savepoint of a block; one by one after it. */
  setEach<K extends Key, R>(table: Table<K, R>, keys: readonly K[], records: readonly R[]): void {
    const followsKeys = table.indexes.every((index) => 'keyOf' in index && index.keyOf.length < 2)
    if (this.#isJournaling || !followsKeys) {
      keys.forEach((key, at) => {
        this.set(table, key, records[at] as R)
      })
      return
    }
    if (keys.length === 0) return
    const tree = this.#treeOf(table)
    this.#touch(tree)
    for (const at of tree.setEach(keys, records, this.#edit)) {
      for (const index of table.indexes)
        this.#reindex(index as Index<Key, unknown>, keys[at] as K, undefined, records[at])
    }
  }

  delete<K extends Key, R>(table: Table<K, R>, ...key: K): void {
    if (this.get(table, ...key) !== undefined) this.#replace(table, key, undefined)
  }

  /** Keys and records under a prefix, ascending: a list of what is there now. PERF: what lies under the prefix. */
  range<K extends Key, R>(table: Table<K, R>, ...prefix: PrefixOf<K>): (readonly [K, R])[] {
    return [...this.#treeOf(table).range(prefix)] as unknown as (readonly [K, R])[]
  }

  /** The same, one after the other, from a key on that need not be there itself. The state must not change meanwhile. PERF: what is taken. */
  rangeFrom<K extends Key, R>(table: Table<K, R>, prefix: PrefixOf<K>, from?: K): Iterable<readonly [K, R]> {
    return this.#treeOf(table).range(prefix, from) as unknown as Iterable<readonly [K, R]>
  }

  /** The first keys of such a range, ascending. PERF: what is taken. */
  keysFrom<K extends Key, R>(
    table: Table<K, R>,
    prefix: PrefixOf<K>,
    from: K | undefined,
    limit: number,
  ): K[] {
    return this.#treeOf(table).keysFrom(prefix, from, limit) as K[]
  }

  /** Whether anything lies under a prefix. */
  hasAny<K extends Key, R>(table: Table<K, R>, ...prefix: PrefixOf<K>): boolean {
    const tree = this.#treeOf(table)
    return !tree.isEmpty && (prefix.length === 0 || tree.keysFrom(prefix, undefined, 1).length > 0)
  }

  /** The record, which must be there. */
  required<K extends Key, R>(table: Table<K, R>, ...key: K): R {
    const record = this.get(table, ...key)
    // The message is made for the one that fails: it costs more than the look-up.
    if (record === undefined) assert(false, `there is no ${table.name} record ${key.join(' ')}`)
    return record
  }

  /** Another number whenever a table may have changed, entries set one by one apart: to know whether what was derived from it still holds. */
  revision(table: Table<Key, unknown>): number {
    return this.#treeOf(table).revision
  }

  /**
   * A record whose columns may be written in place, for work on many entries before the first savepoint of a block: it is undone by
   * `discard` alone. PERF: copies the columns once per block.
   */
  columnsToEdit<K extends Key, R extends object>(table: Table<K, R>, ...key: K): R {
    if (this.#isJournaling) assert(false, `${table.name} is edited where calls may be undone`)
    return this.#own(table, key)
  }

  /**
   * Sets one entry of a column. The record must be there, and the column long enough.
   *
   * PERF: the first entry that a block sets copies the record's columns; each further one is a write.
   */
  setCell<K extends Key, R extends object, N extends keyof CellsOf<R>>(
    table: Table<K, R>,
    key: K,
    column: N,
    at: number,
    value: CellOf<CellsOf<R>[N]>,
  ): void {
    const record = this.#own(table, key)
    const cells = record[column as unknown as keyof R] as unknown as {
      [at: number]: number | bigint
      readonly length: number
    }
    if (at >= cells.length) assert(false, `${table.name} has no entry ${at}`)
    if (typeof value === 'bigint' && (value < 0n || value >= U64_END)) {
      assert(false, `${table.name} ${String(column)} ${at} would be ${value}`)
    }
    const before = cells[at] as number | bigint
    if (this.#isJournaling) {
      this.#undo.push(() => {
        cells[at] = before
        this.#unhash(table, key, record)
      })
    }
    cells[at] = value
  }

  /** A point to roll back to; valid until the next `commit` or `discard`. */
  savepoint(): number {
    this.#isJournaling = true
    return this.#undo.length
  }

  /** Undoes every change since the savepoint. */
  rollback(savepoint: number): void {
    assert(savepoint <= this.#undo.length, 'a savepoint lies beyond the journal')
    while (this.#undo.length > savepoint) this.#undo.pop()?.()
  }

  /** Forgets everything since the last commit. */
  discard(): void {
    for (const tree of this.#touched) tree.revert()
    this.#begin()
  }

  /**
   * Makes all changes since the last commit final.
   *
   * @param store - is given what changed first: when it throws, nothing is final and everything as it was before this call.
   * @param beside - what the store is to keep besides, of tables that are no part of the state.
   */
  commit(store?: Store, beside: ChangeSet = []): void {
    store?.write([...this.changes(), ...beside])
    for (const tree of this.#touched) tree.settle(store !== undefined)
    this.#begin()
  }

  /**
   * Hex of the hash over all records: over the hash of the tables' hashes, then tables of figures as they are. PERF: encodes and hashes the pages changed since the last call,
   * and all figures.
   */
  root(): string {
    const writer = this.#writer
    // What a record that could not be written left behind.
    writer.taken()
    if (this.#unhashed.size > 0) this.#unhashed.clear()
    writer.hex(this.#hashOfHashes())
    for (const figures of this.#figures) figures.writeHashed(writer)
    return sha256Hex(writer.taken())
  }

  #hashOfHashes(): string {
    for (let at = 0; at < this.#hashed.length; at++) {
      const tree = this.#hashed[at] as AnyTree
      const { revision } = tree
      if (revision === this.#revisions[at]) continue
      const hash = tree.hash(this.#writer)
      this.#revisions[at] = revision
      if (hash === this.#hashes[at]) continue
      this.#hashes[at] = hash
      putHex(this.#summary, HASH_BYTES * (at + 1), hash)
      this.#summaryHash = undefined
    }
    this.#summaryHash ??= sha256Hex(this.#summary)
    return this.#summaryHash
  }

  /** All records as bytes, for a snapshot: each table by its name with its records, keys ascending. */
  encode(): Uint8Array {
    const writer = new ByteWriter()
    for (const table of this.#tables) {
      const rows = this.range(table)
      writer.text(table.name)
      writer.u32(rows.length)
      for (const [key, record] of rows) {
        writeKey(writer, key, table.parts)
        table.write(writer, record)
      }
    }
    return writer.taken().slice()
  }

  /**
   * Fills an empty state with what `encode` wrote. Throws InvariantError, or whatever a column's reader throws, for bytes it did not write,
   * and InvalidArgumentError for a record that is none of its table's.
   */
  load(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes)
    for (const table of this.#tables) {
      const name = reader.text()
      assert(name === table.name, `table ${table.name} is missing`)
      let last: Key | undefined
      for (let left = reader.u32(); left > 0; left--) {
        const key = readKey(reader, table.parts)
        assert(last === undefined || isBefore(last, key), `records of ${table.name} are not in order`)
        this.#take(table, key, table.read(reader))
        last = key
      }
    }
    assert(reader.isAtEnd, 'bytes are left over')
  }

  /**
   * Fills an empty state with records that were kept elsewhere.
   *
   * @throws InvalidArgumentError for a record that is none of its table's; for keys that are none, whatever comes of it.
   */
  loadFrom(rowsOf: (table: Table<Key, unknown>) => Iterable<readonly [Key, unknown]>): void {
    for (const table of this.#tables) {
      for (const [key, record] of rowsOf(table)) this.#take(table, key, record)
    }
  }

  /** A record from outside. */
  #take(table: AnyTable, key: Key, record: unknown): void {
    check(`${table.name} ${key.join(' ')}`.trim(), table.check, record)
    this.set(table, key, record)
  }

  #own<K extends Key, R extends object>(table: Table<K, R>, key: K): R {
    if (table.isBlock && key.length === 0) {
      const tree = this.#treeOf(table) as SoleRecord<Key, unknown>
      this.#touch(tree)
      const own = tree.own(this.#edit)
      if (own === undefined) assert(false, `there is no ${table.name} record`)
      return own as R
    }
    const record = this.required(table, ...key)
    if (this.#owned.has(record)) {
      this.#unhash(table, key, record)
      return record
    }
    const copy = { ...record }
    for (const column in copy) {
      const cells: unknown = copy[column]
      if (ArrayBuffer.isView(cells))
        copy[column] = (cells as Uint8Array).slice() as (typeof copy)[typeof column]
    }
    this.#owned.add(copy)
    this.#unhashed.add(copy)
    // Equal to what it stands for, so there is nothing to undo.
    this.#put(table, key, copy)
    return copy
  }

  /** Takes the hash from the page of a record that is edited where it lies, unless the state has another one by now. */
  #unhash(table: AnyTable, key: Key, record: object): void {
    const tree = this.#treeOf(table)
    if (this.#unhashed.has(record) || tree.get(key) !== record) return
    this.#touch(tree)
    this.#unhashed.add(record)
    tree.set(key, record, this.#edit)
  }

  #replace(table: AnyTable, key: Key, record: unknown): void {
    const before = this.#put(table, key, record)
    if (this.#isJournaling) this.#undo.push(() => this.#put(table, key, before))
  }

  /** @returns what was there. */
  #put(table: AnyTable, key: Key, after: unknown): unknown {
    const tree = this.#treeOf(table)
    this.#touch(tree)
    const before = after === undefined ? tree.get(key) : tree.set(key, after, this.#edit)
    if (after === undefined) tree.delete(key, this.#edit)
    for (const index of table.indexes) this.#reindex(index, key, before, after)
    return before
  }

  #reindex(index: Index<Key, unknown>, key: Key, before: unknown, after: unknown): void {
    if ('keysOf' in index) {
      const [left = [], entered = []] = [before, after].map((record) =>
        record === undefined ? [] : index.keysOf(key, record),
      )
      this.#moveKeys(index.table, left, entered)
      return
    }
    const { table, keyOf } = index
    // Most follow the key alone: a record that is replaced stays where it was.
    if (before !== undefined && after !== undefined && keyOf.length < 2) return
    const [left, entered] = [before, after].map((record) =>
      record === undefined ? undefined : keyOf(key, record),
    )
    if (left !== undefined && entered !== undefined && isSameKey(left, entered)) return
    this.#moveKeys(table, left === undefined ? [] : [left], entered === undefined ? [] : [entered])
  }

  #moveKeys(table: AnyTable, left: readonly Key[], entered: readonly Key[]): void {
    const order = this.#treeOf(table)
    this.#touch(order)
    for (const key of left) order.delete(key, this.#edit)
    for (const key of entered) order.set(key, null, this.#edit)
  }

  /** What changed since the last commit. PERF: the changes, and the pages they lie on. */
  changes(): ChangeSet {
    return this.#tables.flatMap((table) => {
      const tree = this.#treeOf(table)
      if (tree.touchedBy !== this.#edit) return []
      return [...tree.changes()].map(([key, record]): Change => ({ table, key, record }))
    })
  }

  /** PERF: a mark on the tree and a list cost less than a set. */
  #touch(tree: AnyTree): void {
    if (tree.touchedBy === this.#edit) return
    tree.touchedBy = this.#edit
    this.#touched.push(tree)
  }

  #begin(): void {
    this.#edit = {}
    this.#touched.length = 0
    // An empty set costs as much to clear as a full one.
    if (this.#owned.size > 0) this.#owned.clear()
    if (this.#unhashed.size > 0) this.#unhashed.clear()
    if (this.#undo.length > 0) this.#undo = []
    this.#isJournaling = false
  }

  #treeOf(table: AnyTable): AnyTree {
    const known = this.#slots[table.slot]
    if (known !== undefined && known.table === table) return known
    const tree = this.#trees.get(table)
    if (tree === undefined) assert(false, `the state has no table ${table.name}`)
    return tree
  }
}

/** Whether a table is hashed as it is. */
function isFigures(tree: AnyTree): tree is SoleRecord<Key, unknown> {
  return tree instanceof SoleRecord && !tree.table.isLasting
}

/** Lets the trees of each group of tables share their keys. */
function shareKeys(all: readonly AnyTree[]): void {
  const trees = all.filter((tree) => tree instanceof RecordTree)
  for (const tree of trees) {
    const { keyGroup } = tree.table
    if (keyGroup !== undefined)
      tree.relatives = trees.filter((other) => other !== tree && other.table.keyGroup === keyGroup)
  }
}
