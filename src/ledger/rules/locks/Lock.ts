import type { Alpha, BlockNumber } from '../../../units/index.js'

/** Alpha that may not leave, and the conviction it has earned. */
export interface LockAmount {
  readonly massAlpha: Alpha
  /** Raw U64F64: alpha that has stayed, weighed by how long. */
  readonly convictionBits: bigint
}

/** A coldkey's lock on a subnet, or the sum of the locks to one hotkey, as of a block. */
export interface Lock extends LockAmount {
  readonly lastBlock: BlockNumber
}

/** How a lock changes with time. */
export interface LockKind {
  /** Whether it is to the hotkey of the subnet's owner: its conviction is always its mass. */
  readonly isOwners: boolean
  /** Whether its mass stays; otherwise it decays. */
  readonly isPerpetual: boolean
}

/** The present block, and how slowly locks change: blocks in which they change by a factor of e. */
export interface LockClock {
  readonly block: BlockNumber
  readonly unlockRateBlocks: number
  readonly maturityRateBlocks: number
}

/** Mass and conviction below this are nothing. */
export const DUST_ALPHA = 100n
const DUST_BITS = DUST_ALPHA << 64n

export const emptyLock = (lastBlock: BlockNumber): Lock => ({ massAlpha: 0n, convictionBits: 0n, lastBlock })

/** Whether so little is left of a lock that it ends. */
export function isDust({ massAlpha, convictionBits }: LockAmount): boolean {
  return massAlpha < DUST_ALPHA && convictionBits < DUST_BITS
}
