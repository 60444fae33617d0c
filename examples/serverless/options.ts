import type { Hotkey } from 'subnetkit/units'
import type { Shares } from './columns.js'
import type { Defence } from './mechanism.js'

/** How the market is played. */
export interface ServerlessOptions {
  readonly without?: readonly Defence[]
  /** Customers that pay. */
  readonly accounts?: readonly Hotkey[]
  /** What part of a score each column is. */
  readonly weights?: Shares
  /** How many rounds count. */
  readonly windowRounds?: number
  /** How long an invocation may take, in milliseconds. */
  readonly timeoutMs?: number
}

/** What holds where nothing else is said. */
export const USUAL: Required<ServerlessOptions> = {
  without: [],
  accounts: [],
  weights: { units: 0.52, calls: 0.2, apps: 0.2, bounties: 0.08 },
  windowRounds: 8,
  timeoutMs: 1_900,
}
