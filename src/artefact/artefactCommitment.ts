import { bytes as bytesCheck, check, custom, listOf, shape, wholeNumber } from '../checks/index.js'
import { type CanonicalValue, decodeCanonical, encodeCanonical, MalformedBytesError } from '../codec/index.js'
import { bytesOfHex, hexOf } from '../crypto/index.js'
import { InvalidArgumentError } from '../errors/index.js'

/** One artefact, as a commitment names it. */
export interface ArtefactEntry {
  /** What it is for: 1 to 32 letters, digits, `.`, `_` or `-`. */
  readonly kind: string
  /** How many bytes it has, at least one. */
  readonly bytes: number
  /** `artefactDigest` of the hotkey and the bytes, 64 digits of hex. */
  readonly digest: string
}

/** Room for all of them in one field of a commitment. */
export const MOST_COMMITMENT_BYTES = 512

/** Bytes of one artefact: what a number of 32 bits can say. */
export const MOST_ARTEFACT_BYTES = 2 ** 32 - 1

const FORM = 'artefacts/1'
const KIND = /^[A-Za-z0-9._-]{1,32}$/
const DIGEST_BYTES = 32

export const artefactKind = custom(
  'Pass 1 to 32 letters, digits, ., _ or -.',
  (value) => typeof value === 'string' && KIND.test(value),
)
export const digestHex = custom(
  'Pass 64 digits of lower-case hex.',
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
)
const size = wholeNumber({ min: 1, max: MOST_ARTEFACT_BYTES })
const entriesShape = listOf(shape<ArtefactEntry>({ kind: artefactKind, bytes: size, digest: digestHex }), {
  min: 1,
})

/**
 * The bytes by which a hotkey commits to artefacts, one of each kind; 41 bytes for each besides its kind, and all of them within 512.
 *
 * @throws InvalidArgumentError naming the entry that is wrong, for a kind that is there twice, and for more than there is room for.
 *
 * @example
 * ```ts
 * import { artefactDigest, encodeArtefactCommitment } from 'subnetkit/artefact'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 *
 * const bytes = Uint8Array.of(1, 2, 3)
 * const digest = artefactDigest(keyPairFromUri('//Bob').hotkey, bytes)
 * encodeArtefactCommitment([{ kind: 'policy', bytes: bytes.length, digest }])
 * ```
 */
export function encodeArtefactCommitment(entries: readonly ArtefactEntry[]): Uint8Array {
  check('entries', entriesShape, entries)
  const kinds = new Set<string>()
  for (const [at, { kind }] of entries.entries()) {
    if (kinds.has(kind)) {
      const remedy = 'Commit to one artefact of each kind, or give this one another kind.'
      throw new InvalidArgumentError({ field: `entries[${at}].kind`, value: kind, remedy })
    }
    kinds.add(kind)
  }
  const encoded = encodeCanonical([
    FORM,
    ...entries.map(({ kind, bytes, digest }) => [kind, bytes, bytesOfHex(digest)]),
  ])
  if (encoded.length <= MOST_COMMITMENT_BYTES) return encoded
  throw new InvalidArgumentError({
    field: 'entries',
    value: `${encoded.length} bytes`,
    remedy: `Commit to fewer artefacts at once, or shorten their kinds: they have ${MOST_COMMITMENT_BYTES} bytes.`,
  })
}

/**
 * What artefacts a commitment names; `undefined` for bytes that are something else, as most commitments are. Whoever committed chose the bytes: nothing in them
 * makes this throw.
 *
 * @throws InvalidArgumentError for what are no bytes.
 *
 * @example
 * ```ts
 * import { decodeArtefactCommitment } from 'subnetkit/artefact'
 *
 * decodeArtefactCommitment(new TextEncoder().encode('https://example.org')) // undefined
 * ```
 */
export function decodeArtefactCommitment(bytes: Uint8Array): readonly ArtefactEntry[] | undefined {
  check('bytes', bytesCheck(), bytes)
  if (bytes.length > MOST_COMMITMENT_BYTES) return undefined
  let value: CanonicalValue
  try {
    value = decodeCanonical(bytes)
  } catch (error) {
    if (error instanceof MalformedBytesError) return undefined
    throw error
  }
  if (!Array.isArray(value) || value.length < 2 || value[0] !== FORM) return undefined
  const entries = value.slice(1).map(entryOf)
  const kinds = new Set(entries.map((entry) => entry?.kind))
  return kinds.size === entries.length && !kinds.has(undefined) ? (entries as ArtefactEntry[]) : undefined
}

function entryOf(value: CanonicalValue): ArtefactEntry | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [kind, bytes, digest] = value as readonly CanonicalValue[]
  if (typeof kind !== 'string' || !KIND.test(kind)) return undefined
  if (typeof bytes !== 'number' || !Number.isInteger(bytes)) return undefined
  if (bytes < 1 || bytes > MOST_ARTEFACT_BYTES) return undefined
  if (!(digest instanceof Uint8Array) || digest.length !== DIGEST_BYTES) return undefined
  return { kind, bytes, digest: hexOf(digest) }
}
