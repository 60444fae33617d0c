import { isUnder, keysOf, type PageKeys } from './pageKeys.js'
import type { Edit } from './Records.js'
import type { Key } from './table.js'

/*
 * What a tree of records is made of. A node belongs to the edit that made it, and others copy it before they change it.
 */

/** Most records of a page. */
export const PAGE = 32

export interface Page<R> {
  readonly kind: 'page'
  readonly edit: Edit
  /** Ascending; another list when one comes or goes, so that pages with the same keys share it and what is made of it. */
  keys: PageKeys
  records: R[]
  /** Hashes of large records, at their places; a bit for each that is known. */
  digests: Uint8Array | undefined
  digested: number
  hash: string | undefined
}

export interface Branch<R> {
  readonly kind: 'branch'
  readonly edit: Edit
  /** Digits that all keys below have in common. */
  readonly depth: number
  /** One of the keys below, for those digits. */
  readonly sample: Key
  readonly children: (Node<R> | undefined)[]
  count: number
  hash: string | undefined
}

export type Node<R> = Page<R> | Branch<R>

export function* within<K extends Key, R>(node: Node<R>, prefix: Key): Generator<readonly [K, R]> {
  if (node.kind === 'branch') {
    for (const child of node.children) if (child !== undefined) yield* within<K, R>(child, prefix)
    return
  }
  for (const [at, key] of node.keys.list.entries()) {
    if (isUnder(prefix, key)) yield [key as K, node.records[at] as R]
  }
}

export const keyAt = (rows: readonly (readonly [Key, unknown])[], at: number): Key =>
  (rows[at] as readonly [Key, unknown])[0]

export function pageOf<R>(keys: readonly Key[], records: R[], edit: Edit): Page<R> {
  return { kind: 'page', edit, keys: keysOf(keys), records, digests: undefined, digested: 0, hash: undefined }
}

export function putAt<R>(page: Page<R>, at: number, record: R): void {
  page.records[at] = record
  if (page.digested !== 0) page.digested = (page.digested & ~(1 << at)) >>> 0
}

/** Records have moved. */
export function forgetDigests(page: Page<unknown>): void {
  page.digests = undefined
  page.digested = 0
}

export function branchOf<R>(depth: number, sample: Key, edit: Edit): Branch<R> {
  const children = new Array<Node<R> | undefined>(16).fill(undefined)
  return { kind: 'branch', edit, depth, sample, children, count: 0, hash: undefined }
}

export function ownPage<R>(page: Page<R>, edit: Edit): Page<R> {
  if (page.edit !== edit) {
    const { keys, records, digests, digested } = page
    return {
      kind: 'page',
      edit,
      keys,
      records: records.slice(),
      digests: digests?.slice(),
      digested,
      hash: undefined,
    }
  }
  page.hash = undefined
  return page
}

export function ownBranch<R>(branch: Branch<R>, edit: Edit): Branch<R> {
  if (branch.edit !== edit) return { ...branch, edit, children: branch.children.slice(), hash: undefined }
  branch.hash = undefined
  return branch
}

/** All records below a branch on one page. */
export function collapsed<R>(branch: Branch<R>, edit: Edit): Page<R> {
  const rows = [...within<Key, R>(branch, [])]
  return pageOf(
    rows.map(([key]) => key),
    rows.map(([, record]) => record),
    edit,
  )
}

export function countOf(node: Node<unknown> | undefined): number {
  if (node === undefined) return 0
  return node.kind === 'page' ? node.records.length : node.count
}
