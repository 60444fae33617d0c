import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { Key, Table } from '../state/table.js'
import {
  autoClaims,
  hyperparameters,
  rootClaimed,
  rootClaimRates,
  shares,
  stakers,
  stakes,
  stakingHotkeys,
} from '../state/tables.js'

/** All that decides what a coldkey is owed of root dividends, and who is in the list of automatic claims. */
const DECIDING = [
  autoClaims,
  hyperparameters,
  rootClaimed,
  rootClaimRates,
  shares,
  stakers,
  stakes,
  stakingHotkeys,
] as unknown as readonly Table<Key, unknown>[]

interface Known {
  readonly revision: number
  /** Of the list of automatic claims. */
  readonly coldkeys: Set<AccountId>
}

const KNOWN = new WeakMap<LedgerState, Known>()

/**
 * Coldkeys of the list of automatic claims that were found to be owed nothing, while nothing has changed that decides it: most blocks draw one of them.
 *
 * PERF: a look at eight numbers.
 */
export function coldkeysOwedNothing(state: LedgerState): Set<AccountId> {
  let revision = 0
  // None of them ever falls.
  for (const table of DECIDING) revision += state.revision(table)
  const known = KNOWN.get(state)
  if (known?.revision === revision) return known.coldkeys
  const coldkeys = new Set<AccountId>()
  KNOWN.set(state, { revision, coldkeys })
  return coldkeys
}
