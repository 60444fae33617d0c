import { hexOf, sha256 } from '../../crypto/index.js'

interface Leaf {
  readonly kind: 'leaf'
  readonly key: Uint8Array
  readonly hash: Uint8Array
}

interface Branch {
  readonly kind: 'branch'
  readonly children: (Node | undefined)[]
  /** Cleared when anything below changes. */
  hash: Uint8Array | undefined
}

type Node = Leaf | Branch

const HASH_BYTES = 32
const EMPTY_ROOT = new Uint8Array(HASH_BYTES)

/**
 * A Merkle tree over the records of the state: one leaf per record, sixteen ways per level, and a branch
 * only where two leaves part. Its root depends on the set of records alone, not on the order of changes.
 *
 * PERF: a change costs O(log16 r) hashes for r records, paid when the root is asked for.
 */
export class StateTree {
  #root: Node | undefined

  /** Sets the leaf under a 32-byte key; `undefined` removes it. */
  set(key: Uint8Array, valueHash: Uint8Array | undefined): void {
    this.#root =
      valueHash === undefined
        ? removed(this.#root, key, 0)
        : inserted(this.#root, { kind: 'leaf', key, hash: leafHash(key, valueHash) }, 0)
  }

  /** Hex of the root; all zeros for an empty tree. */
  root(): string {
    return hexOf(this.#root === undefined ? EMPTY_ROOT : hashOf(this.#root))
  }
}

function inserted(node: Node | undefined, leaf: Leaf, depth: number): Node {
  if (node === undefined) return leaf
  if (node.kind === 'leaf') {
    if (sameKey(node.key, leaf.key)) return leaf
    const branch: Branch = { kind: 'branch', children: new Array(16), hash: undefined }
    branch.children[nibble(node.key, depth)] = node
    return inserted(branch, leaf, depth)
  }
  const slot = nibble(leaf.key, depth)
  node.children[slot] = inserted(node.children[slot], leaf, depth + 1)
  node.hash = undefined
  return node
}

function removed(node: Node | undefined, key: Uint8Array, depth: number): Node | undefined {
  if (node === undefined) return undefined
  if (node.kind === 'leaf') return sameKey(node.key, key) ? undefined : node
  const slot = nibble(key, depth)
  node.children[slot] = removed(node.children[slot], key, depth + 1)
  node.hash = undefined
  const left = node.children.filter((child) => child !== undefined)
  // A branch over a single leaf gives way to it, so that the shape tells nothing about the past.
  return left.length === 1 && left[0]!.kind === 'leaf' ? left[0] : node
}

function hashOf(node: Node): Uint8Array {
  if (node.hash !== undefined) return node.hash
  const branch = node as Branch
  const present = branch.children.filter((child) => child !== undefined)
  const bytes = new Uint8Array(3 + present.length * HASH_BYTES)
  bytes[0] = 1
  let bitmap = 0
  let offset = 3
  for (let slot = 0; slot < 16; slot++) {
    const child = branch.children[slot]
    if (child === undefined) continue
    bitmap |= 1 << slot
    bytes.set(hashOf(child), offset)
    offset += HASH_BYTES
  }
  bytes[1] = bitmap & 0xff
  bytes[2] = bitmap >> 8
  branch.hash = sha256(bytes)
  return branch.hash
}

function leafHash(key: Uint8Array, valueHash: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * HASH_BYTES)
  bytes.set(key, 1)
  bytes.set(valueHash, 1 + HASH_BYTES)
  return sha256(bytes)
}

function nibble(key: Uint8Array, depth: number): number {
  const byte = key[depth >> 1]!
  return depth % 2 === 0 ? byte >> 4 : byte & 15
}

function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  for (let index = 0; index < HASH_BYTES; index++) if (a[index] !== b[index]) return false
  return true
}
