import type { StandardSchemaV1 } from '@standard-schema/spec'
import { defineStream } from '../synapse/index.js'

/** Bytes of each chunk of an artefact but the last. */
export const CHUNK_BYTES = 262_144

/** What is asked of a miner: an artefact by what was committed to, from a byte on. */
export interface ArtefactRequest {
  /** As in the commitment: 64 digits of hex. */
  readonly digest: string
  /** The first byte that is wanted: a multiple of 262,144. */
  readonly from: number
}

function schemaOf<T>(what: string, make: (value: unknown) => T | undefined): StandardSchemaV1<unknown, T> {
  return {
    '~standard': {
      version: 1,
      vendor: 'subnetkit',
      validate: (value) => {
        const made = make(value)
        return made === undefined ? { issues: [{ message: `Is no ${what}.` }] } : { value: made }
      },
    },
  }
}

const request = schemaOf<ArtefactRequest>('{ digest, from }', (value) => {
  if (typeof value !== 'object' || value === null) return undefined
  const { digest, from } = value as Partial<ArtefactRequest>
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) return undefined
  const isPlace = typeof from === 'number' && Number.isSafeInteger(from) && from >= 0
  return isPlace && from % CHUNK_BYTES === 0 ? { digest, from } : undefined
})

const chunk = schemaOf<Uint8Array>(`part of 1 to ${CHUNK_BYTES} bytes`, (value) => {
  const isPart = value instanceof Uint8Array && value.length > 0 && value.length <= CHUNK_BYTES
  return isPart ? value : undefined
})

/** How miners hand out what they committed to: chunks of 256 KiB, the last one what is left. Who is cut off asks again from where it stands. */
export const artefactStream = defineStream({
  name: 'artefact',
  request,
  chunk,
  idempotent: true,
  resume: ({ digest, from }, { length }) => ({ digest, from: from + length }),
})
