import { alphaWorth } from '../../emission/index.js'
import { saturatedU64 } from '../../math/index.js'
import type { BlockContext } from '../BlockContext.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { type Position, positionValue } from './stake.js'
import { type STAKE_EVENTS, unstakeFrom } from './stakeTrades.js'
import { spotPriceBits } from './trades.js'

/** Parts of which a nomination's factor says how many of the smallest stake it must be worth. */
const FACTOR_ONE = 1_000_000n

/**
 * Sells what a nominator keeps, where that is worth less than a nomination must be; if it cannot be sold it is deleted. An owner may keep any
 * amount on its own hotkey.
 *
 * @source spec: `spec/chain.md` 10.2
 */
export function sweepSmallNomination(context: BlockContext<typeof STAKE_EVENTS>, position: Position): void {
  const { state, config } = context
  if (ownerOf(state, position.hotkey) === position.coldkey) return
  const leastRao = saturatedU64(config.minStakeRao * config.nominatorMinStakeFactor) / FACTOR_ONE
  if (leastRao === 0n) return
  const keptAlpha = positionValue(state, position)
  if (keptAlpha === 0n || keptAlpha >= alphaWorth(leastRao, spotPriceBits(state, position.netuid))) return
  // What cannot be sold has left the position all the same.
  unstakeFrom(context, position, position.coldkey, keptAlpha)
}
