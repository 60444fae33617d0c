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
} as const

export type CommitmentKind = keyof typeof COMMITMENT_KINDS

/** One field of what a hotkey committed to. */
export interface CommitmentField {
  readonly kind: CommitmentKind
  /** Empty for `None` and `ResetBondsFlag`, 32 bytes for a hash. */
  readonly data: Uint8Array
}

/** Most fields of a commitment. */
export const MOST_FIELDS = 3

/** Whether something is a field whose bytes are those of its kind. */
export function isCommitmentField(value: unknown): value is CommitmentField {
  if (typeof value !== 'object' || value === null) return false
  const names = Object.keys(value).sort().join()
  const { kind, data } = value as { readonly kind?: unknown; readonly data?: unknown }
  if (names !== 'data,kind' || typeof kind !== 'string' || !(data instanceof Uint8Array)) return false
  if (!Object.hasOwn(COMMITMENT_KINDS, kind)) return false
  const { mostBytes, isExact } = COMMITMENT_KINDS[kind as CommitmentKind]
  return isExact ? data.length === mostBytes : data.length <= mostBytes
}
