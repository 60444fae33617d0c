import type { EpochOutput, SparseRows } from '../../consensus/index.js'
import { assertColumn, assertObject, assertType, checkRows } from '../checks.js'
import { itemAt } from '../itemAt.js'
import { rowAt } from '../sparseRow.js'
import type { GpuEpochOutput } from './GpuEpochOutput.js'

/** How far an epoch from the GPU is from the exact one. Errors are absolute, shares of 1. */
export interface GpuEpochError {
  readonly consensus: number
  readonly incentive: number
  readonly dividends: number
  readonly validatorTrust: number
  /** Largest difference of a stored bond, in u16 units; entries that only one side has count with their value. */
  readonly bondUnits: number
  /** Stored bonds that differ. */
  readonly bondsOff: number
  /** Servers for which another consensus was chosen at the median's cut-off: more than f32 rounding away. */
  readonly cutoffFlips: number
  /** Neighbours in the exact order of incentives that stand the other way round. */
  readonly incentiveFlips: number
  /** Likewise of dividends. */
  readonly dividendFlips: number
}

/**
 * Compares an epoch from the GPU with the exact engine's of the same input.
 *
 * Neurons that are equal on either side are in no order, so that parting or joining them is no flip.
 *
 * @throws InvalidArgumentError naming what is no result of an engine (`gpu.consensus`).
 * @throws ShapeError when the two are of different sizes.
 * PERF: n log n, and all stored bonds.
 *
 * @example
 * ```ts
 * import { compareEpochs, GpuYumaConsensus, YumaConsensus } from 'subnetkit/engine'
 * import type { EpochInput, EpochParams } from 'subnetkit/consensus'
 *
 * async function dividendError(input: EpochInput, params: EpochParams): Promise<number> {
 *   await using gpu = await GpuYumaConsensus.create(params)
 *   return compareEpochs(await gpu.run(input), new YumaConsensus(params).run(input)).dividends
 * }
 * ```
 */
export function compareEpochs(gpu: GpuEpochOutput, exact: EpochOutput): GpuEpochError {
  const n = checkOutputs(gpu, exact)
  const consensus = sharesOf(exact.raw.consensus)
  const incentive = sharesOf(exact.raw.incentive)
  const dividends = sharesOf(exact.raw.dividends)
  return {
    consensus: largestError(gpu.consensus, consensus),
    incentive: largestError(gpu.incentive, incentive),
    dividends: largestError(gpu.dividends, dividends),
    validatorTrust: largestError(gpu.validatorTrust, sharesOf(exact.raw.validatorTrust)),
    ...bondErrors(gpu.bonds, exact.bonds, n),
    cutoffFlips: consensus.filter((share, j) => gpu.consensus[j] !== Math.fround(share)).length,
    incentiveFlips: orderFlips(gpu.incentive, incentive),
    dividendFlips: orderFlips(gpu.dividends, dividends),
  }
}

const RAW = ['consensus', 'incentive', 'dividends', 'validatorTrust'] as const

function checkOutputs(gpu: GpuEpochOutput, exact: EpochOutput): number {
  assertObject(gpu, 'gpu')
  assertObject(exact, 'exact')
  assertType(exact.active, Uint8Array, 'exact.active')
  assertObject(exact.raw, 'exact.raw')
  const n = exact.active.length
  for (const name of RAW) assertColumn(gpu[name], Float32Array, `gpu.${name}`, n)
  for (const name of RAW) assertColumn(exact.raw[name], BigInt64Array, `exact.raw.${name}`, n)
  checkRows(gpu.bonds, 'gpu.bonds')
  checkRows(exact.bonds, 'exact.bonds')
  assertColumn(gpu.bonds.rowStart, Uint32Array, 'gpu.bonds.rowStart', n + 1)
  assertColumn(exact.bonds.rowStart, Uint32Array, 'exact.bonds.rowStart', n + 1)
  return n
}

function sharesOf(raw: BigInt64Array): Float64Array {
  return Float64Array.from(raw, (share) => Number(share) / 0x1_0000_0000)
}

function largestError(actual: Float32Array, expected: Float64Array): number {
  return expected.reduce((largest, share, j) => Math.max(largest, Math.abs(share - itemAt(actual, j))), 0)
}

function orderFlips(actual: Float32Array, expected: Float64Array): number {
  const order = Array.from(expected, (exact, j) => ({ exact, gpu: itemAt(actual, j) }))
  order.sort((a, b) => a.exact - b.exact)
  return order.filter((higher, k) => {
    const lower = order[k - 1]
    return lower !== undefined && lower.exact !== higher.exact && lower.gpu > higher.gpu
  }).length
}

function bondErrors(
  actual: SparseRows,
  expected: SparseRows,
  n: number,
): Pick<GpuEpochError, 'bondUnits' | 'bondsOff'> {
  let bondUnits = 0
  let bondsOff = 0
  const row = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    row.fill(0)
    const exact = rowAt(expected, i)
    const gpu = rowAt(actual, i)
    exact.column.forEach((j, k) => {
      row[j] = itemAt(exact.value, k)
    })
    gpu.column.forEach((j, k) => {
      row[j] = (row[j] ?? 0) - itemAt(gpu.value, k)
    })
    const off = row.filter((difference) => difference !== 0)
    bondsOff += off.length
    bondUnits = off.reduce((most, difference) => Math.max(most, Math.abs(difference)), bondUnits)
  }
  return { bondUnits, bondsOff }
}
