import { nextMovingPriceBits } from '../../emission/index.js'
import type { BlockContext } from '../BlockContext.js'
import { rootProportionOf } from '../money/rootProportion.js'
import { spotPriceBits } from '../money/trades.js'
import { prices } from '../state/tables.js'

/**
 * Moves the price averages of the subnets that emit, and notes root's part of their dividends.
 *
 * @source spec: `spec/chain.md` 1.3 steps 6 and 7, 4.6
 */
export function movePrices({ state, config, rules, block }: BlockContext): void {
  const { emitting } = rules.of(state)
  if (emitting.length === 0) return
  const { movingPriceBits, rootProportionBits } = state.columnsToEdit(prices)
  for (const { netuid, firstEmissionBlock, emaPriceHalvingBlocks } of emitting) {
    movingPriceBits[netuid] = nextMovingPriceBits(movingPriceBits[netuid] ?? 0n, {
      spotPriceBits: spotPriceBits(state, netuid),
      isStable: state.subnet(netuid).mechanism === 0,
      block,
      firstEmissionBlock,
      halvingBlocks: BigInt(emaPriceHalvingBlocks),
      movingAlphaBits: config.movingAlphaBits,
    })
    rootProportionBits[netuid] = rootProportionOf(state, config, netuid)
  }
}
