import { defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'

/** A file is kept in blobs of this many leaves. Few, so that to seal one takes longer than a challenge may, and all of them no longer than a round. */
export const LEAVES = 16
export const LEAF_BYTES = 1_024
export const BLOB_BYTES = LEAVES * LEAF_BYTES
/** Leaves that one challenge asks for, one after the other. */
export const LINKS = 8
/** Hashes from a leaf up to the root, the root left out. */
const PATH = Math.log2(LEAVES)

const bytes = (length: number): z.ZodType<Uint8Array> =>
  z.instanceof(Uint8Array).refine((value) => value.length === length, { message: `Give ${length} bytes.` })
/** A hash as text: that of a blob's tree is its name. */
const hash = z.string().regex(/^[0-9a-f]{64}$/)

/** A leaf of a sealed replica, and the hashes that lead from it to the root. */
export interface Link {
  readonly leaf: Uint8Array
  readonly path: readonly Uint8Array[]
}

const link: z.ZodType<Link> = z.object({ leaf: bytes(LEAF_BYTES), path: z.array(bytes(32)).length(PATH) })

/** A replica, and the hotkey that it is sealed for. */
export interface Sealed {
  readonly miner: string
  readonly sealed: Uint8Array
}

const sealed: z.ZodType<Sealed> = z.object({ miner: z.string().max(64), sealed: bytes(BLOB_BYTES) })

/** Takes a blob to keep for a day. What comes back is the sealed replica. */
export const put = defineSynapse({
  name: 'put',
  request: z.object({ data: bytes(BLOB_BYTES) }),
  answer: sealed,
  idempotent: true,
})

/** Gives a blob back, as it was before it was sealed. */
export const get = defineSynapse({
  name: 'get',
  request: z.object({ id: hash }),
  answer: z.object({ data: bytes(BLOB_BYTES) }),
  idempotent: true,
})

/** Shows leaves of a sealed replica: which ones, each tells of the next. */
export const prove = defineSynapse({
  name: 'prove',
  request: z.object({ id: hash, nonce: bytes(32) }),
  answer: z.object({ links: z.array(link).length(LINKS) }),
})
