import type { BlockNumber, Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { laterBlock } from '../rules/laterBlock.js'
import type { AccountId } from '../state/account.js'
import {
  hotkeySwaps,
  hotkeySwapsByBlock,
  subnetHotkeySwaps,
  subnetHotkeySwapsByBlock,
} from '../state/tables.js'

/*
 * When a coldkey last swapped a hotkey: one clock for all that it swaps, and one per subnet. Both are forgotten once they hold nobody up, so that
 * what is kept of swaps is what was paid for lately.
 */

/** First block in which a coldkey may swap another hotkey. */
export function nextSwapBlock({ state, config }: BlockContext, coldkey: AccountId): BlockNumber {
  const last = state.get(hotkeySwaps, coldkey)
  return last === undefined ? 0 : laterBlock(last, config.hotkeySwapRateLimitBlocks + 1)
}

/** The same on a subnet; `null` where no swap is on record. */
export function nextSwapBlockOn(
  { state, config }: BlockContext,
  netuid: Netuid,
  coldkey: AccountId,
): BlockNumber | null {
  const last = state.get(subnetHotkeySwaps, netuid, coldkey)
  return last === undefined ? null : laterBlock(last, config.hotkeySwapOnSubnetIntervalBlocks + 1)
}

/**
 * Forgets swaps that hold nobody up any more.
 *
 * @source spec: `spec/chain.md` 1.3 step 1
 * PERF: a look-up, and a step per swap that is forgotten.
 */
export function forgetSwaps({ state, config, block }: BlockContext): void {
  // As in most blocks.
  if (!state.hasAny(hotkeySwapsByBlock) && !state.hasAny(subnetHotkeySwapsByBlock)) return
  const before = block - config.hotkeySwapRateLimitBlocks
  for (const [, coldkey] of keysUntil(state.rangeFrom(hotkeySwapsByBlock, []), before)) {
    state.delete(hotkeySwaps, coldkey)
  }
  const beforeOn = block - config.hotkeySwapOnSubnetIntervalBlocks
  for (const [, netuid, coldkey] of keysUntil(state.rangeFrom(subnetHotkeySwapsByBlock, []), beforeOn)) {
    state.delete(subnetHotkeySwaps, netuid, coldkey)
  }
}

/** Keys that begin with a block before this one. A list: what is walked may then change. */
function keysUntil<K extends readonly [BlockNumber, ...unknown[]]>(
  rows: Iterable<readonly [K, null]>,
  block: BlockNumber,
): K[] {
  const keys: K[] = []
  for (const [key] of rows) {
    if (key[0] >= block) break
    keys.push(key)
  }
  return keys
}
