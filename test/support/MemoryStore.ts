import { RecordTree } from '../../src/ledger/state/RecordTree.js'
import type { ChangeSet, Store } from '../../src/ledger/state/Store.js'
import type { Key, Table } from '../../src/ledger/state/table.js'

type AnyTable = Table<Key, unknown>
type AnyTree = RecordTree<Key, unknown>

/** Records in the memory of the process, a tree per table. */
export class MemoryStore implements Store {
  #trees = new Map<AnyTable, AnyTree>()

  get<K extends Key, R>(table: Table<K, R>, key: K): R | undefined {
    return this.#trees.get(table)?.get(key) as R | undefined
  }

  range<K extends Key, R>(table: Table<K, R>, prefix: Key): Iterable<readonly [K, R]> {
    return [...(this.#trees.get(table)?.range(prefix) ?? [])] as unknown as (readonly [K, R])[]
  }

  /** Changes trees of its own, which take the place of the others once all is done. */
  write(changes: ChangeSet): void {
    const trees = new Map<AnyTable, AnyTree>()
    const edit = {}
    for (const { table, key, record } of changes) {
      const tree = trees.get(table) ?? new RecordTree(table)
      if (!trees.has(table)) {
        tree.state = this.#trees.get(table)?.state ?? { root: undefined }
        trees.set(table, tree)
      }
      if (record === undefined) tree.delete(key, edit)
      else tree.set(key, record, edit)
    }
    this.#trees = new Map([...this.#trees, ...trees])
  }
}
