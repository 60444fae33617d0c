import {
  check,
  custom,
  func,
  listOf,
  nullable,
  optional,
  plainObject,
  rao,
  shape,
  u16,
} from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { Rao, U16 } from '../../units/index.js'
import { at } from '../columns.js'
import type { EpochFunction, EpochInput, EpochOutput, EpochParams } from '../types.js'
import { type CombinedOutput, combineMechanisms } from './combineMechanisms.js'
import { MAX_MECHANISMS, mechanismSlices } from './mechanismSlices.js'

/** What a mechanism of a subnet has of its own. */
export type MechanismInput = Pick<
  EpochInput,
  'lastUpdate' | 'earliestActiveCommitBlock' | 'weights' | 'bonds'
>

/** A subnet with several mechanisms: neurons, stakes and permits are shared; `emissionRao` is what all of them distribute. */
export interface SubnetInput extends Omit<EpochInput, keyof MechanismInput> {
  /** At least one, in order. */
  readonly mechanisms: readonly MechanismInput[]
  /** Shares in parts of 65535, which they sum to; even shares when it is left out or `null`. */
  readonly emissionSplitU16?: readonly U16[] | null
}

/** What the epoch of a subnet with several mechanisms decides. */
export interface SubnetOutput {
  /** One per mechanism: its incentive, its bonds to store, what it paid. */
  readonly mechanisms: readonly EpochOutput[]
  /** What each of them distributed. */
  readonly slicesRao: readonly Rao[]
  readonly combined: CombinedOutput
}

/** Who computes looks into it. */
const given = custom('Pass it.', (value) => value !== undefined)

const SUBNET = shape<SubnetInput>({
  n: given,
  currentBlock: given,
  lastStepBlock: given,
  blockAtRegistration: given,
  alphaStakeRao: given,
  taoStakeRao: given,
  ownerUid: given,
  validatorPermit: given,
  emissionRao: rao(),
  mechanisms: listOf(plainObject, { min: 1, max: MAX_MECHANISMS }),
  emissionSplitU16: optional(nullable(listOf(u16()))),
})

/**
 * One epoch of every mechanism of a subnet, and what they decide together, to the integer as the reference chain does it: each
 * mechanism is an epoch of its own over the shared stakes and permits, with its slice of the emission.
 *
 * @param epoch - computes each, and checks what the columns hold; `epochFunction()` of `subnetkit/engine` does both. Its outputs must
 *   last until the last of them is there.
 * @throws InvalidArgumentError naming the first field that is wrong (`input.mechanisms[1].lastUpdate[3]`).
 * @source subtensor `subnets/mechanism.rs`, `epoch_with_mechanisms`
 * PERF: an epoch per mechanism.
 *
 * @example
 * ```ts
 * import { type EpochParams, runMechanisms, type SubnetInput } from 'subnetkit/consensus'
 * import { epochFunction } from 'subnetkit/engine'
 *
 * const epoch = epochFunction()
 *
 * function paid(input: SubnetInput, params: EpochParams): BigUint64Array {
 *   return runMechanisms(input, params, epoch).combined.serverEmissionRao
 * }
 * ```
 */
export function runMechanisms(input: SubnetInput, params: EpochParams, epoch: EpochFunction): SubnetOutput {
  const inputs = mechanismInputs(input)
  check('epoch', func, epoch)
  const mechanisms = inputs.map((one, m) =>
    withNames(
      (field) => field.replace(OWN_FIELD, `input.mechanisms[${m}].`),
      () => epoch(one, params),
    ),
  )
  const slicesRao = inputs.map(({ emissionRao }) => emissionRao)
  return { mechanisms, slicesRao, combined: combineMechanisms(mechanisms, slicesRao) }
}

/**
 * The mechanisms of a subnet as epochs of their own, for an `EpochFunction`, a session of each, or a batch; `combineMechanisms`
 * puts their results together. Columns are not copied.
 *
 * @throws InvalidArgumentError naming the field that is missing, not known, or wrong (`input.mechanisms`,
 *   `input.emissionSplitU16`); what the columns hold is checked by who computes.
 *
 * @example
 * ```ts
 * import { type EpochParams, mechanismInputs, type SubnetInput } from 'subnetkit/consensus'
 * import { epochBatch } from 'subnetkit/engine'
 *
 * async function incentives(input: SubnetInput, params: EpochParams): Promise<Uint16Array[]> {
 *   const outputs = await epochBatch(mechanismInputs(input).map((one) => ({ input: one, params })))
 *   return outputs.map(({ incentiveU16 }) => incentiveU16)
 * }
 * ```
 */
export function mechanismInputs(input: SubnetInput): EpochInput[] {
  check('input', SUBNET, input)
  const { mechanisms, emissionSplitU16 = null, ...shared } = input
  const slices = withNames(
    (field) => `input.${field.replace('splitU16', 'emissionSplitU16')}`,
    () => mechanismSlices(input.emissionRao, mechanisms.length, emissionSplitU16),
  )
  return slices.map((emissionRao, m) => {
    const { lastUpdate, earliestActiveCommitBlock, weights, bonds } = at(mechanisms, m)
    return { ...shared, lastUpdate, earliestActiveCommitBlock, weights, bonds, emissionRao }
  })
}

const OWN_FIELD = /^input\.(?=lastUpdate|earliestActiveCommitBlock|weights|bonds)/

/** Does some work whose errors name a field as this caller knows it. */
function withNames<T>(nameOf: (field: string) => string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    const remedy = error.hints.join(' ')
    throw new InvalidArgumentError({ field: nameOf(error.field), value: error.value, remedy, cause: error })
  }
}
