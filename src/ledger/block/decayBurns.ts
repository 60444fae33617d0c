import type { BlockContext } from '../BlockContext.js'
import { decayedBurnRao } from '../rules/registrationPrice.js'

/** Registration gets a little cheaper on every subnet. Comes first in a block. */
export function decayBurns(context: BlockContext): void {
  const { state, block } = context
  for (const netuid of state.netuids()) {
    const { hyperparameters } = state.subnet(netuid)
    const before = state.pool(netuid).burnRao
    const burnRao = decayedBurnRao(
      before,
      block,
      hyperparameters,
      context.burnDecayQ32(hyperparameters.burnHalfLifeBlocks),
    )
    if (burnRao !== before) state.setPool(netuid, { burnRao })
  }
}
