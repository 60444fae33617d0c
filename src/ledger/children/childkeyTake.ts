import type { Netuid, U16 } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { childkeys, hyperparameters } from '../state/tables.js'

/** Lowest take of a child on a subnet: the chain's or the subnet's, whichever is higher. There need be no such subnet. */
export function leastChildkeyTakeU16(state: LedgerState, config: ChainConfig, netuid: Netuid): U16 {
  return Math.max(config.minChildkeyTakeU16, state.get(hyperparameters, netuid)?.minChildkeyTakeU16 ?? 0)
}

/**
 * What a child keeps of its parents' dividends on a subnet, of 65535.
 *
 * @source spec: `spec/chain.md` 7.4
 */
export function childkeyTakeU16(
  state: LedgerState,
  config: ChainConfig,
  netuid: Netuid,
  hotkey: AccountId,
): U16 {
  const takeU16 = state.get(childkeys, netuid, hotkey)?.takeU16 ?? 0
  return Math.max(leastChildkeyTakeU16(state, config, netuid), takeU16)
}
