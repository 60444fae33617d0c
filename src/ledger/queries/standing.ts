import type { Alpha, Rao } from '../../units/index.js'
import { hotkeyAlpha } from '../money/stake.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { AccountId } from '../state/records.js'

/** What an account has that not everybody has. */
export interface Standing {
  /** Stake with it as a hotkey, on all subnets. */
  readonly stakeAlpha: Alpha
  readonly balanceRao: Rao
  /** Whether it has a uid on some subnet. */
  readonly isRegistered: boolean
  /** Nonce that its next call must carry. */
  readonly nonce: number
}

/** PERF: two look-ups per subnet. */
export function standingOf(state: LedgerState, account: AccountId): Standing {
  let stakeAlpha = 0n
  let isRegistered = false
  for (const netuid of state.netuids()) {
    stakeAlpha += hotkeyAlpha(state, netuid, account)
    isRegistered ||= state.uidOf(netuid, account) !== undefined
  }
  return { stakeAlpha, isRegistered, ...state.account(account) }
}
