import type { EpochOutput } from '../../consensus/index.js'
import { InvalidArgumentError, ShapeError } from '../../errors/index.js'
import { type Rao, U16_MAX } from '../../units/index.js'
import { assertColumn, assertObject, assertType, assertU64, refuse } from '../checks.js'

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
 * import { combineMechanisms, mechanismInputs, type SubnetInput, YumaConsensus } from 'subnetkit/engine'
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
  const n = assertOutputs(outputs, slicesRao)
  const shares = sharesOf(slicesRao)
  const u16 = (name: U16Column): Uint16Array =>
    weighted(
      n,
      outputs.map((output) => output[name]),
      shares,
    )
  const sum = (name: RaoColumn): BigUint64Array =>
    outputs.reduce((sums, output) => sums.map((rao, i) => rao + output[name][i]!), new BigUint64Array(n))
  return {
    active: someOf(outputs.map(({ active }) => active)),
    validatorPermit: someOf(outputs.map(({ validatorPermit }) => validatorPermit)),
    stakeRao: outputs[0]!.stakeRao.slice(),
    stakeWeightU16: u16('stakeWeightU16'),
    consensusU16: u16('consensusU16'),
    dividendsU16: u16('dividendsU16'),
    validatorTrustU16: u16('validatorTrustU16'),
    serverEmissionRao: sum('serverEmissionRao'),
    validatorEmissionRao: sum('validatorEmissionRao'),
    combinedEmissionRao: BigUint64Array.from({ length: n }, (_, i) =>
      outputs.reduce(
        (total, output, m) => total + ((output.combinedEmissionRao[i]! * shares[m]!) >> 64n),
        0n,
      ),
    ),
  }
}

type U16Column = 'stakeWeightU16' | 'consensusU16' | 'dividendsU16' | 'validatorTrustU16'
type RaoColumn = 'serverEmissionRao' | 'validatorEmissionRao'

/** Share of each slice in the emission, in parts of 2^64, rounded down. */
function sharesOf(slicesRao: readonly Rao[]): bigint[] {
  const emissionRao = slicesRao.reduce((sum, slice) => sum + slice, 0n)
  if (emissionRao === 0n) return slicesRao.map((_, m) => (m === 0 ? 1n << 64n : 0n))
  return slicesRao.map((slice) => (slice << 64n) / emissionRao)
}

const TWO_POW_32 = 2 ** 32

/** Sum of floor(value * share), with both halves of the share as numbers: every product stays below 2^53. */
function weighted(n: number, columns: readonly Uint16Array[], shares: readonly bigint[]): Uint16Array {
  const out = new Uint16Array(n)
  columns.forEach((column, m) => {
    const high = Number(shares[m]! >> 32n)
    const low = Number(shares[m]! & 0xffff_ffffn)
    for (let i = 0; i < n; i++) {
      const rest = Math.floor((column[i]! * low) / TWO_POW_32)
      const part = Math.floor((column[i]! * high + rest) / TWO_POW_32)
      out[i] = Math.min(U16_MAX, out[i]! + part)
    }
  })
  return out
}

function someOf(columns: readonly Uint8Array[]): Uint8Array {
  return columns[0]!.map((_, i) => (columns.some((column) => column[i] === 1) ? 1 : 0))
}

function assertOutputs(outputs: readonly EpochOutput[], slicesRao: readonly Rao[]): number {
  if (!Array.isArray(outputs)) refuse('outputs', outputs, 'Pass a list, one output per mechanism.')
  if (!Array.isArray(slicesRao)) refuse('slicesRao', slicesRao, 'Pass a list, one slice per mechanism.')
  if (outputs.length === 0) {
    throw new InvalidArgumentError({ field: 'outputs', value: outputs, remedy: 'Pass one per mechanism.' })
  }
  if (slicesRao.length !== outputs.length) {
    throw new ShapeError({
      field: 'slicesRao',
      expectedLength: outputs.length,
      actualLength: slicesRao.length,
    })
  }
  slicesRao.forEach((slice, m) => void assertU64(slice, `slicesRao[${m}]`))
  outputs.forEach((output, m) => {
    assertObject(output, `outputs[${m}]`)
    assertType(output.active, Uint8Array, `outputs[${m}].active`)
  })
  const n = outputs[0]!.active.length
  outputs.forEach(({ active }, m) => {
    if (active.length !== n) {
      throw new ShapeError({ field: `outputs[${m}]`, expectedLength: n, actualLength: active.length })
    }
  })
  outputs.forEach((output, m) => void assertOutput(output, n, `outputs[${m}]`))
  return n
}

const U16_COLUMNS: readonly U16Column[] = [
  'stakeWeightU16',
  'consensusU16',
  'dividendsU16',
  'validatorTrustU16',
]

function assertOutput(output: EpochOutput, n: number, field: string): void {
  assertColumn(output.validatorPermit, Uint8Array, `${field}.validatorPermit`, n)
  for (const name of U16_COLUMNS) assertColumn(output[name], Uint16Array, `${field}.${name}`, n)
  for (const name of [
    'stakeRao',
    'serverEmissionRao',
    'validatorEmissionRao',
    'combinedEmissionRao',
  ] as const) {
    assertColumn(output[name], BigUint64Array, `${field}.${name}`, n)
  }
}
