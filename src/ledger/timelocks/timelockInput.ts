/** What the beacon published of a round. */
export interface PulseInput {
  /** From 1 on. */
  readonly round: number
  /** 48 bytes; left out where the chain has no beacon. */
  readonly signature?: Uint8Array
}

/** What a time lock holds. */
export interface TimelockText {
  /** The round that it was locked to. */
  readonly round: number
  /** Hex, 32 bytes: Blake2 of the bytes that were committed. */
  readonly commitHash: string
  /** `null` for one that cannot be opened. */
  readonly text: Uint8Array | null
}

/** What a block is given of time locks. */
export interface TimelockInput {
  readonly pulses: readonly PulseInput[]
  readonly texts: readonly TimelockText[]
}

/** Largest round that there may be: what a key of the state holds. */
export const MAX_ROUND = 2 ** 48 - 1

/** Pulses that come with a block at most. */
export const MAX_PULSES = 1_000

/** Opens time locks, and tells real pulses: `{ verifyPulse, decryptTimelock }` of `subnetkit/timelock`. */
export interface TimelockPort {
  /** Whether a pulse is what the beacon of this public key publishes of its round. */
  verifyPulse(pulse: Required<PulseInput>, publicKey: Uint8Array): boolean
  /** The text of a container; `null` for one that the pulse does not open. */
  decryptTimelock(container: Uint8Array, pulse: Required<PulseInput>): Uint8Array | null
}
