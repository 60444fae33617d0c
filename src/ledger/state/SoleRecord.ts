import { sha256Hex } from '../../crypto/index.js'
import type { ByteWriter } from './bytes.js'
import { blockOf, type CellColumns, copiedInto, inBlock } from './columnBlock.js'
import { type Edit, LARGE, NO_HASH, type Records } from './Records.js'
import type { Key, Table } from './table.js'

const NO_KEY: Key = []

/** Stands where else 0 or 1 says whether there is a record. */
const IS_HASHED = 2

/** The record of a table whose key has no parts. */
export class SoleRecord<K extends Key, R> implements Records<K, R> {
  readonly table: Table<K, R>
  touchedBy: Edit | undefined
  #record: R | undefined
  #hash: string | undefined
  #revision = 0
  #settled: R | undefined
  /** Whether what is settled is a copy that nobody else has. */
  #isOwn = false
  /** The last block that took a copy, and the copy. */
  #copiedBy: Edit | undefined
  #copy: R | undefined
  /** A copy that is free to be written over. */
  #spare: R | undefined

  constructor(table: Table<K, R>) {
    this.table = table
  }

  get revision(): number {
    return this.#revision
  }

  get isEmpty(): boolean {
    return this.#record === undefined
  }

  get(_key: Key): R | undefined {
    return this.#record
  }

  getEach(keys: Key[]): (R | undefined)[] {
    return keys.map(() => this.#record)
  }

  set(_key: K, record: R, _edit: Edit): R | undefined {
    const before = this.#record
    this.#become(record)
    return before
  }

  setEach(keys: readonly K[], records: readonly R[], edit: Edit): number[] {
    return keys.flatMap((key, at) => (this.set(key, records[at] as R, edit) === undefined ? [at] : []))
  }

  delete(_key: Key, _edit: Edit): void {
    this.#become(undefined)
  }

  *range(_prefix: Key): Generator<readonly [K, R]> {
    if (this.#record !== undefined) yield [NO_KEY as K, this.#record]
  }

  keysFrom(prefix: Key, _from: Key | undefined, limit: number): K[] {
    return [...this.range(prefix)].slice(0, limit).map(([key]) => key)
  }

  *changes(): Generator<readonly [K, R | undefined]> {
    if (this.#record !== this.#settled) yield [NO_KEY as K, this.#record]
  }

  /**
   * The record of columns to be edited: a copy in its place, unless it is one already. The first copy that a block takes may lie where the block before
   * last had its own: a block that only moves figures makes no garbage.
   */
  own(edit: Edit): R | undefined {
    const record = this.#record
    const isFirst = this.#copiedBy !== edit
    if (record === undefined) return undefined
    if (!isFirst && record === this.#copy) {
      this.#hash = undefined
      this.#revision++
    } else {
      // A copy that is still there when a block takes its first is one of a block that was given up.
      const spare = isFirst ? (this.#copy ?? this.#spare) : undefined
      if (isFirst) this.#spare = undefined
      this.#copiedBy = edit
      const cells = record as R & CellColumns
      this.#copy = spare !== undefined && copiedInto(cells, spare as typeof cells) ? spare : inBlock(cells)
      this.#become(this.#copy)
    }
    return this.#copy
  }

  settle(isShared: boolean): void {
    const copy = this.#copy
    this.#copy = undefined
    if (this.#settled === this.#record) {
      this.#spare = copy ?? this.#spare
      return
    }
    if (this.#isOwn) this.#spare = this.#settled
    this.#settled = this.#record
    this.#isOwn = copy === this.#record && !isShared
  }

  revert(): void {
    if (this.#record !== this.#settled) this.#become(this.#settled)
  }

  /** In hex: SHA-256 of what `write` writes. */
  hash(writer: ByteWriter): string {
    if (this.#record === undefined) return NO_HASH
    if (this.#hash === undefined) {
      const start = writer.length
      this.write(writer)
      this.#hash = sha256Hex(writer.takenFrom(start))
    }
    return this.#hash
  }

  /** Writes the record behind a byte that says whether there is one, or its hash: many figures, which a block without emission leaves alone, are hashed once. */
  writeHashed(writer: ByteWriter): void {
    const start = writer.length
    if (this.#hash === undefined) {
      this.write(writer)
      if (writer.length - start < LARGE) return
      this.#hash = sha256Hex(writer.takenFrom(start))
    }
    writer.u8(IS_HASHED)
    writer.hex(this.#hash)
  }

  /** Writes the record behind a byte that says whether there is one. */
  write(writer: ByteWriter): void {
    const record = this.#record
    writer.u8(record === undefined ? 0 : 1)
    if (record === undefined) return
    const block = blockOf(record as object)
    if (block === undefined) this.table.write(writer, record)
    else writer.bytes(block)
  }

  #become(record: R | undefined): void {
    this.#record = record
    this.#hash = undefined
    this.#revision++
  }
}
