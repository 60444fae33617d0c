import { TIERS, type Tier } from './ledger.js'
import type { Defence } from './mechanism.js'

/** How the market is played. */
export interface StorageOptions {
  readonly without?: readonly Defence[]
  /** From the lowest. Default: those of a network of this kind. */
  readonly tiers?: readonly Tier[]
  /** How long a challenge may take, a blob that is wanted, and one that is to be sealed; and within which time challenges are sent, each at a moment of its own. */
  readonly proveMs?: number
  readonly getMs?: number
  readonly putMs?: number
  readonly spreadMs?: number
  /** Within which time after the beginning of a round one blob is wanted back. */
  readonly wantMs?: number
}

/** What holds where nothing else is said. */
export const USUAL: Required<StorageOptions> = {
  without: [],
  tiers: TIERS,
  proveMs: 60,
  getMs: 500,
  putMs: 3_000,
  spreadMs: 100,
  wantMs: 1_000,
}
