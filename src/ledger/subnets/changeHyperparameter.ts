import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { removeMechanisms } from '../neurons/removeMechanisms.js'
import type { HyperparameterName, Hyperparameters } from '../rules/hyperparameters.js'
import type { Value } from '../rules/whyNotSet.js'
import { clocks, hyperparameters, mechanismSplits } from '../state/tables.js'

/**
 * Sets a hyperparameter to a value that it may have, with what follows from it: a tempo starts its cycle anew, another number of mechanisms shares
 * the emission evenly, and mechanisms that are no more lose what they had. Of a subnet that is not there it is what the next one of that number
 * begins with.
 *
 * @source spec: `spec/chain.md` 1.1, 8.7
 */
export function changeHyperparameter(
  { state, config, block }: BlockContext,
  netuid: Netuid,
  name: HyperparameterName,
  value: Value,
): void {
  const before: Hyperparameters = state.get(hyperparameters, netuid) ?? config.hyperparameters
  state.set(hyperparameters, [netuid], { ...before, [name]: value })
  if (name === 'tempoBlocks') state.setRow(clocks, netuid, { lastEpochBlock: block })
  if (name === 'mechanismCount' && value !== before.mechanismCount) {
    state.delete(mechanismSplits, netuid)
    removeMechanisms(state, netuid, Number(value))
  }
}
