import type { BlockContext } from '../BlockContext.js'
import { decayedBurnRao } from '../rules/registrationPrice.js'
import { prices } from '../state/tables.js'

/** Registration gets a little cheaper on every subnet, root included. Comes first in a block. */
export function decayBurns({ state, block, rules }: BlockContext): void {
  const { root, subnets } = rules.of(state)
  const { burnRao } = state.columnsToEdit(prices)
  for (const subnet of [root, ...subnets]) {
    burnRao[subnet.netuid] = decayedBurnRao(burnRao[subnet.netuid] ?? 0n, block, subnet, subnet.burnDecayQ32)
  }
}
