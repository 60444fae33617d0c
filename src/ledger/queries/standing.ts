import type { Alpha, Rao } from '../../units/index.js'
import { hotkeyAlpha } from '../money/stake.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { stakesByHotkey, uidsByHotkey } from '../state/tables.js'

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

/** PERF: one look-up per subnet on which the account has stake as a hotkey. */
export function standingOf(state: LedgerState, account: AccountId): Standing {
  const stakeAlpha = state
    .range(stakesByHotkey, account)
    .reduce((sum, [[, netuid]]) => sum + hotkeyAlpha(state, netuid, account), 0n)
  return {
    stakeAlpha,
    isRegistered: state.range(uidsByHotkey, account).length > 0,
    balanceRao: state.balanceRao(account),
    nonce: state.nonce(account),
  }
}
