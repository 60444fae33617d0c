import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { ByteReader, ByteWriter } from '../../src/ledger/state/bytes.js'
import type { ChangeSet, Store } from '../../src/ledger/state/Store.js'
import { type Key, readKey, type Table, writeKey } from '../../src/ledger/state/table.js'
import { MemoryStore } from './MemoryStore.js'

/**
 * Records as bytes in one file, which is written anew beside the old one for every change set and then takes its place. It keeps nothing
 * in memory: whoever opens the same file has the same records.
 */
export class FileStore implements Store {
  readonly #path: string
  readonly #tables: readonly Table<Key, unknown>[]

  constructor(path: string, tables: readonly Table<Key, unknown>[]) {
    this.#path = path
    this.#tables = tables
  }

  get<K extends Key, R>(table: Table<K, R>, key: K): R | undefined {
    return this.#read().get(table, key)
  }

  range<K extends Key, R>(table: Table<K, R>, prefix: Key): Iterable<readonly [K, R]> {
    return this.#read().range(table, prefix)
  }

  write(changes: ChangeSet): void {
    const records = this.#read()
    records.write(changes)
    const beside = `${this.#path}.next`
    synced(beside, 'w', (file) => writeSync(file, this.#encoded(records)))
    renameSync(beside, this.#path)
    synced(dirname(this.#path), 'r', () => {})
  }

  #encoded(records: Store): Uint8Array {
    const writer = new ByteWriter()
    for (const table of this.#tables) {
      const rows = [...records.range(table, [])]
      writer.u32(rows.length)
      for (const [key, record] of rows) {
        writeKey(writer, key, table.parts)
        table.write(writer, record)
      }
    }
    return writer.taken()
  }

  #read(): MemoryStore {
    const records = new MemoryStore()
    if (!existsSync(this.#path)) return records
    const reader = new ByteReader(readFileSync(this.#path))
    for (const table of this.#tables) {
      for (let left = reader.u32(); left > 0; left--) {
        const key = readKey(reader, table.parts)
        records.write([{ table, key, record: table.read(reader) }])
      }
    }
    return records
  }
}

/** Does something with a file, and returns when it is on the disk. */
function synced(path: string, flags: 'r' | 'w', work: (file: number) => void): void {
  const file = openSync(path, flags)
  try {
    work(file)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
