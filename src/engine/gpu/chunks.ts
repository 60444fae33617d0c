import type { MeasuredSubnet } from './measureSubnet.js'
import { sizesOf } from './packChunk.js'
import { COLUMN_WORDS } from './shaders/common.js'

/** Some subnets of a batch, by their place in it. */
export type ChunkPlaces = readonly number[]

/** Whether a subnet has anything to compute: without any row every share is 0. */
export function hasWork({ uids }: MeasuredSubnet): boolean {
  return uids.length > 0
}

/**
 * The subnets that need work, in pieces of the same rules of which no matrix exceeds `maxBytes`; a subnet that exceeds it alone
 * is a piece of its own.
 */
export function chunksOf(subnets: readonly MeasuredSubnet[], maxBytes: number): ChunkPlaces[] {
  const chunks: number[][] = []
  const open = new Map<string, { readonly places: number[]; bytes: number }>()
  subnets.forEach((subnet, k) => {
    if (!hasWork(subnet)) return
    const rules = `${subnet.variant.rules} ${subnet.variant.penalty}`
    const { words, columns } = sizesOf(subnet)
    const bytes = 4 * Math.max(words, COLUMN_WORDS * columns)
    let chunk = open.get(rules)
    if (chunk === undefined || chunk.bytes + bytes > maxBytes) {
      chunk = { places: [], bytes: 0 }
      open.set(rules, chunk)
      chunks.push(chunk.places)
    }
    chunk.places.push(k)
    chunk.bytes += bytes
  })
  return chunks
}
