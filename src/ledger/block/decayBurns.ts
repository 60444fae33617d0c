import type { BlockContext } from '../BlockContext.js'
import { decayedBurnRao } from '../rules/registrationPrice.js'
import { prices } from '../state/tables.js'

/**
 * Registration gets a little cheaper on every subnet, root included. Comes first in a block.
 *
 * PERF: where all have come down to the least, nothing is written.
 */
export function decayBurns({ state, config, rules, kernel, block }: BlockContext): void {
  const all = rules.of(state)
  const burns = state.required(prices).burnRao
  const decayed = kernel?.decayedBurns(all, config, block, burns)
  if (decayed === null) return
  if (decayed !== undefined) {
    state.columnsToEdit(prices).burnRao.set(decayed)
    return
  }
  const { burnRao } = state.columnsToEdit(prices)
  for (const subnet of [all.root, ...all.subnets]) {
    burnRao[subnet.netuid] = decayedBurnRao(burnRao[subnet.netuid] ?? 0n, block, subnet, subnet.burnDecayQ32)
  }
}
