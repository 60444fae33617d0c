import type { BlockContext } from '../BlockContext.js'
import { decayedBurnRao } from '../rules/registrationPrice.js'
import { prices } from '../state/tables.js'

/** Registration gets a little cheaper on every subnet. Comes first in a block. */
export function decayBurns({ state, block, rules }: BlockContext): void {
  const { subnets } = rules.of(state)
  if (subnets.length === 0) return
  const { burnRao } = state.columnsToEdit(prices)
  for (const subnet of subnets) {
    burnRao[subnet.netuid] = decayedBurnRao(burnRao[subnet.netuid] ?? 0n, block, subnet, subnet.burnDecayQ32)
  }
}
