import type { EpochInput, EpochOutput, EpochParams } from '../../consensus/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { Rao, U16 } from '../../units/index.js'
import { assertKnown, INPUT_FIELDS } from '../checks.js'
import { YumaConsensus, type YumaConsensusOptions } from '../YumaConsensus.js'
import { type CombinedOutput, combineMechanisms } from './combineMechanisms.js'
import { MAX_MECHANISMS, mechanismSlices } from './mechanismSlices.js'

const OWN: readonly string[] = ['lastUpdate', 'earliestActiveCommitBlock', 'weights', 'bonds']
const FIELDS = [...INPUT_FIELDS.filter((name) => !OWN.includes(name)), 'mechanisms', 'emissionSplitU16']

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

/**
 * One epoch of every mechanism of a subnet, and what they decide together, to the integer as the reference chain does it: each
 * mechanism is an epoch of its own over the shared stakes and permits, with its slice of the emission.
 *
 * @throws InvalidArgumentError naming the first field that is wrong (`input.mechanisms[1].lastUpdate[3]`).
 * @throws EngineUnavailableError when `options.engine` is `wasm` and it cannot be used here.
 * @source subtensor `subnets/mechanism.rs`, `epoch_with_mechanisms`
 *
 * @example
 * ```ts
 * import { runMechanisms, type SubnetInput } from 'subnetkit/engine'
 * import type { EpochParams } from 'subnetkit/consensus'
 *
 * function paid(input: SubnetInput, params: EpochParams): BigUint64Array {
 *   return runMechanisms(input, params).combined.serverEmissionRao
 * }
 * ```
 */
export function runMechanisms(
  input: SubnetInput,
  params: EpochParams,
  options: Omit<YumaConsensusOptions, 'reuseOutput'> = {},
): SubnetOutput {
  const inputs = mechanismInputs(input)
  assertKnown(options, 'options', ['engine', 'path'])
  const { engine, path } = options
  const yuma = new YumaConsensus(params, {
    ...(engine === undefined ? {} : { engine }),
    ...(path === undefined ? {} : { path }),
  })
  const mechanisms = inputs.map((one, m) => runOne(yuma, one, m))
  const slicesRao = inputs.map(({ emissionRao }) => emissionRao)
  return { mechanisms, slicesRao, combined: combineMechanisms(mechanisms, slicesRao) }
}

/**
 * The mechanisms of a subnet as epochs of their own, for `YumaConsensus`, a session of each, or a batch; `combineMechanisms`
 * puts their results together. Columns are not copied.
 *
 * @throws InvalidArgumentError naming `input.mechanisms` or `input.emissionSplitU16`; the columns are checked by who computes.
 */
export function mechanismInputs(input: SubnetInput): EpochInput[] {
  assertKnown(input, 'input', FIELDS)
  const { mechanisms, emissionSplitU16 = null, ...shared } = input
  const isList = Array.isArray(mechanisms) && mechanisms.length >= 1 && mechanisms.length <= MAX_MECHANISMS
  if (!isList) {
    const remedy = `Pass an array of 1 to ${MAX_MECHANISMS} mechanisms.`
    throw new InvalidArgumentError({ field: 'input.mechanisms', value: mechanisms, remedy })
  }
  const slices = slicesOf(input.emissionRao, mechanisms.length, emissionSplitU16)
  return mechanisms.map((own, m) => {
    if (Object.prototype.toString.call(own) !== '[object Object]') {
      const field = `input.mechanisms[${m}]`
      throw new InvalidArgumentError({ field, value: own, remedy: 'Pass an object.' })
    }
    const { lastUpdate, earliestActiveCommitBlock, weights, bonds } = own
    return { ...shared, lastUpdate, earliestActiveCommitBlock, weights, bonds, emissionRao: slices[m]! }
  })
}

function slicesOf(emissionRao: Rao, count: number, splitU16: readonly U16[] | null): Rao[] {
  try {
    return mechanismSlices(emissionRao, count, splitU16)
  } catch (error) {
    throw renamed(error, (field) => `input.${field.replace('splitU16', 'emissionSplitU16')}`)
  }
}

const OWN_FIELD = /^input\.(?=lastUpdate|earliestActiveCommitBlock|weights|bonds)/

function runOne(yuma: YumaConsensus, input: EpochInput, m: number): EpochOutput {
  try {
    return yuma.run(input)
  } catch (error) {
    throw renamed(error, (field) => field.replace(OWN_FIELD, `input.mechanisms[${m}].`))
  }
}

function renamed(error: unknown, nameOf: (field: string) => string): unknown {
  if (!(error instanceof InvalidArgumentError)) return error
  const remedy = error.hints.join(' ')
  return new InvalidArgumentError({ field: nameOf(error.field), value: error.value, remedy, cause: error })
}
