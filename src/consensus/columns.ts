import { InvariantError } from '../errors/index.js'
import { divFloor } from '../math/index.js'

/**
 * Element `index` of a column.
 *
 * @throws InvariantError where there is none: an `undefined` would go on as NaN through all that comes after it.
 */
export function at<T>(column: ArrayLike<T>, index: number): T {
  const element = column[index]
  if (element === undefined) throw new InvariantError(`element ${index} of a column of ${column.length}`)
  return element
}

/** Plain sum of whole numbers: exact, so its order does not matter. */
export function sumOf(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** The values as raw shares of their sum, rounded down; zeros where the sum is 0. */
export function normalised(values: Float64Array): Float64Array {
  return sharesOf(values, sumOf(values))
}

/** The values as raw shares of `total`, rounded down; zeros where it is 0. */
export function sharesOf(values: Float64Array, total: number): Float64Array {
  return values.map((value) => divFloor(value, total))
}
