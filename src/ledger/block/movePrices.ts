import { nextMovingPriceQ32 } from '../../emission/index.js'
import type { BlockContext } from '../BlockContext.js'
import { rootProportionOf } from '../money/rootProportion.js'
import { spotPriceBits } from '../money/trades.js'
import { prices, reserves } from '../state/tables.js'

/**
 * Moves the price averages of the subnets that emit, and notes root's part of their dividends.
 *
 * @source spec: `spec/chain.md` 1.3 steps 6 and 7, 4.6
 */
export function movePrices({ state, config, rules, kernel, block }: BlockContext): void {
  const all = rules.of(state)
  if (all.emitting.length === 0) return
  const columns = state.columnsToEdit(prices)
  if (
    !config.reservoirKeepsInjections &&
    kernel?.movePrices(all, config, block, state.required(reserves), columns)
  )
    return
  const { movingPriceQ32, rootProportionBits } = columns
  for (const { netuid, firstEmissionBlock, isStable, emaPriceHalvingBlocks } of all.emitting) {
    movingPriceQ32[netuid] = nextMovingPriceQ32(movingPriceQ32[netuid] ?? 0n, {
      spotPriceBits: spotPriceBits(state, netuid),
      isStable,
      block,
      firstEmissionBlock,
      halvingBlocks: BigInt(emaPriceHalvingBlocks),
      movingAlphaBits: config.movingAlphaBits,
    })
    rootProportionBits[netuid] = rootProportionOf(state, config, netuid)
  }
}
