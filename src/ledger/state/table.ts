import { type Check, shape } from '../../checks/index.js'
import { assert } from '../../errors/index.js'
import type { AccountId } from './account.js'
import type { ByteReader, ByteWriter } from './bytes.js'
import { type Key, KeyDigits, type KeyPart } from './KeyDigits.js'

export type { Key, KeyPart } from './KeyDigits.js'

import { type Column, type Columns, type RecordOfColumns, record } from './columns.js'

type PartValue<P extends KeyPart> = P extends 'account' ? AccountId : number

/** A key with the values of its parts. */
export type KeyValues<P extends readonly KeyPart[]> = { readonly [I in keyof P]: PartValue<P[I]> }

/** The first parts of a key, possibly none or all. */
export type PrefixOf<K extends Key> = K extends readonly [...infer First, unknown]
  ? K | (First extends Key ? PrefixOf<First> : never)
  : readonly []

/** An order of its own over the records of a table, for those who look from another side. Never part of a hash: it can be made again. */
export type Index<K extends Key, R> = {
  readonly table: Table<Key, null>
} & (
  | {
      /** Where a record stands in it. */
      keyOf(key: K, record: R): Key
    }
  | {
      /** Where a record stands in it that lists several others, each place once. */
      keysOf(key: K, record: R): readonly Key[]
    }
)

/** A kind of record. Type, key, byte form, blank value and place in hash and snapshot come from its one declaration. */
export interface Table<K extends Key, R> {
  readonly name: string
  /** The name as it goes into the state's hash. */
  readonly tag: Uint8Array
  readonly parts: readonly KeyPart[]
  readonly digits: KeyDigits
  readonly check: Check
  readonly indexes: readonly Index<K, R>[]
  /** Whether its records are nothing but typed arrays of 64-bit entries. */
  readonly isBlock: boolean
  /** Whether its one record hardly ever changes. */
  readonly isLasting: boolean
  /** Tables of one group mostly have the same keys, and share them. */
  readonly keyGroup: string | undefined
  /** Its own number, to find what belongs to it by. */
  readonly slot: number
  write(to: ByteWriter, record: R): void
  read(from: ByteReader): R
  /** A record before anybody wrote it. Not for tables with a column that has no blank value. */
  blank(): R
}

let slots = 0

/** What more a table may say. */
export interface TableOptions<K extends Key, R> {
  readonly indexes?: readonly Index<K, R>[]
  readonly isLasting?: boolean
  readonly keyGroup?: string
}

/** The record of a table, or of its columns. */
export type RecordOf<T> = T extends Table<infer _, infer R> ? R : never

/** The key of a table. */
export type KeyOf<T> = T extends Table<infer K, infer _> ? K : never

/**
 * Declares a kind of record by its columns. They are written in the order in which they are declared, so to add, to remove or to move one
 * changes every state hash.
 *
 * @param parts - of the key, in the order in which records are kept.
 */
export function table<const P extends readonly KeyPart[], C extends Columns>(
  name: string,
  parts: P,
  columns: C,
  options: TableOptions<KeyValues<P>, RecordOfColumns<C>> = {},
): Table<KeyValues<P>, RecordOfColumns<C>> {
  return valueTable(name, parts, record(name, columns), options)
}

/** Declares a kind of record that is a single value. */
export function valueTable<const P extends readonly KeyPart[], T>(
  name: string,
  parts: P,
  column: Column<T> & { readonly isBlock?: boolean },
  { indexes = [], isLasting = false, keyGroup }: TableOptions<KeyValues<P>, T> = {},
): Table<KeyValues<P>, T> {
  return {
    name,
    tag: new TextEncoder().encode(`${name}\0`),
    parts,
    digits: new KeyDigits(parts),
    indexes,
    isBlock: column.isBlock ?? false,
    isLasting,
    keyGroup,
    slot: slots++,
    check: column.check,
    write: (to, value) => column.write(to, value),
    read: (from) => column.read(from),
    blank() {
      const value = column.blank()
      assert(value !== undefined, `${name} has no blank value`)
      return value
    },
  }
}

/** Declares the order of an index: what it holds are keys alone. */
export function indexTable<const P extends readonly KeyPart[]>(
  name: string,
  parts: P,
  keyGroup?: string,
): Table<KeyValues<P>, null> {
  return {
    name,
    tag: new TextEncoder().encode(`${name}\0`),
    parts,
    digits: new KeyDigits(parts),
    indexes: [],
    isBlock: false,
    isLasting: false,
    keyGroup,
    slot: slots++,
    check: shape({}),
    write: () => undefined,
    read: () => null,
    blank: () => null,
  }
}

/** Writes a key: numbers big-endian, so that the order of bytes is the order of keys. */
export function writeKey(to: ByteWriter, key: Key, parts: readonly KeyPart[]): void {
  for (const [at, part] of parts.entries()) {
    const value = key[at]
    if (typeof value === 'string') to.hex(value)
    else if (typeof value === 'number') {
      if (part === 'block') to.bigEndian(Math.floor(value / 0x1_0000_0000))
      if (part === 'block') to.bigEndian(Math.floor(value / 0x1_0000) % 0x1_0000)
      to.bigEndian(value % 0x1_0000)
    }
  }
}

/** Reads what {@link writeKey} wrote. */
export function readKey(from: ByteReader, parts: readonly KeyPart[]): Key {
  return parts.map((part) => {
    if (part === 'account') return from.account() as AccountId
    const high = part === 'block' ? from.bigEndian() * 0x1_0000_0000 + from.bigEndian() * 0x1_0000 : 0
    return high + from.bigEndian()
  })
}
