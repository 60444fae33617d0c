import type { SparseRawRows } from '../consensus/index.js'
import { type EpochInput, type EpochOutput, type EpochParams, rowsOf } from '../consensus/index.js'
import { YumaConsensus } from '../engine/index.js'
import { checkEpochFile, readStep } from './epochFileStep.js'
import { MalformedEpochFileError, parseExactJson } from './exactJson.js'

/** One step of an epoch file: everything its epoch needs. */
export interface EpochStep {
  readonly input: EpochInput
  readonly params: EpochParams
}

const LARGEST_NUMBER = 1n << 53n

/**
 * Reads an epoch file: the format of the project's epoch vectors, `expected` optional.
 *
 * Every integer is kept exact: those above 2^53 must be decimal strings. Unknown, repeated and missing fields are
 * refused; of the outermost object only `steps` is needed.
 *
 * @throws MalformedEpochFileError naming the field (`steps[0].input.kappa_u16`).
 */
export function parseEpochFile(text: string): EpochStep[] {
  const file = parseExactJson(text)
  checkEpochFile(file)
  const { epochs, steps } = file
  if (epochs !== undefined && epochs !== steps.length) {
    const why = `it differs from the number of steps, ${steps.length}`
    throw new MalformedEpochFileError({ field: 'epochs', why })
  }
  return steps.map(({ input }, index) => readStep(input, `steps[${index}].input`))
}

/**
 * Writes results as a JSON array with one object per step, in the shape of `expected` of the epoch vectors.
 *
 * Amounts up to 2^53 are JSON numbers, larger ones decimal strings.
 */
export function printEpochResults(outputs: readonly EpochOutput[]): string {
  const lines = outputs.map((output) => JSON.stringify(resultOf(output)))
  return lines.length === 0 ? '[]\n' : `[\n${lines.join(',\n')}\n]\n`
}

/**
 * What `subnetkit epoch` does: reads an epoch file, computes every step from its own input, writes the results.
 *
 * @throws MalformedEpochFileError
 */
export function runEpochCommand(text: string): string {
  const steps = parseEpochFile(text)
  return printEpochResults(steps.map(({ input, params }) => new YumaConsensus(params).run(input)))
}

/** The public form of one epoch's results. */
function resultOf(output: EpochOutput): Record<string, unknown> {
  const { raw } = output
  return {
    active: flags(output.active),
    validator_permit: flags(output.validatorPermit),
    stake_rao: amounts(output.stakeRao),
    stake_weight_u16: [...output.stakeWeightU16],
    consensus_u16: [...output.consensusU16],
    incentive_u16: [...output.incentiveU16],
    dividends_u16: [...output.dividendsU16],
    validator_trust_u16: [...output.validatorTrustU16],
    server_emission_rao: amounts(output.serverEmissionRao),
    validator_emission_rao: amounts(output.validatorEmissionRao),
    combined_emission_rao: amounts(output.combinedEmissionRao),
    bonds: rowsOf(output.bonds),
    fixed_point_32: {
      stake: amounts(raw.stake),
      active_stake: amounts(raw.activeStake),
      consensus: amounts(raw.consensus),
      validator_trust: amounts(raw.validatorTrust),
      incentive: amounts(raw.incentive),
      dividends: amounts(raw.dividends),
      bonds: rawRows(raw.bonds),
    },
  }
}

function flags(column: Uint8Array): boolean[] {
  return Array.from(column, (flag) => flag === 1)
}

function amounts(column: BigUint64Array | BigInt64Array): (number | string)[] {
  return Array.from<bigint, number | string>(column, jsonInteger)
}

function jsonInteger(value: bigint): number | string {
  return value <= LARGEST_NUMBER && value >= -LARGEST_NUMBER ? Number(value) : value.toString()
}

function rawRows(rows: SparseRawRows): [number, number | string][][] {
  return Array.from({ length: rows.rowStart.length - 1 }, (_, i) => {
    const row: [number, number | string][] = []
    const start = rows.rowStart[i] ?? 0
    const raw = rows.raw.subarray(start, rows.rowStart[i + 1])
    rows.column.subarray(start, rows.rowStart[i + 1]).forEach((target, k) => {
      row.push([target, jsonInteger(raw[k] ?? 0n)])
    })
    return row
  })
}
