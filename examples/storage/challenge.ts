import type { Reply } from 'subnetkit/mechanism'
import { LEAVES, LINKS, type Link } from './protocol.js'
import { hashOf, rootFrom } from './tree.js'

/**
 * C_n = H(H(leaf + C_n-1) + nonce). Where the next leaf lies it tells, and nobody knows it who has not read this one: leaves can only be read one after the other, and none
 * before the nonce is told.
 */
const next = (leaf: Uint8Array, before: Uint8Array, nonce: Uint8Array): Uint8Array =>
  hashOf(hashOf(leaf, before), nonce)

const placeIn = (chain: Uint8Array): number => (chain[0] ?? 0) % LEAVES

/** The links of a challenge, as who keeps the replica makes them. */
export async function walk(nonce: Uint8Array, read: (leaf: number) => Promise<Link>): Promise<Link[]> {
  const links: Link[] = []
  let chain = nonce
  while (links.length < LINKS) {
    const link = await read(placeIn(chain))
    links.push(link)
    chain = next(link.leaf, chain, nonce)
  }
  return links
}

/** Whether links are those of a challenge, of the replica with that root. */
export function isWalk(links: readonly Link[], nonce: Uint8Array, root: string): boolean {
  let chain = nonce
  for (const { leaf, path } of links) {
    if (rootFrom(leaf, placeIn(chain), path) !== root) return false
    chain = next(leaf, chain, nonce)
  }
  return links.length === LINKS
}

/** A challenge of the replica with that root, and what came of it. */
export interface Proof {
  readonly root: string
  readonly nonce: Uint8Array
  readonly reply: Reply<{ readonly links: readonly Link[] }>
}

export const isProof = ({ root, nonce, reply }: Proof): boolean =>
  reply.answer !== undefined && isWalk(reply.answer.links, nonce, root)
