import type { EpochInput, EpochOutput } from '../../consensus/index.js'
import type { Alpha } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { MAIN_MECHANISM } from '../neurons/columns.js'
import { copiedRows, storedBonds, storedWeights } from '../neurons/matrices.js'
import { epochParamsOf } from '../rules/epochParams.js'
import { bonds, clocks, epochs, incentives, lastUpdates, neurons } from '../state/tables.js'
import { epochAnswer } from './epochAnswer.js'
import type { EpochFacts } from './epochFacts.js'

/**
 * Runs consensus over a subnet and stores what it decided; paying is the next step. Question and answer are copies: what the epoch
 * function does with them later is its own affair.
 *
 * @throws InvalidArgumentError naming what the epoch function gave wrong.
 * PERF: the epoch function's own cost, plus O(n + weights + bonds) to gather and copy the columns.
 * @source spec: `spec/chain.md` 3.10
 */
export function runSubnetEpoch(context: BlockContext, facts: EpochFacts, emissionAlpha: Alpha): EpochOutput {
  const { state, config } = context
  const { netuid, n } = facts
  const params = epochParamsOf(state.hyperparameters(netuid), config)
  const output = epochAnswer(
    context.runEpoch(epochInput(context, facts, emissionAlpha), params),
    n,
    emissionAlpha,
  )
  state.set(epochs, [netuid], {
    active: output.active,
    validatorPermit: output.validatorPermit,
    stakeWeightU16: output.stakeWeightU16,
    consensusU16: output.consensusU16,
    dividendsU16: output.dividendsU16,
    validatorTrustU16: output.validatorTrustU16,
    emissionAlpha: output.combinedEmissionRao,
  })
  state.set(incentives, [netuid, MAIN_MECHANISM], { incentiveU16: output.incentiveU16 })
  state.set(bonds, [netuid, MAIN_MECHANISM], output.bonds)
  return output
}

function epochInput({ state, block }: BlockContext, facts: EpochFacts, emissionAlpha: Alpha): EpochInput {
  const { netuid, n } = facts
  return {
    n,
    currentBlock: block,
    lastStepBlock: state.cell(clocks, netuid, 'lastStepBlock'),
    lastUpdate: state.required(lastUpdates, netuid, MAIN_MECHANISM).block.slice(),
    blockAtRegistration: state.required(neurons, netuid).registeredAtBlock.slice(),
    alphaStakeRao: facts.inheritedAlpha,
    taoStakeRao: facts.inheritedRootRao,
    ownerUid: state.uidOf(netuid, state.subnet(netuid).ownerHotkey) ?? null,
    validatorPermit: state.required(epochs, netuid).validatorPermit.slice(),
    // Nobody commits weights yet.
    earliestActiveCommitBlock: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    emissionRao: emissionAlpha,
    weights: storedWeights(state, netuid, MAIN_MECHANISM),
    bonds: copiedRows(storedBonds(state, netuid, MAIN_MECHANISM)),
  }
}
