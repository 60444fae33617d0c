import {
  bytes,
  check,
  custom,
  eitherOf,
  listOf,
  oneOf,
  optional,
  plainCopy,
  secret,
  shape,
  unicode,
  wholeNumber,
} from '../../checks/index.js'
import { bytesOfHex } from '../../crypto/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import {
  COMMITMENT_KINDS,
  type CommitmentField,
  type CommitmentKind,
  MAX_ROUND,
  MOST_FIELDS,
} from '../../ledger/index.js'
import { encryptTimelock, TIMELOCK_OVERHEAD_BYTES } from '../../timelock/index.js'
import type { BlockNumber } from '../../units/index.js'

/** Kinds of hashes that a commitment may hold, of 32 bytes each. */
export type CommitmentHash = Extract<CommitmentKind, 'BlakeTwo256' | 'Sha256' | 'Keccak256' | 'ShaThree256'>

/** What everybody reads at once: UTF-8 or bytes, at most 512 of them. */
export type OpenPart = { readonly text: string } | { readonly bytes: Uint8Array }

/** The hash of something that is shown elsewhere, or later. */
export interface HashPart {
  readonly hash: CommitmentHash
  /** 32 bytes. */
  readonly digest: Uint8Array
}

/** What nobody reads before a block: UTF-8 or bytes, at most 847 of them. */
export interface LockedPart {
  readonly locked: string | Uint8Array
  /** Opens so many blocks after the next one; from 1 on. Either this or `round`. */
  readonly inBlocks?: number
  /** The round with which it opens: a chain's rounds have the numbers of its blocks. One that is still to come. */
  readonly round?: number
}

/** One of the up to three things that a neuron commits to. */
export type CommitmentPart = OpenPart | HashPart | LockedPart

const HASHES: readonly CommitmentHash[] = ['BlakeTwo256', 'Sha256', 'Keccak256', 'ShaThree256']
const DIGEST_BYTES = COMMITMENT_KINDS.Sha256.mostBytes
const MOST_OPEN_BYTES = COMMITMENT_KINDS.BigRaw.mostBytes
const MOST_LOCKED_BYTES = COMMITMENT_KINDS.TimelockEncrypted.mostBytes - TIMELOCK_OVERHEAD_BYTES

const textOrBytes = eitherOf('Pass text without half surrogate pairs, or bytes as a Uint8Array.', [
  unicode(),
  bytes(),
])
const round = wholeNumber({ min: 1, max: MAX_ROUND })

/** A part has the form of the one of its keys that names it. */
const PART_SHAPES = {
  text: shape<{ readonly text: string }>({ text: unicode() }),
  bytes: shape<{ readonly bytes: Uint8Array }>({ bytes: bytes() }),
  hash: shape<HashPart>({ hash: oneOf(HASHES), digest: bytes(DIGEST_BYTES) }),
  locked: shape<LockedPart>({
    locked: secret(textOrBytes),
    inBlocks: optional(round),
    round: optional(round),
  }),
} as const

/** A list of what names itself by one key, and not too many. */
const partsCheck = listOf(
  custom(
    'Pass { text }, { bytes }, { hash, digest }, or { locked } with inBlocks or round.',
    (value) => typeof value === 'object' && value !== null && keyOf(value) !== undefined,
  ),
  { max: MOST_FIELDS },
)

/** Where a commitment is made. */
export interface CommitmentPlace {
  /** Block in which it can be at the earliest. */
  readonly nextBlock: BlockNumber
  /** The beacon's, as hex; `null` where nothing is locked. */
  readonly publicKey: string | null
}

/**
 * Parts as they are at this moment, held to their form and their room before a chain is asked anything.
 *
 * @throws InvalidArgumentError naming the part that is wrong, cannot be read or has no room.
 */
export function checkedParts(parts: readonly CommitmentPart[]): readonly CommitmentPart[] {
  const own = plainCopy('parts', parts)
  check('parts', partsCheck, own)
  for (const [at, part] of own.entries()) checkPart(part, `parts[${at}]`)
  return own
}

function checkPart(part: CommitmentPart, field: string): void {
  check(field, PART_SHAPES[keyOf(part) ?? 'text'], part)
  if ('text' in part) checkRoom(part.text, `${field}.text`, MOST_OPEN_BYTES)
  if ('bytes' in part) checkRoom(part.bytes, `${field}.bytes`, MOST_OPEN_BYTES)
  if (!('locked' in part)) return
  checkRoom(part.locked, `${field}.locked`, MOST_LOCKED_BYTES)
  const { inBlocks, round } = part
  if ((inBlocks === undefined) !== (round === undefined)) return
  const remedy = 'Say when it opens: either inBlocks or round.'
  throw new InvalidArgumentError({ field, value: { inBlocks, round }, remedy })
}

/**
 * The fields of a commitment, of parts that were checked.
 *
 * @throws InvalidArgumentError naming the part that would open at once, or beyond the last round there can be.
 */
export function fieldsOf(parts: readonly CommitmentPart[], place: CommitmentPlace): CommitmentField[] {
  return parts.map((part, at) => {
    if ('hash' in part) return { kind: part.hash, data: new Uint8Array(part.digest) }
    if ('locked' in part) return lockedField(part, `parts[${at}]`, place)
    const data = bytesOf('text' in part ? part.text : part.bytes)
    return { kind: data.length > COMMITMENT_KINDS.Raw.mostBytes ? 'BigRaw' : 'Raw', data }
  })
}

function lockedField(
  { locked, inBlocks = 0, round }: LockedPart,
  field: string,
  { nextBlock, publicKey }: CommitmentPlace,
): CommitmentField {
  const revealRound = round ?? nextBlock + inBlocks
  if (revealRound <= nextBlock) {
    throw new InvalidArgumentError({
      field: `${field}.round`,
      value: round,
      remedy: `Pass a round after ${nextBlock}, the number of the next block: this one would hide nothing.`,
    })
  }
  if (revealRound > MAX_ROUND) {
    const remedy = `Pass at most ${MAX_ROUND - nextBlock}: no round has a number above ${MAX_ROUND}.`
    throw new InvalidArgumentError({ field: `${field}.inBlocks`, value: inBlocks, remedy })
  }
  const text = bytesOf(locked)
  const data =
    publicKey === null
      ? text
      : encryptTimelock(text, { round: revealRound, publicKey: bytesOfHex(publicKey) })
  return { kind: 'TimelockEncrypted', data, revealRound }
}

function keyOf(part: object): keyof typeof PART_SHAPES | undefined {
  const keys = (Object.keys(PART_SHAPES) as (keyof typeof PART_SHAPES)[]).filter((key) => key in part)
  return keys.length === 1 ? keys[0] : undefined
}

function checkRoom(value: string | Uint8Array, field: string, most: number): void {
  const { length } = bytesOf(value)
  if (length <= most) return
  throw new InvalidArgumentError({
    field,
    value: `${length} bytes`,
    remedy: `Pass at most ${most} bytes: for more, commit to its hash and say where it is.`,
  })
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(value)
}
