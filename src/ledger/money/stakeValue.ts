import { saturatedU64 } from '../../math/index.js'
import type { Rao } from '../../units/index.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { stakesByHotkey } from '../state/tables.js'
import { hotkeyAlpha } from './stake.js'
import { spotPriceBits } from './trades.js'

/**
 * TAO that all stake on a hotkey is worth at the spot prices of its subnets, root included: each part to 32 fractional bits, the sum floored.
 *
 * PERF: a price per subnet on which it has stake.
 * @source subtensor `pallets/subtensor/src/staking/helpers.rs`, `get_total_stake_for_hotkey`
 */
export function stakeValueRao(state: LedgerState, hotkey: AccountId): Rao {
  let sumQ32 = 0n
  for (const [[, netuid]] of state.rangeFrom(stakesByHotkey, [hotkey])) {
    const alpha = hotkeyAlpha(state, netuid, hotkey)
    // What an ended subnet leaves behind is worth nothing, and has no price.
    if (alpha > 0n) sumQ32 += alpha * (spotPriceBits(state, netuid) >> 32n)
  }
  return saturatedU64(sumQ32 >> 32n)
}
