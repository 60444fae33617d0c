import { check, instance, listOf, plainObject, rao } from '../../checks/index.js'
import { ShapeError } from '../../errors/index.js'
import { type Rao, U16_MAX } from '../../units/index.js'
import { at } from '../columns.js'
import type { EpochOutput } from '../types.js'

/** What the epochs of all mechanisms of a subnet decide together. Incentive and bonds stay with each mechanism. */
export interface CombinedOutput {
  /** 1 where the neuron is active in some mechanism. */
  readonly active: Uint8Array
  /** Permits for the next epoch: 1 where some mechanism gives one. */
  readonly validatorPermit: Uint8Array
  /** The same in every mechanism. */
  readonly stakeRao: BigUint64Array
  /** These four: each mechanism's value times its share of the emission, each product rounded down, summed. */
  readonly stakeWeightU16: Uint16Array
  readonly consensusU16: Uint16Array
  readonly dividendsU16: Uint16Array
  readonly validatorTrustU16: Uint16Array
  /** The sum over the mechanisms: what is paid. */
  readonly serverEmissionRao: BigUint64Array
  readonly validatorEmissionRao: BigUint64Array
  /**
   * As the chain stores it, for choosing whom a registration replaces: each mechanism's amount times its share of the emission
   * once more, each product rounded down, summed. With several mechanisms it is less than what is paid.
   */
  readonly combinedEmissionRao: BigUint64Array
}

/**
 * Puts the epochs of a subnet's mechanisms together, as the chain does.
 *
 * @param outputs - one per mechanism, each of the same n neurons, in order.
 * @param slicesRao - what each mechanism distributed; without any emission mechanism 0 counts in full.
 * @throws InvalidArgumentError when there is no mechanism, or naming what is wrong (`outputs[1].dividendsU16`).
 * @throws ShapeError when there are not as many slices, or a mechanism has another n.
 * @source subtensor `subnets/mechanism.rs`, `epoch_with_mechanisms`
 * PERF: n steps per mechanism.
 *
 * @example
 * ```ts
 * import { combineMechanisms, mechanismInputs, type SubnetInput } from 'subnetkit/consensus'
 * import type { YumaConsensus } from 'subnetkit/engine'
 *
 * function permits(input: SubnetInput, yuma: YumaConsensus): Uint8Array {
 *   const inputs = mechanismInputs(input)
 *   const outputs = inputs.map((one) => yuma.run(one))
 *   return combineMechanisms(outputs, inputs.map(({ emissionRao }) => emissionRao)).validatorPermit
 * }
 * ```
 */
export function combineMechanisms(
  outputs: readonly EpochOutput[],
  slicesRao: readonly Rao[],
): CombinedOutput {
  assertOutputs(outputs, slicesRao)
  return { ...combineMechanismsUnchecked(outputs, slicesRao), stakeRao: outputs[0].stakeRao.slice() }
}

/** The same of outputs that are known to be whole, at least one; the stake is what it was. */
export function combineMechanismsUnchecked(
  outputs: readonly MechanismOutput[],
  slicesRao: readonly Rao[],
): Omit<CombinedOutput, 'stakeRao'> {
  const n = at(outputs, 0).active.length
  const parts = partsOf(outputs, slicesRao)
  return {
    active: someOf(n, outputs, 'active'),
    validatorPermit: someOf(n, outputs, 'validatorPermit'),
    stakeWeightU16: weighted(n, parts, 'stakeWeightU16'),
    consensusU16: weighted(n, parts, 'consensusU16'),
    dividendsU16: weighted(n, parts, 'dividendsU16'),
    validatorTrustU16: weighted(n, parts, 'validatorTrustU16'),
    serverEmissionRao: added(n, outputs, ({ serverEmissionRao }) => serverEmissionRao),
    validatorEmissionRao: added(n, outputs, ({ validatorEmissionRao }) => validatorEmissionRao),
    combinedEmissionRao: added(n, parts, ({ output, share }) =>
      output.combinedEmissionRao.map((amount) => (amount * share) >> 64n),
    ),
  }
}

const U16_COLUMNS = ['stakeWeightU16', 'consensusU16', 'dividendsU16', 'validatorTrustU16'] as const
const RAO_COLUMNS = ['stakeRao', 'serverEmissionRao', 'validatorEmissionRao', 'combinedEmissionRao'] as const

/** What is combined of one mechanism's epoch. */
export type MechanismOutput = Pick<
  EpochOutput,
  | 'active'
  | 'validatorPermit'
  | (typeof U16_COLUMNS)[number]
  | Exclude<(typeof RAO_COLUMNS)[number], 'stakeRao'>
>

/** One mechanism's epoch, and its share of the emission in parts of 2^64, rounded down. */
interface Part {
  readonly output: MechanismOutput
  readonly share: bigint
}

function partsOf(outputs: readonly MechanismOutput[], slicesRao: readonly Rao[]): Part[] {
  const emissionRao = slicesRao.reduce((sum, slice) => sum + slice, 0n)
  return outputs.map((output, m) => {
    if (emissionRao === 0n) return { output, share: m === 0 ? 1n << 64n : 0n }
    return { output, share: (at(slicesRao, m) << 64n) / emissionRao }
  })
}

const TWO_POW_32 = 2 ** 32

/** Sum of floor(value * share), with both halves of the share as numbers: every product stays below 2^53. */
function weighted(n: number, parts: readonly Part[], name: (typeof U16_COLUMNS)[number]): Uint16Array {
  const out = new Uint16Array(n)
  for (const { output, share } of parts) {
    const high = Number(share >> 32n)
    const low = Number(share & 0xffff_ffffn)
    output[name].forEach((value, i) => {
      const part = Math.floor((value * high + Math.floor((value * low) / TWO_POW_32)) / TWO_POW_32)
      out[i] = Math.min(U16_MAX, at(out, i) + part)
    })
  }
  return out
}

/** Sum over the mechanisms of a column of each. */
function added<T>(n: number, of: readonly T[], column: (one: T) => BigUint64Array): BigUint64Array {
  return of
    .map(column)
    .reduce((sums, amounts) => sums.map((sum, i) => sum + at(amounts, i)), new BigUint64Array(n))
}

function someOf(
  n: number,
  outputs: readonly MechanismOutput[],
  name: 'active' | 'validatorPermit',
): Uint8Array {
  return new Uint8Array(n).map((_, i) => (outputs.some((output) => output[name][i] === 1) ? 1 : 0))
}

type AtLeastOne<T> = readonly [T, ...T[]]

function assertOutputs(
  outputs: readonly EpochOutput[],
  slicesRao: readonly Rao[],
): asserts outputs is AtLeastOne<EpochOutput> {
  check('outputs', listOf(plainObject, { min: 1 }), outputs)
  check('slicesRao', listOf(rao()), slicesRao)
  assertLength('slicesRao', outputs.length, slicesRao)
  const columns = outputs.map(({ active }) => active)
  columns.forEach((active, m) => void check(`outputs[${m}].active`, instance(Uint8Array), active))
  const n = at(columns, 0).length
  columns.forEach((active, m) => void assertLength(`outputs[${m}]`, n, active))
  outputs.forEach((output, m) => {
    const assertColumn = (name: keyof EpochOutput, type: new (n: number) => ArrayLike<unknown>): void => {
      const field = `outputs[${m}].${name}`
      check(field, instance(type), output[name])
      assertLength(field, n, output[name] as unknown as ArrayLike<unknown>)
    }
    assertColumn('validatorPermit', Uint8Array)
    for (const name of U16_COLUMNS) assertColumn(name, Uint16Array)
    for (const name of RAO_COLUMNS) assertColumn(name, BigUint64Array)
  })
}

function assertLength(field: string, expectedLength: number, { length }: ArrayLike<unknown>): void {
  if (length !== expectedLength) throw new ShapeError({ field, expectedLength, actualLength: length })
}
