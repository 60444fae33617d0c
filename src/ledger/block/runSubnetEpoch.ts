import { vouchedForm } from '../../checks/index.js'
import {
  combineMechanismsUnchecked,
  type EpochFunction,
  type EpochInput,
  type EpochOutput,
  type EpochParams,
  mechanismSlices,
} from '../../consensus/index.js'
import type { Alpha, Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import type { ChainConfig } from '../config.js'
import { lastUpdatesOf } from '../neurons/columns.js'
import { copiedRows, storedBonds, storedWeights } from '../neurons/matrices.js'
import { epochParamsOf } from '../rules/epochParams.js'
import type { Hyperparameters } from '../rules/hyperparameters.js'
import type { LedgerState } from '../state/LedgerState.js'
import { bonds, clocks, epochs, incentives, mechanismSplits, neurons } from '../state/tables.js'
import { earliestCommitBlocks } from '../weights/earliestCommitBlocks.js'
import { type EpochAnswer, epochAnswer, keptAnswer } from './epochAnswer.js'
import type { EpochFacts } from './epochFacts.js'

/** What of a subnet's epoch is kept for the subnet as a whole; `serverEmissionRao` and `validatorEmissionRao` are what is paid. */
export type SubnetDecision = Omit<EpochOutput, 'stakeRao' | 'incentiveU16' | 'bonds' | 'raw'>

/**
 * Runs consensus over a subnet, once for each of its mechanisms with its slice of the emission, and stores what they decided; paying is the next
 * step. Each has the permits from before the epoch. Question and answer are copies: what the epoch function does with them later is its own
 * affair. Only the library's own function is known to write into neither, and to answer right.
 *
 * @throws InvalidArgumentError naming what the epoch function gave wrong.
 * PERF: the epoch function's own cost, plus O(n + weights + bonds) to gather and copy the columns; all of it per mechanism.
 * @source spec: `spec/chain.md` 3.10, 8.7
 */
export function runSubnetEpoch(
  context: BlockContext,
  facts: EpochFacts,
  emissionAlpha: Alpha,
): SubnetDecision {
  const { state, config } = context
  const { netuid } = facts
  const params = paramsFor(state.hyperparameters(netuid), config)
  const slices = slicesOf(state, netuid, emissionAlpha)
  const outputs = slices.map((slice, mechanism) =>
    answerTo(context.runEpoch, epochInput(context, facts, mechanism, slice), params),
  )
  for (const [mechanism, output] of outputs.entries()) {
    state.set(incentives, [netuid, mechanism], { incentiveU16: output.incentiveU16 })
    state.set(bonds, [netuid, mechanism], output.bonds)
  }
  const [only, ...others] = outputs
  const decided =
    only !== undefined && others.length === 0 ? only : combineMechanismsUnchecked(outputs, slices)
  state.set(epochs, [netuid], {
    active: decided.active,
    validatorPermit: decided.validatorPermit,
    stakeWeightU16: decided.stakeWeightU16,
    consensusU16: decided.consensusU16,
    dividendsU16: decided.dividendsU16,
    validatorTrustU16: decided.validatorTrustU16,
    emissionAlpha: decided.combinedEmissionRao,
  })
  return decided
}

/** What each mechanism distributes. */
function slicesOf(state: LedgerState, netuid: Netuid, emissionAlpha: Alpha): readonly Alpha[] {
  const { mechanismCount } = state.hyperparameters(netuid)
  if (mechanismCount === 1) return [emissionAlpha]
  const splitU16 = state.get(mechanismSplits, netuid)
  return mechanismSlices(emissionAlpha, mechanismCount, splitU16 === undefined ? null : [...splitU16])
}

/** What is asked, some of it as it lies in the state. */
function epochInput(
  context: BlockContext,
  facts: EpochFacts,
  mechanism: number,
  emissionAlpha: Alpha,
): EpochInput {
  const { state, block } = context
  const { netuid, n } = facts
  return {
    n,
    currentBlock: block,
    lastStepBlock: state.cell(clocks, netuid, 'lastStepBlock'),
    lastUpdate: lastUpdatesOf(state, netuid, mechanism, n),
    blockAtRegistration: state.required(neurons, netuid).registeredAtBlock,
    alphaStakeRao: facts.inheritedAlpha,
    taoStakeRao: facts.inheritedRootRao,
    ownerUid: state.uidOf(netuid, state.subnet(netuid).ownerHotkey) ?? null,
    validatorPermit: state.required(epochs, netuid).validatorPermit,
    earliestActiveCommitBlock: earliestCommitBlocks(context, netuid, mechanism),
    emissionRao: emissionAlpha,
    weights: storedWeights(state, netuid, mechanism),
    bonds: storedBonds(state, netuid, mechanism),
  }
}

function answerTo(runEpoch: EpochFunction, input: EpochInput, params: EpochParams): EpochAnswer {
  const inPlace = vouchedForm(runEpoch)
  if (inPlace !== undefined) return keptAnswer(inPlace(input, params))
  return epochAnswer(runEpoch(withCopies(input), { ...params }), input.n, input.emissionRao)
}

/** The same for somebody who may write into it. */
function withCopies(input: EpochInput): EpochInput {
  return {
    ...input,
    lastUpdate: input.lastUpdate.slice(),
    blockAtRegistration: input.blockAtRegistration.slice(),
    alphaStakeRao: input.alphaStakeRao.slice(),
    taoStakeRao: input.taoStakeRao.slice(),
    validatorPermit: input.validatorPermit.slice(),
    bonds: copiedRows(input.bonds),
  }
}

/** Parameters by the hyperparameters that they were made of, which are replaced and never edited; for one config each. */
const PARAMS = new WeakMap<ChainConfig, WeakMap<Hyperparameters, EpochParams>>()

function paramsFor(hyperparameters: Hyperparameters, config: ChainConfig): EpochParams {
  const known = PARAMS.get(config) ?? new WeakMap<Hyperparameters, EpochParams>()
  PARAMS.set(config, known)
  const params = known.get(hyperparameters) ?? epochParamsOf(hyperparameters, config)
  known.set(hyperparameters, params)
  return params
}
