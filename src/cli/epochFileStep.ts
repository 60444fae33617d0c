import { type EpochInput, type EpochParams, type SparseRows, sparseRowsFrom } from '../consensus/index.js'
import { checkEpochInput, checkEpochParams } from '../engine/index.js'
import { describeValue, InvalidArgumentError, ShapeError } from '../errors/index.js'
import { U16_MAX, U64_MAX } from '../units/index.js'
import { type ExactJson, keyText, MalformedEpochFileError } from './exactJson.js'

const DECIMAL = /^-?(?:0|[1-9]\d{0,19})$/

/**
 * Reads the `input` object of one step.
 *
 * @param field - its path, for messages.
 * @throws MalformedEpochFileError naming the field.
 */
export function readStep(
  object: Map<string, ExactJson>,
  field: string,
): { readonly input: EpochInput; readonly params: EpochParams } {
  const fields = new Fields(object, field)
  const params = readParams(fields)
  const input = readInput(fields)
  fields.refuseOthers()
  try {
    checkEpochParams(params)
    checkEpochInput(input)
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw new MalformedEpochFileError({
      field: fileField(error.field, field),
      why: misfit(error),
      cause: error,
    })
  }
  return { input, params }
}

/** The name in the file of a field of the epoch: `params.kappaU16` is `steps[0].input.kappa_u16`. */
function fileField(name: string, field: string): string {
  return name.replace(/^(?:params|input)/, field).replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)
}

function misfit(error: InvalidArgumentError): string {
  if (error instanceof ShapeError)
    return `it has ${error.actualLength} entries instead of ${error.expectedLength}`
  return `${describeValue(error.value)} does not fit: ${error.hints.join(' ').replace(/\.$/, '')}`
}

function readParams(fields: Fields): EpochParams {
  return {
    tempoBlocks: fields.number('tempo_blocks'),
    activityCutoffBlocks: fields.number('activity_cutoff_blocks'),
    stakeThresholdRao: fields.bigint('stake_threshold_rao'),
    taoWeightU64: fields.bigint('tao_weight_u64'),
    maxAllowedValidators: fields.number('max_allowed_validators'),
    kappaU16: fields.number('kappa_u16'),
    bondsPenaltyU16: fields.number('bonds_penalty_u16'),
    bondsMovingAveragePpm: fields.number('bonds_moving_average_ppm'),
    yuma3Enabled: fields.boolean('yuma3_enabled'),
    liquidAlphaEnabled: fields.boolean('liquid_alpha_enabled'),
    alphaLowU16: fields.number('alpha_low_u16'),
    alphaHighU16: fields.number('alpha_high_u16'),
    alphaSigmoidSteepnessHundredths: fields.number('alpha_sigmoid_steepness_hundredths'),
    commitRevealEnabled: fields.boolean('commit_reveal_enabled'),
  }
}

function readInput(fields: Fields): EpochInput {
  const n = fields.count('n')
  return {
    n,
    currentBlock: fields.number('current_block'),
    lastStepBlock: fields.number('last_step_block'),
    lastUpdate: Float64Array.from(fields.list('last_update', numberOf)),
    blockAtRegistration: Float64Array.from(fields.list('block_at_registration', numberOf)),
    alphaStakeRao: BigUint64Array.from(fields.list('alpha_stake_rao', u64Of)),
    taoStakeRao: BigUint64Array.from(fields.list('tao_stake_rao', u64Of)),
    ownerUid: fields.nullable('owner_uid'),
    validatorPermit: Uint8Array.from(fields.list('validator_permit', flagOf)),
    earliestActiveCommitBlock: Float64Array.from(fields.list('earliest_active_commit_block', commitBlockOf)),
    emissionRao: fields.bigint('emission_rao'),
    weights: fields.rows('weights', n),
    bonds: fields.rows('bonds', n),
  }
}

/** The fields of one object, each read once under its own name. */
class Fields {
  readonly #object: Map<string, ExactJson>
  readonly #field: string
  readonly #read = new Set<string>()

  constructor(object: Map<string, ExactJson>, field: string) {
    this.#object = object
    this.#field = field
  }

  number(name: string): number {
    return numberOf(this.#take(name), this.#path(name))
  }

  count(name: string): number {
    const value = this.number(name)
    if (value < 0) throw unfit(value, this.#path(name), 'a count, 0 or more')
    return value
  }

  bigint(name: string): bigint {
    return integerOf(this.#take(name), this.#path(name))
  }

  nullable(name: string): number | null {
    const value = this.#take(name)
    return value === null ? null : numberOf(value, this.#path(name))
  }

  boolean(name: string): boolean {
    return flagOf(this.#take(name), this.#path(name)) === 1
  }

  list<T>(name: string, read: (value: ExactJson, field: string) => T): T[] {
    return listOf(this.#take(name), this.#path(name)).map((value, k) =>
      read(value, `${this.#path(name)}[${k}]`),
    )
  }

  rows(name: string, n: number): SparseRows {
    const rows = this.list(name, (row, field) => {
      const entries = listOf(row, field)
      // Paths are for messages: building one per entry would take most of the time.
      return entries.every(isPair) ? entries : entries.map((entry, k) => pairOf(entry, `${field}[${k}]`))
    })
    if (rows.length !== n) throw malformed(this.#path(name), `it has ${rows.length} rows for ${n} neurons`)
    return sparseRowsFrom(rows)
  }

  /** @throws MalformedEpochFileError when the object has a field that nobody read. */
  refuseOthers(): void {
    for (const name of this.#object.keys()) {
      if (!this.#read.has(name)) throw malformed(this.#path(keyText(name)), 'no such field is known')
    }
  }

  #take(name: string): ExactJson {
    this.#read.add(name)
    const value = this.#object.get(name)
    if (value === undefined) throw malformed(this.#path(name), 'it is missing')
    return value
  }

  #path(name: string): string {
    return `${this.#field}.${name}`
  }
}

function listOf(value: ExactJson, field: string): ExactJson[] {
  if (!Array.isArray(value)) throw unfit(value, field, 'a list')
  return value
}

/** Whether an entry is a pair of u16 written as plain numbers. */
function isPair(value: ExactJson): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && isU16(value[0]) && isU16(value[1])
}

function isU16(value: ExactJson | undefined): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= U16_MAX
}

function pairOf(value: ExactJson, field: string): [number, number] {
  if (!Array.isArray(value) || value.length !== 2) throw unfit(value, field, 'a pair [target uid, value]')
  return [u16Of(value[0]!, `${field}[0]`), u16Of(value[1]!, `${field}[1]`)]
}

function flagOf(value: ExactJson, field: string): number {
  if (typeof value !== 'boolean') throw unfit(value, field, 'true or false')
  return value ? 1 : 0
}

function integerOf(value: ExactJson, field: string): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (typeof value === 'string' && DECIMAL.test(value)) return BigInt(value)
  throw unfit(value, field, 'an integer, as a number or as decimal text')
}

function numberOf(value: ExactJson, field: string): number {
  const integer = integerOf(value, field)
  if (integer > BigInt(Number.MAX_SAFE_INTEGER) || integer < -BigInt(Number.MAX_SAFE_INTEGER)) {
    throw unfit(value, field, 'an integer below 2^53')
  }
  return Number(integer)
}

function u16Of(value: ExactJson, field: string): number {
  const integer = numberOf(value, field)
  if (integer < 0 || integer > U16_MAX) throw unfit(value, field, 'an integer from 0 to 65535')
  return integer
}

function u64Of(value: ExactJson, field: string): bigint {
  const integer = integerOf(value, field)
  if (integer < 0n || integer > U64_MAX) throw unfit(value, field, 'an integer from 0 to 2^64 - 1')
  return integer
}

function commitBlockOf(value: ExactJson, field: string): number {
  if (value === null) return Number.POSITIVE_INFINITY
  const block = u64Of(value, field)
  // A block past every registration that can be written masks nothing, like no commitment at all.
  return block > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(block)
}

function unfit(value: ExactJson, field: string, wanted: string): MalformedEpochFileError {
  return malformed(field, `${describeValue(value)} is not ${wanted}`)
}

function malformed(field: string, why: string): MalformedEpochFileError {
  return new MalformedEpochFileError({ field, why })
}
