import type { ByteWriter } from './bytes.js'
import type { Key, Table } from './table.js'

/** Who may change what a table's records lie in: the one that made it. */
export type Edit = object

/** Bytes of a record from which on its own hash stands for it in that of others: of many large ones that lie together mostly one changes. */
export const LARGE = 256

/** Bytes of a hash. */
export const HASH_BYTES = 32

/** Hash of no records, in hex. */
export const NO_HASH = '0'.repeat(64)

/** The records of one table: what a state needs of whatever holds them. */
export interface Records<K extends Key, R> {
  readonly table: Table<K, R>
  /** Another number whenever something may have changed: to know whether what was derived still holds. */
  readonly revision: number
  readonly isEmpty: boolean
  /** The last edit that touched them: a mark of the state that has them. */
  touchedBy: Edit | undefined
  get(key: Key): R | undefined
  /**
   * What `get` finds for each of the keys, which ascend.
   *
   * @param keys - equal ones that the records have take their places, which are known at sight the next time.
   */
  getEach(keys: Key[]): (R | undefined)[]
  /** @returns what was there. */
  set(key: K, record: R, edit: Edit): R | undefined
  /**
   * Sets a record for each of the keys, which ascend.
   *
   * @returns places in the list of the keys that were not there.
   */
  setEach(keys: readonly K[], records: readonly R[], edit: Edit): number[]
  delete(key: Key, edit: Edit): void
  /**
   * Keys and records under a prefix, ascending. Nothing must change meanwhile.
   *
   * @param from - the first key to be given, or what stands where it would stand.
   */
  range(prefix: Key, from?: Key): Iterable<readonly [K, R]>
  /** The first keys of such a range. */
  keysFrom(prefix: Key, from: Key | undefined, limit: number): K[]
  /** In hex; zeros where there is nothing. */
  hash(writer: ByteWriter): string
  /** What differs from the last time that `settle` was called: keys ascending, each with what it has now, `undefined` where it is gone. */
  changes(): Iterable<readonly [K, R | undefined]>
  /**
   * Makes all changes final.
   *
   * @param isShared - whether others were handed what changed.
   */
  settle(isShared: boolean): void
  /** Forgets all changes since `settle`. */
  revert(): void
}
