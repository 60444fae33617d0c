import type { Key, Table } from './table.js'

/** One record that a block changed; `undefined` when it is gone. */
export interface Change {
  readonly table: Table<Key, unknown>
  readonly key: Key
  readonly record: unknown
}

/** What a block changed, each record once, tables in the order of their declaration and keys ascending. */
export type ChangeSet = readonly Change[]

/**
 * Where a ledger's state is kept beyond the process. The ledger works on its own copy in memory: it reads everything once, when it is
 * opened, and hands over the change set of each block.
 */
export interface Store {
  get<K extends Key, R>(table: Table<K, R>, key: K): R | undefined
  /** Keys and records whose key begins with `prefix`, ascending. */
  range<K extends Key, R>(table: Table<K, R>, prefix: Key): Iterable<readonly [K, R]>
  /**
   * Writes all changes or, when it throws, none; when it returns they are kept, so it cannot be asynchronous. Records that are written, and
   * those that are given back, belong to the ledger: they must not be changed.
   */
  write(changes: ChangeSet): void
}
