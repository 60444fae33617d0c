import {
  type Check,
  check,
  custom,
  flag,
  listOf,
  nullable,
  optional,
  pairOf,
  plainObject,
  shape,
} from '../checks/index.js'
import { type EpochInput, type EpochParams, type SparseRows, sparseRowsFrom } from '../consensus/index.js'
import { checkEpochInput, checkEpochParams } from '../engine/index.js'
import { describeValue, InvalidArgumentError, ShapeError } from '../errors/index.js'
import { U16_MAX, U64_MAX } from '../units/index.js'
import { type ExactJson, MalformedEpochFileError } from './exactJson.js'

/** A number, or decimal text, which alone is exact above 2^53. */
type Integer = number | string

type RowsJson = readonly (readonly (readonly [uid: Integer, value: Integer])[])[]

interface InputJson {
  readonly n: Integer
  readonly current_block: Integer
  readonly tempo_blocks: Integer
  readonly last_step_block: Integer
  readonly activity_cutoff_blocks: Integer
  readonly last_update: readonly Integer[]
  readonly block_at_registration: readonly Integer[]
  readonly alpha_stake_rao: readonly Integer[]
  readonly tao_stake_rao: readonly Integer[]
  readonly tao_weight_u64: Integer
  readonly stake_threshold_rao: Integer
  readonly owner_uid: Integer | null
  readonly validator_permit: readonly boolean[]
  readonly max_allowed_validators: Integer
  readonly kappa_u16: Integer
  readonly bonds_penalty_u16: Integer
  readonly bonds_moving_average_ppm: Integer
  readonly yuma3_enabled: boolean
  readonly liquid_alpha_enabled: boolean
  readonly alpha_low_u16: Integer
  readonly alpha_high_u16: Integer
  readonly alpha_sigmoid_steepness_hundredths: Integer
  readonly commit_reveal_enabled: boolean
  readonly earliest_active_commit_block: readonly (Integer | null)[]
  readonly emission_rao: Integer
  readonly weights: RowsJson
  readonly bonds: RowsJson
}

/** One step: `expected` is what it should give, which is not read. */
interface StepJson {
  readonly expected?: object
  readonly input: InputJson
}

/** An epoch file as it is written; only `steps` is needed. */
export interface EpochFileJson {
  readonly name?: unknown
  readonly description?: unknown
  readonly epochs?: unknown
  readonly state_carried_between_epochs?: unknown
  readonly steps: readonly StepJson[]
}

const DECIMAL = /^-?(?:0|[1-9]\d{0,19})$/
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER)

const anything = custom('', () => true)
const integer = integerWithin('an integer, as a number or as decimal text')
const number = integerWithin('an integer below 2^53, as a number or as decimal text', -LARGEST, LARGEST)
const u16 = integerWithin('an integer from 0 to 65535', 0n, BigInt(U16_MAX))
const u64 = integerWithin('an integer from 0 to 2^64 - 1', 0n, U64_MAX)
const rows = listOf(listOf(pairOf(u16, u16)))

const fileShape = shape<EpochFileJson>({
  name: optional(anything),
  description: optional(anything),
  epochs: optional(anything),
  state_carried_between_epochs: optional(anything),
  steps: listOf(
    shape<StepJson>({
      expected: optional(plainObject),
      input: shape<InputJson>({
        n: integerWithin('a count, 0 or more', 0n, LARGEST),
        current_block: number,
        tempo_blocks: number,
        last_step_block: number,
        activity_cutoff_blocks: number,
        last_update: listOf(number),
        block_at_registration: listOf(number),
        alpha_stake_rao: listOf(u64),
        tao_stake_rao: listOf(u64),
        tao_weight_u64: integer,
        stake_threshold_rao: integer,
        owner_uid: nullable(number),
        validator_permit: listOf(flag),
        max_allowed_validators: number,
        kappa_u16: number,
        bonds_penalty_u16: number,
        bonds_moving_average_ppm: number,
        yuma3_enabled: flag,
        liquid_alpha_enabled: flag,
        alpha_low_u16: number,
        alpha_high_u16: number,
        alpha_sigmoid_steepness_hundredths: number,
        commit_reveal_enabled: flag,
        earliest_active_commit_block: listOf(nullable(u64)),
        emission_rao: integer,
        weights: rows,
        bonds: rows,
      }),
    }),
  ),
})

/** @throws MalformedEpochFileError naming the field that is no part of an epoch file, missing, or of another kind. */
export function checkEpochFile(file: ExactJson): asserts file is EpochFileJson & ExactJson {
  inFile(
    (field) => field.replace(/^file\./, ''),
    () => check('file', fileShape, file),
  )
}

/**
 * Reads the `input` object of one step.
 *
 * @param field - its path, for messages.
 * @throws MalformedEpochFileError naming the field whose value no epoch can have.
 */
export function readStep(
  input: InputJson,
  field: string,
): { readonly input: EpochInput; readonly params: EpochParams } {
  for (const name of ['weights', 'bonds'] as const) {
    const count = input[name].length
    if (count === Number(input.n)) continue
    const why = `it has ${count} rows for ${input.n} neurons`
    throw new MalformedEpochFileError({ field: `${field}.${name}`, why })
  }
  const step = { input: inputOf(input), params: paramsOf(input) }
  inFile(
    (name) => fileField(name, field),
    () => {
      checkEpochParams(step.params)
      checkEpochInput(step.input)
    },
  )
  return step
}

function paramsOf(json: InputJson): EpochParams {
  return {
    tempoBlocks: numberOf(json.tempo_blocks),
    activityCutoffBlocks: numberOf(json.activity_cutoff_blocks),
    stakeThresholdRao: BigInt(json.stake_threshold_rao),
    taoWeightU64: BigInt(json.tao_weight_u64),
    maxAllowedValidators: numberOf(json.max_allowed_validators),
    kappaU16: numberOf(json.kappa_u16),
    bondsPenaltyU16: numberOf(json.bonds_penalty_u16),
    bondsMovingAveragePpm: numberOf(json.bonds_moving_average_ppm),
    yuma3Enabled: json.yuma3_enabled,
    liquidAlphaEnabled: json.liquid_alpha_enabled,
    alphaLowU16: numberOf(json.alpha_low_u16),
    alphaHighU16: numberOf(json.alpha_high_u16),
    alphaSigmoidSteepnessHundredths: numberOf(json.alpha_sigmoid_steepness_hundredths),
    commitRevealEnabled: json.commit_reveal_enabled,
  }
}

function inputOf(json: InputJson): EpochInput {
  return {
    n: numberOf(json.n),
    currentBlock: numberOf(json.current_block),
    lastStepBlock: numberOf(json.last_step_block),
    lastUpdate: Float64Array.from(json.last_update, numberOf),
    blockAtRegistration: Float64Array.from(json.block_at_registration, numberOf),
    alphaStakeRao: BigUint64Array.from(json.alpha_stake_rao, BigInt),
    taoStakeRao: BigUint64Array.from(json.tao_stake_rao, BigInt),
    ownerUid: json.owner_uid === null ? null : numberOf(json.owner_uid),
    validatorPermit: Uint8Array.from(json.validator_permit, Number),
    earliestActiveCommitBlock: Float64Array.from(json.earliest_active_commit_block, commitBlockOf),
    emissionRao: BigInt(json.emission_rao),
    weights: rowsFrom(json.weights),
    bonds: rowsFrom(json.bonds),
  }
}

function rowsFrom(given: RowsJson): SparseRows {
  const isOfNumbers = (row: RowsJson[number]): row is readonly (readonly [number, number])[] =>
    row.every(([uid, value]) => typeof uid === 'number' && typeof value === 'number')
  return sparseRowsFrom(
    given.map((row) =>
      isOfNumbers(row) ? row : row.map(([uid, value]) => [numberOf(uid), numberOf(value)] as const),
    ),
  )
}

/** Adding 0 turns minus zero into 0. */
function numberOf(value: Integer): number {
  return Number(value) + 0
}

/** A block past every registration that can be written masks nothing, like no commitment at all. */
function commitBlockOf(value: Integer | null): number {
  const block = value === null ? Number.POSITIVE_INFINITY : Number(value)
  return block > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : block
}

function integerWithin(what: string, min?: bigint, max?: bigint): Check {
  return custom(`Pass ${what}.`, (value) => {
    const isInteger = Number.isInteger(value) || (typeof value === 'string' && DECIMAL.test(value))
    if (!isInteger) return false
    const exact = typeof value === 'number' ? value : BigInt(value as string)
    return (min === undefined || exact >= min) && (max === undefined || exact <= max)
  })
}

/** Does something that may refuse a part of the file under a name of its own. @throws MalformedEpochFileError instead. */
function inFile(fieldOf: (name: string) => string, act: () => void): void {
  try {
    act()
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause
    throw new MalformedEpochFileError({ field: fieldOf(cause.field), why: whyOf(cause), cause })
  }
}

/** The name in the file of a field of the epoch: `params.kappaU16` is `steps[0].input.kappa_u16`. */
function fileField(name: string, field: string): string {
  return name.replace(/^(?:params|input)/, field).replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)
}

function whyOf(error: InvalidArgumentError): string {
  if (error instanceof ShapeError)
    return `it has ${error.actualLength} entries instead of ${error.expectedLength}`
  if (error.value === undefined) return 'it is missing'
  return `${describeValue(error.value)} does not fit: ${error.hints.join(' ').replace(/\.$/, '')}`
}
