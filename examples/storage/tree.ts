import { createHash } from 'node:crypto'
import { LEAF_BYTES, LEAVES } from './protocol.js'

/** BLAKE2s, 32 bytes. Node has it built in, which is many times quicker than one in JavaScript. */
export function hashOf(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('blake2s256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** A leaf and an inner node are hashed with different first bytes: neither can be shown as the other. */
const [LEAF, NODE] = [Uint8Array.of(0), Uint8Array.of(1)]

/** The hashes of a tree, level by level, those of the leaves first. With them a miner can show one leaf without reading the others. */
export type Tree = readonly (readonly Uint8Array[])[]

export const leafOf = (blob: Uint8Array, at: number): Uint8Array =>
  blob.subarray(at * LEAF_BYTES, (at + 1) * LEAF_BYTES)

export function treeOf(blob: Uint8Array): Tree {
  let level = Array.from({ length: LEAVES }, (_, at) => hashOf(LEAF, leafOf(blob, at)))
  const tree = [level]
  while (level.length > 1) {
    const below = level
    level = Array.from({ length: below.length / 2 }, (_, at) =>
      hashOf(NODE, ...below.slice(2 * at, 2 * at + 2)),
    )
    tree.push(level)
  }
  return tree
}

/** The root of the tree over the leaves of a blob, as text. */
export const rootOf = (blob: Uint8Array): string => textOf(treeOf(blob).at(-1)?.[0])

/** The hashes beside the way from a leaf to the root. */
export const pathOf = (tree: Tree, leaf: number): Uint8Array[] =>
  tree.flatMap((level, height) => level[(leaf >> height) ^ 1] ?? [])

/** The root that a leaf, its place and its path lead to, as text. */
export function rootFrom(leaf: Uint8Array, at: number, path: readonly Uint8Array[]): string {
  let hash = hashOf(LEAF, leaf)
  for (const [height, beside] of path.entries())
    hash = (at >> height) & 1 ? hashOf(NODE, beside, hash) : hashOf(NODE, hash, beside)
  return textOf(hash)
}

const textOf = (hash: Uint8Array = new Uint8Array()): string => Buffer.from(hash).toString('hex')
