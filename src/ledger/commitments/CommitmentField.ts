import { MAX_ROUND } from '../timelocks/timelockInput.js'

/** Most bytes of each kind of field. Hashes have exactly theirs. */
export const COMMITMENT_KINDS = {
  /** Nothing. */
  None: { mostBytes: 0, isExact: true },
  Raw: { mostBytes: 128, isExact: false },
  BigRaw: { mostBytes: 512, isExact: false },
  BlakeTwo256: { mostBytes: 32, isExact: true },
  Sha256: { mostBytes: 32, isExact: true },
  Keccak256: { mostBytes: 32, isExact: true },
  ShaThree256: { mostBytes: 32, isExact: true },
  /** Asks that bonds towards the neuron be deleted. */
  ResetBondsFlag: { mostBytes: 0, isExact: true },
  /** What the chain opens when a round of the beacon has come. */
  TimelockEncrypted: { mostBytes: 1_024, isExact: false },
} as const

export type CommitmentKind = keyof typeof COMMITMENT_KINDS

/** One field of what a hotkey committed to. */
export type CommitmentField = OpenCommitmentField | LockedCommitmentField

/** A field that everybody can read. */
export interface OpenCommitmentField {
  readonly kind: Exclude<CommitmentKind, 'TimelockEncrypted'>
  /** Empty for `None` and `ResetBondsFlag`, 32 bytes for a hash. */
  readonly data: Uint8Array
}

/** A field that nobody can read before a round of the beacon has come. */
export interface LockedCommitmentField {
  readonly kind: 'TimelockEncrypted'
  /** What `encryptTimelock` gave of the text, or the text itself where the chain has no beacon. */
  readonly data: Uint8Array
  /** From 1 on. */
  readonly revealRound: number
}

/** Most fields of a commitment. */
export const MOST_FIELDS = 3

/** Whether something is a field whose bytes are those of its kind. */
export function isCommitmentField(value: unknown): value is CommitmentField {
  if (typeof value !== 'object' || value === null) return false
  const { kind, data, revealRound } = value as {
    readonly kind?: unknown
    readonly data?: unknown
    readonly revealRound?: unknown
  }
  if (typeof kind !== 'string' || !(data instanceof Uint8Array)) return false
  if (!Object.hasOwn(COMMITMENT_KINDS, kind)) return false
  const isLocked = kind === 'TimelockEncrypted'
  if (Object.keys(value).sort().join() !== (isLocked ? 'data,kind,revealRound' : 'data,kind')) return false
  if (isLocked && !isRound(revealRound)) return false
  const { mostBytes, isExact } = COMMITMENT_KINDS[kind as CommitmentKind]
  return isExact ? data.length === mostBytes : data.length <= mostBytes
}

export function isLocked(field: CommitmentField): field is LockedCommitmentField {
  return field.kind === 'TimelockEncrypted'
}

function isRound(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_ROUND
}
