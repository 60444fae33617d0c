import { blockNumber, nullable, text } from './columns.js'
import { indexTable, table, valueTable } from './table.js'

/*
 * Keys that take the place of others.
 */

export const hotkeySwapsByBlock = indexTable('hotkeySwapsByBlock', ['block', 'account'])

/** Block of a coldkey's last hotkey swap, or of the coldkey swap that it came from; forgotten when it holds nobody up any more. */
export const hotkeySwaps = valueTable('hotkeySwaps', ['account'], blockNumber, {
  indexes: [{ table: hotkeySwapsByBlock, keyOf: ([coldkey], block) => [block, coldkey] }],
})

export const subnetHotkeySwapsByBlock = indexTable('subnetHotkeySwapsByBlock', ['block', 'u16', 'account'])

/** Block of a coldkey's last hotkey swap on a subnet, by netuid and coldkey; forgotten as above. */
export const subnetHotkeySwaps = valueTable('subnetHotkeySwaps', ['u16', 'account'], blockNumber, {
  indexes: [
    { table: subnetHotkeySwapsByBlock, keyOf: ([netuid, coldkey], block) => [block, netuid, coldkey] },
  ],
})

/** Coldkeys that announced to give all they have to another one. */
export const coldkeySwaps = table('coldkeySwaps', ['account'], {
  /** Hex: Blake2-256 of the new coldkey. */
  newColdkeyHash: text(64),
  readyAtBlock: blockNumber,
  /** `null` while nobody disputes it. */
  disputedAtBlock: nullable(blockNumber),
})
