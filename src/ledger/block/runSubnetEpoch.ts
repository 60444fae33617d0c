import type { EpochInput, EpochOutput } from '../../consensus/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { Alpha } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { MAIN_MECHANISM } from '../neurons/columns.js'
import { storedBonds, storedWeights } from '../neurons/matrices.js'
import { epochParamsOf } from '../rules/epochParams.js'
import { bonds, clocks, epochs, incentives, lastUpdates, neurons } from '../state/tables.js'
import type { EpochFacts } from './epochFacts.js'

/**
 * Runs consensus over a subnet and stores what it decided; paying is the next step. The columns of the answer become the state's: an epoch
 * function must not write into them again.
 *
 * @throws InvalidArgumentError naming a column that the epoch function did not give, or not for every uid.
 * PERF: the epoch function's own cost, plus O(n + weights) to gather the columns.
 * @source spec: `spec/chain.md` 3.10
 */
export function runSubnetEpoch(context: BlockContext, facts: EpochFacts, emissionAlpha: Alpha): EpochOutput {
  const { state, config } = context
  const { netuid, n } = facts
  const params = epochParamsOf(state.hyperparameters(netuid), config)
  const output = context.runEpoch(epochInput(context, facts, emissionAlpha), params)
  checkAnswer(output, n)
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
  const { rowStart, column, value } = output.bonds
  state.set(bonds, [netuid, MAIN_MECHANISM], { rowStart, column, value })
  return output
}

function epochInput({ state, block }: BlockContext, facts: EpochFacts, emissionAlpha: Alpha): EpochInput {
  const { netuid, n } = facts
  return {
    n,
    currentBlock: block,
    lastStepBlock: state.cell(clocks, netuid, 'lastStepBlock'),
    lastUpdate: state.required(lastUpdates, netuid, MAIN_MECHANISM).block,
    blockAtRegistration: state.required(neurons, netuid).registeredAtBlock,
    alphaStakeRao: facts.inheritedAlpha,
    taoStakeRao: facts.inheritedRootRao,
    ownerUid: state.uidOf(netuid, state.subnet(netuid).ownerHotkey) ?? null,
    validatorPermit: state.required(epochs, netuid).validatorPermit,
    // Nobody commits weights yet.
    earliestActiveCommitBlock: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    emissionRao: emissionAlpha,
    weights: storedWeights(state, netuid, MAIN_MECHANISM),
    bonds: storedBonds(state, netuid, MAIN_MECHANISM),
  }
}

/** What an epoch function must give, one entry per uid. */
const ANSWER = {
  active: Uint8Array,
  validatorPermit: Uint8Array,
  stakeWeightU16: Uint16Array,
  consensusU16: Uint16Array,
  incentiveU16: Uint16Array,
  dividendsU16: Uint16Array,
  validatorTrustU16: Uint16Array,
  serverEmissionRao: BigUint64Array,
  validatorEmissionRao: BigUint64Array,
  combinedEmissionRao: BigUint64Array,
} as const

/** The function is the user's: what it gives wrong is said before it is stored, and is no defect of the ledger. */
function checkAnswer(output: Partial<EpochOutput> | undefined, n: number): void {
  for (const [name, Kind] of Object.entries(ANSWER)) {
    const column: unknown = output?.[name as keyof typeof ANSWER]
    if (!(column instanceof Kind) || column.length !== n) {
      throw wrongAnswer(name, column, `a ${Kind.name} of ${n} entries`)
    }
  }
  const { rowStart, column, value } = output?.bonds ?? {}
  const isWhole =
    rowStart?.length === n + 1 && rowStart[n] === column?.length && rowStart[n] === value?.length
  if (!isWhole) throw wrongAnswer('bonds', output?.bonds, `rows for ${n} uids`)
}

function wrongAnswer(column: string, value: unknown, expected: string): InvalidArgumentError {
  const remedy = `An epoch function gives what subnetkit/consensus runEpoch gives, here ${expected}.`
  return new InvalidArgumentError({ field: `runEpoch ${column}`, value, remedy })
}
