import { rollLock } from '../../src/ledger/rules/locks/rollLock.js'
import type { FileInteger } from './economicsFile.js'

export function lockRoll(input: {
  locked_alpha: FileInteger
  conviction_u64f64_bits: FileInteger
  last_update_block: number
  now_block: number
  unlock_rate_blocks: number
  maturity_rate_blocks: number
  locked_to_owner_hotkey: boolean
  perpetual: boolean
}): unknown {
  const rolled = rollLock(
    {
      massAlpha: BigInt(input.locked_alpha),
      convictionBits: BigInt(input.conviction_u64f64_bits),
      lastBlock: input.last_update_block,
    },
    {
      block: input.now_block,
      unlockRateBlocks: input.unlock_rate_blocks,
      maturityRateBlocks: input.maturity_rate_blocks,
    },
    { isOwners: input.locked_to_owner_hotkey, isPerpetual: input.perpetual },
  )
  return {
    locked_alpha: rolled.massAlpha,
    conviction_u64f64_bits: rolled.convictionBits,
    last_update_block: rolled.lastBlock,
  }
}
