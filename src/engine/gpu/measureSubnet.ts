import type { SparseRows } from '../../consensus/index.js'
import { type EpochInput, type EpochNeurons, type EpochParams, epochNeurons } from '../../consensus/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { checkEpochParams } from '../checkEpochParams.js'
import { checkEpochInput } from '../checks.js'
import { rowAt } from '../sparseRow.js'
import type { GpuVariant } from './shaders/bonds.js'
import { variantOf } from './variants.js'

/** One subnet of a batch. */
export interface GpuSubnet {
  readonly input: EpochInput
  /** Those of the engine unless given: scenarios differ in them. */
  readonly params?: EpochParams
}

/** A checked subnet, and what it takes on the device. */
export interface MeasuredSubnet {
  readonly input: EpochInput
  readonly params: EpochParams
  readonly variant: GpuVariant
  readonly neurons: EpochNeurons
  /** The uids that have a row: those with a permit in force and weights, and those with bonds. */
  readonly uids: Uint32Array
  /** 32-bit words of one row of a matrix, two columns each. */
  readonly rowWords: number
}

/**
 * Checks a subnet and measures it.
 *
 * @throws InvalidArgumentError, ShapeError as `YumaConsensus.run`, naming the field below `path`; also where the targets of
 *   a row do not ascend, as those of every row on chain do.
 */
export function measureSubnet(subnet: GpuSubnet & { readonly params: EpochParams }): MeasuredSubnet {
  const { input, params } = subnet
  checkEpochParams(params)
  checkEpochInput(input)
  const neurons = epochNeurons(input, params)
  const uids: number[] = []
  const isTidy = { weights: isAscending(input.weights), bonds: isAscending(input.bonds) }
  for (let i = 0; i < input.n; i++) {
    const hasWeights = neurons.permits[i] === 1 && hasEntries(input.weights, i)
    const hasBonds = hasEntries(input.bonds, i)
    if (hasWeights && !isTidy.weights) assertAscending(input.weights, i, 'input.weights')
    if (hasBonds && !isTidy.bonds) assertAscending(input.bonds, i, 'input.bonds')
    if (hasWeights || hasBonds) uids.push(i)
  }
  return {
    input,
    params,
    variant: variantOf(params),
    neurons,
    uids: Uint32Array.from(uids),
    rowWords: Math.ceil(input.n / 2),
  }
}

function hasEntries(rows: SparseRows, i: number): boolean {
  return rowAt(rows, i).column.length > 0
}

/**
 * Whether the targets of every row ascend.
 *
 * PERF: one pass without branches; the steps down from each row to the next are counted as well, and taken off again.
 */
function isAscending({ rowStart, column }: SparseRows): boolean {
  let descents = 0
  let previous = -1
  for (let k = 0; k < column.length; k++) {
    const target = column[k] ?? 0
    // The sign of the step, less one: 1 where it is not upwards.
    descents += (target - previous - 1) >>> 31
    previous = target
  }
  let last = 0
  for (const k of rowStart) {
    // Rows without entries start where the next one does.
    if (k > last && k < column.length) descents -= Number((column[k] ?? 0) <= (column[k - 1] ?? 0))
    last = k
  }
  return descents === 0
}

function assertAscending(rows: SparseRows, i: number, field: string): void {
  let previous = -1
  for (const target of rowAt(rows, i).column) {
    if (target <= previous) {
      throw new InvalidArgumentError({
        field: `${field}[${i}]`,
        value: `target ${target} after ${previous}`,
        remedy:
          'Let the targets of a row ascend without repetition, as on chain, or compute this epoch with YumaConsensus.',
      })
    }
    previous = target
  }
}
