import type { EpochInput, EpochOutput } from '../../consensus/index.js'
import { assert } from '../../errors/index.js'
import type { Alpha, Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { hotkeyAlpha } from '../money/stake.js'
import { epochColumns } from '../neurons/assignUid.js'
import { storedBonds, storedWeights } from '../neurons/bonds.js'
import { epochParamsFrom } from '../rules/epochParams.js'
import { bondsTable, epochTable } from '../state/tables.js'

/**
 * Runs consensus over a subnet and stores what it decided; paying is the next step.
 *
 * PERF: the epoch function's own cost, plus O(n + weights + bonds) to gather and store the columns.
 * @source spec: `spec/chain.md` 3.10
 */
export function runSubnetEpoch(context: BlockContext, netuid: Netuid, emissionAlpha: Alpha): EpochOutput {
  const { state, config } = context
  const input = gatherEpochInput(context, netuid, emissionAlpha)
  const params = epochParamsFrom(state.subnet(netuid).hyperparameters, {
    stakeThresholdRao: config.stakeThresholdRao,
    taoWeightU64: config.taoWeightU64,
  })
  const output = context.runEpoch(input, params)
  assert(output.active.length === input.n, 'the epoch function answers for every uid')
  state.store.set(epochTable, String(netuid), {
    active: output.active.slice(),
    validatorPermit: output.validatorPermit.slice(),
    stakeWeightU16: output.stakeWeightU16.slice(),
    consensusU16: output.consensusU16.slice(),
    incentiveU16: output.incentiveU16.slice(),
    dividendsU16: output.dividendsU16.slice(),
    validatorTrustU16: output.validatorTrustU16.slice(),
    emissionRao: output.combinedEmissionRao.slice(),
  })
  const { rowStart, column, value } = output.bonds
  state.store.set(bondsTable, String(netuid), {
    rowStart: rowStart.slice(),
    column: column.slice(),
    value: value.slice(),
  })
  return output
}

function gatherEpochInput(context: BlockContext, netuid: Netuid, emissionAlpha: Alpha): EpochInput {
  const { state, block } = context
  const neurons = state.neurons(netuid)
  const n = neurons.length
  return {
    n,
    currentBlock: block,
    lastStepBlock: state.clock(netuid).lastStepBlock,
    lastUpdate: Float64Array.from(neurons, ({ lastUpdate }) => lastUpdate),
    blockAtRegistration: Float64Array.from(neurons, ({ registeredAtBlock }) => registeredAtBlock),
    alphaStakeRao: BigUint64Array.from(neurons, ({ hotkey }) => hotkeyAlpha(state, netuid, hotkey)),
    taoStakeRao: new BigUint64Array(n),
    ownerUid: state.uidOf(netuid, state.subnet(netuid).ownerHotkey) ?? null,
    validatorPermit: epochColumns(context, netuid).validatorPermit.slice(),
    // Nobody commits weights yet.
    earliestActiveCommitBlock: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    emissionRao: emissionAlpha,
    weights: storedWeights(state, netuid),
    bonds: storedBonds(state, netuid),
  }
}
