import { sha256Hex } from '../../crypto/index.js'
import { type ByteWriter, putHex } from './bytes.js'
import type { KeyDigits } from './KeyDigits.js'
import { indexOf, isBefore, isKeyAt, isSameKey, isUnder, keysOf, placeOf } from './pageKeys.js'
import { type Edit, HASH_BYTES, LARGE, NO_HASH, type Records } from './Records.js'
import { type Key, type Table, writeKey } from './table.js'
import {
  type Branch,
  branchOf,
  collapsed,
  countOf,
  forgetDigests,
  keyAt,
  type Node,
  ownBranch,
  ownPage,
  PAGE,
  type Page,
  pageOf,
  putAt,
  within,
} from './treeNodes.js'

/** What a tree held at one time. It never changes. */
export interface TreeState<R> {
  readonly root: Node<R> | undefined
}

/**
 * The records of one table in the order of their keys, with a Merkle root.
 *
 * Up to 32 records lie on a page; more are parted by the first hexadecimal digit in which their keys differ. So the shape, and with it the
 * root, depends on the set of records alone. Nodes that another edit made are copied before they change: a state that was taken stays as it
 * is, and costs what has changed since.
 *
 * PERF: to read or change a record of r is O(log16 r); to walk a prefix, what lies under it; the root, one hash per page and branch changed since
 * the last.
 */
export class RecordTree<K extends Key, R> implements Records<K, R> {
  readonly table: Table<K, R>
  touchedBy: Edit | undefined
  /** Trees that mostly have the same keys: what one of them has is taken as it is, since a key takes as much memory as a record. */
  relatives: readonly RecordTree<Key, unknown>[] = []
  readonly #digits: KeyDigits
  #root: Node<R> | undefined
  #settled: Node<R> | undefined
  #revision = 0
  /** The record that the insertion in progress takes the place of. */
  #replaced: R | undefined

  constructor(table: Table<K, R>) {
    this.table = table
    this.#digits = table.digits
  }

  get state(): TreeState<R> {
    return { root: this.#root }
  }

  /** Goes to what a tree of the same table held. */
  set state({ root }: TreeState<R>) {
    if (this.#root === root) return
    this.#root = root
    this.#revision++
  }

  /** Another number whenever something may have changed: to know whether what was derived still holds. */
  get revision(): number {
    return this.#revision
  }

  get isEmpty(): boolean {
    return this.#root === undefined
  }

  get(key: Key): R | undefined {
    const page = this.#pageOf(key)
    if (page === undefined) return undefined
    const at = indexOf(page.keys, key)
    return at < 0 ? undefined : page.records[at]
  }

  /** @returns what was there. */
  set(key: K, record: R, edit: Edit): R | undefined {
    this.#revision++
    this.#replaced = undefined
    const found = this.#root && this.#put(this.#root, key, record, edit)
    this.#root = found ?? this.#inserted(this.#root, 0, this.#sharedKey(key), record, edit)
    const before = this.#replaced
    this.#replaced = undefined
    return before
  }

  #sharedKey(key: Key): Key {
    for (const relative of this.relatives) {
      const known = relative.#ownKey(key)
      if (known !== undefined) return known
    }
    return key
  }

  /** The equal key that stands here. */
  #ownKey(key: Key): Key | undefined {
    const page = this.#pageOf(key)
    const at = page === undefined ? -1 : indexOf(page.keys, key)
    return at < 0 ? undefined : page?.keys.list[at]
  }

  /** What `get` finds for each of the keys, which ascend. PERF: keys that stand next to each other are found without a search. */
  getEach(keys: Key[]): (R | undefined)[] {
    const found = new Array<R | undefined>(keys.length)
    let page: Page<R> | undefined
    let next = 0
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] as Key
      if (page === undefined || !isKeyAt(page.keys, next, key)) {
        page = this.#pageOf(key)
        next = page === undefined ? -1 : indexOf(page.keys, key)
      }
      found[at] = page?.records[next]
      keys[at] = page?.keys.list[next] ?? key
      next++
    }
    return found
  }

  /**
   * Sets a record for each of the keys, which ascend.
   *
   * @returns places in the list of the keys that were not there. PERF: as `getEach`.
   */
  setEach(keys: readonly K[], records: readonly R[], edit: Edit): number[] {
    const added: number[] = []
    let page: Page<R> | undefined
    let next = 0
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] as K
      const record = records[at] as R
      if (page !== undefined && isKeyAt(page.keys, next, key)) putAt(page, next, record)
      else {
        // Makes the page this edit's own, so that its neighbours may be set where they lie.
        if (this.set(key, record, edit) === undefined) added.push(at)
        page = this.#pageOf(key)
        next = page === undefined ? -1 : indexOf(page.keys, key)
      }
      next++
    }
    return added
  }

  /** The page on which a key stands, or would stand. */
  #pageOf(key: Key): Page<R> | undefined {
    let node = this.#root
    while (node?.kind === 'branch') node = node.children[this.#digits.at(key, node.depth)]
    return node
  }

  delete(key: Key, edit: Edit): void {
    this.#revision++
    this.#root = this.#removed(this.#root, key, edit)
  }

  /**
   * Keys and records under a prefix, ascending. The tree must not change meanwhile.
   *
   * @param from - the first key to be given, or what stands where it would stand. PERF: to find it is O(log16 r).
   */
  range(prefix: Key, from?: Key): Iterable<readonly [K, R]> {
    // PERF: many tables are empty, and looked at in every block.
    if (this.#root === undefined) return []
    const node = this.#under(prefix)
    if (node === undefined) return []
    return from === undefined ? within<K, R>(node, prefix) : this.#withinFrom(node, prefix, from)
  }

  /** What holds all that lies under a prefix, and maybe others if it is a page. */
  #under(prefix: Key): Node<R> | undefined {
    const digits = this.#digits.lengthOf(prefix)
    let node = this.#root
    while (node?.kind === 'branch' && node.depth < digits) {
      node = node.children[this.#digits.at(prefix, node.depth)]
    }
    const isElsewhere =
      node?.kind === 'branch' && this.#digits.firstApart(node.sample, prefix, 0, digits) < digits
    return isElsewhere ? undefined : node
  }

  /**
   * The first keys under a prefix from one on, ascending.
   *
   * @param from - the first key to be given, or what stands where it would stand; `undefined` for all under the prefix.
   * PERF: to find it is O(log16 r); no more than a look at each key besides.
   */
  keysFrom(prefix: Key, from: Key | undefined, limit: number): K[] {
    const keys: K[] = []
    const node = this.#root && this.#under(prefix)
    if (node !== undefined) this.#collect(node, prefix, from, limit, keys)
    return keys
  }

  #collect(node: Node<R>, prefix: Key, from: Key | undefined, limit: number, keys: K[]): void {
    if (node.kind === 'page') {
      const { list } = node.keys
      // Keys ascend: behind the first that is not before `from`, none is.
      let at = 0
      if (from !== undefined) while (at < list.length && isBefore(list[at] as Key, from)) at++
      for (; at < list.length && keys.length < limit; at++) {
        const key = list[at] as Key
        if (isUnder(prefix, key)) keys.push(key as K)
      }
      return
    }
    const apart = from === undefined ? 0 : this.#digits.firstApart(node.sample, from, 0, node.depth)
    const isAbove = from === undefined || apart < node.depth
    if (from !== undefined && isAbove && this.#digits.at(node.sample, apart) < this.#digits.at(from, apart))
      return
    const first = isAbove ? 0 : this.#digits.at(from, node.depth)
    for (let digit = first; digit < 16 && keys.length < limit; digit++) {
      const child = node.children[digit]
      const isFirst = !isAbove && digit === first
      if (child !== undefined) this.#collect(child, prefix, isFirst ? from : undefined, limit, keys)
    }
  }

  *#withinFrom(node: Node<R>, prefix: Key, from: Key): Generator<readonly [K, R]> {
    if (node.kind === 'page') {
      for (const row of within<K, R>(node, prefix)) if (!isBefore(row[0], from)) yield row
      return
    }
    const apart = this.#digits.firstApart(node.sample, from, 0, node.depth)
    if (apart < node.depth) {
      if (this.#digits.at(node.sample, apart) > this.#digits.at(from, apart))
        yield* within<K, R>(node, prefix)
      return
    }
    const first = this.#digits.at(from, node.depth)
    for (const [digit, child] of node.children.entries()) {
      if (child === undefined || digit < first) continue
      if (digit === first) yield* this.#withinFrom(child, prefix, from)
      else yield* within<K, R>(child, prefix)
    }
  }

  changes(): Iterable<readonly [K, R | undefined]> {
    return this.changesSince({ root: this.#settled })
  }

  /** The block's edit is over: from now on its nodes are copied. */
  settle(): void {
    this.#settled = this.#root
  }

  revert(): void {
    this.state = { root: this.#settled }
  }

  /**
   * What differs from a state of the same table: keys ascending, each with what it has now, `undefined` where it is gone.
   *
   * PERF: pages that both share are passed over.
   */
  *changesSince({ root }: TreeState<R>): Generator<readonly [K, R | undefined]> {
    yield* this.#difference(root, this.#root) as Generator<readonly [K, R | undefined]>
  }

  *#difference(
    before: Node<R> | undefined,
    after: Node<R> | undefined,
  ): Generator<readonly [Key, R | undefined]> {
    if (before === after) return
    if (before?.kind === 'branch' && after?.kind === 'branch') {
      const depth = Math.min(before.depth, after.depth)
      if (this.#digits.firstApart(before.sample, after.sample, 0, depth) === depth) {
        for (let digit = 0; digit < 16; digit++) {
          yield* this.#difference(this.#below(before, depth, digit), this.#below(after, depth, digit))
        }
        return
      }
    }
    const old = before === undefined ? [] : [...within<Key, R>(before, [])]
    let at = 0
    for (const [key, record] of after === undefined ? [] : within<Key, R>(after, [])) {
      for (; at < old.length && isBefore(keyAt(old, at), key); at++) yield [keyAt(old, at), undefined]
      const known = old[at]
      const isKnown = known !== undefined && isSameKey(known[0], key)
      if (isKnown) at++
      if (!isKnown || known[1] !== record) yield [key, record]
    }
    for (; at < old.length; at++) yield [keyAt(old, at), undefined]
  }

  /** What of a branch has a digit at a depth that is at most its own. */
  #below(branch: Branch<R>, depth: number, digit: number): Node<R> | undefined {
    if (branch.depth === depth) return branch.children[digit]
    return this.#digits.at(branch.sample, depth) === digit ? branch : undefined
  }

  /** The Merkle root in hex, zeros for an empty tree. */
  hash(writer: ByteWriter): string {
    return this.#root === undefined ? NO_HASH : this.#hashOf(this.#root, writer)
  }

  /** With another record where the key is known already; `undefined`, and nothing has changed, where it is not. */
  #put(node: Node<R>, key: Key, record: R, edit: Edit): Node<R> | undefined {
    if (node.kind === 'page') {
      const at = indexOf(node.keys, key)
      if (at < 0) return undefined
      const owned = ownPage(node, edit)
      this.#replaced = owned.records[at]
      putAt(owned, at, record)
      return owned
    }
    const digit = this.#digits.at(key, node.depth)
    const before = node.children[digit]
    const after = before && this.#put(before, key, record, edit)
    if (after === undefined) return undefined
    const owned = ownBranch(node, edit)
    owned.children[digit] = after
    return owned
  }

  /** With a key that is not there yet. */
  #inserted(node: Node<R> | undefined, parentDepth: number, key: Key, record: R, edit: Edit): Node<R> {
    if (node === undefined) return pageOf([key], [record], edit)
    if (node.kind === 'page') return this.#insertedIntoPage(node, key, record, edit)
    const apart = this.#digits.firstApart(key, node.sample, parentDepth, node.depth)
    if (apart < node.depth) {
      const branch = branchOf<R>(apart, key, edit)
      branch.children[this.#digits.at(node.sample, apart)] = node
      branch.children[this.#digits.at(key, apart)] = pageOf([key], [record], edit)
      branch.count = node.count + 1
      return branch
    }
    const owned = ownBranch(node, edit)
    const digit = this.#digits.at(key, node.depth)
    const before = owned.children[digit]
    // Counted first: a page that this edit made is changed where it lies.
    const count = countOf(before)
    const after = this.#inserted(before, node.depth, key, record, edit)
    owned.count += countOf(after) - count
    owned.children[digit] = after
    return owned
  }

  #insertedIntoPage(page: Page<R>, key: Key, record: R, edit: Edit): Node<R> {
    const owned = ownPage(page, edit)
    const { list } = owned.keys
    const at = placeOf(list, key)
    owned.keys = keysOf(list.toSpliced(at, 0, key))
    // PERF: to splice it would leave room for more, as much as it holds.
    owned.records = owned.records.toSpliced(at, 0, record)
    forgetDigests(owned)
    return list.length < PAGE ? owned : this.#parted(owned, edit)
  }

  /** A page that is too full, as a branch over smaller ones. */
  #parted({ keys: { list }, records }: Page<R>, edit: Edit): Branch<R> {
    const [first] = list as [Key]
    const depth = this.#digits.firstApart(first, list.at(-1) as Key, 0, Number.POSITIVE_INFINITY)
    const branch = branchOf<R>(depth, first, edit)
    branch.count = list.length
    for (let from = 0; from < list.length; ) {
      const digit = this.#digits.at(list[from] as Key, depth)
      let to = from + 1
      while (to < list.length && this.#digits.at(list[to] as Key, depth) === digit) to++
      branch.children[digit] = pageOf(list.slice(from, to), records.slice(from, to), edit)
      from = to
    }
    return branch
  }

  #removed(node: Node<R> | undefined, key: Key, edit: Edit): Node<R> | undefined {
    if (node === undefined) return undefined
    if (node.kind === 'page') {
      const at = indexOf(node.keys, key)
      if (at < 0) return node
      if (node.records.length === 1) return undefined
      const owned = ownPage(node, edit)
      owned.keys = keysOf(owned.keys.list.toSpliced(at, 1))
      owned.records.splice(at, 1)
      forgetDigests(owned)
      return owned
    }
    const digit = this.#digits.at(key, node.depth)
    const before = node.children[digit]
    const count = countOf(before)
    const after = this.#removed(before, key, edit)
    const gone = count - countOf(after)
    if (gone === 0) return node
    const owned = ownBranch(node, edit)
    owned.children[digit] = after
    owned.count -= gone
    if (owned.count <= PAGE) return collapsed(owned, edit)
    const left = owned.children.filter((child) => child !== undefined)
    return left.length === 1 ? left[0] : owned
  }

  #hashOf(node: Node<R>, writer: ByteWriter): string {
    if (node.hash !== undefined) return node.hash
    if (node.kind === 'page') {
      const { keys } = node
      if (keys.hash === undefined) {
        for (const key of keys.list) writeKey(writer, key, this.table.parts)
        keys.hash = sha256Hex(writer.taken())
      }
      writer.u8(0)
      writer.u8(keys.list.length)
      writer.hex(keys.hash)
      this.#writeRecords(node, writer)
    } else {
      // First, since they use the same writer.
      for (const child of node.children) if (child !== undefined) this.#hashOf(child, writer)
      let bitmap = 0
      for (let digit = 0; digit < 16; digit++) if (node.children[digit] !== undefined) bitmap |= 1 << digit
      writer.u8(1)
      writer.u16(bitmap)
      for (const child of node.children) if (child !== undefined) writer.hex(this.#hashOf(child, writer))
    }
    node.hash = sha256Hex(writer.taken())
    return node.hash
  }

  /** Records as a page's hash covers them: as they are or by their own hashes, and which those are. */
  #writeRecords(page: Page<R>, writer: ByteWriter): void {
    const { length } = page.records
    for (let at = 0; at < length; ) {
      let to = at
      while (to < length && (page.digested & (1 << to)) !== 0) to++
      if (to > at) writer.bytes((page.digests as Uint8Array).subarray(HASH_BYTES * at, HASH_BYTES * to))
      if (to < length) this.#writeRecord(page, to, writer)
      at = to + 1
    }
    writer.u32(page.digested)
  }

  /** One whose own hash is not known. */
  #writeRecord(page: Page<R>, at: number, writer: ByteWriter): void {
    const bit = (1 << at) >>> 0
    const from = HASH_BYTES * at
    const start = writer.length
    this.table.write(writer, page.records[at] as R)
    if (writer.length - start < LARGE) return
    const digest = sha256Hex(writer.takenFrom(start))
    page.digests ??= new Uint8Array(HASH_BYTES * PAGE)
    putHex(page.digests, from, digest)
    page.digested = (page.digested | bit) >>> 0
    writer.hex(digest)
  }
}
