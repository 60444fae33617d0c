import { check, isWellFormed, text } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { columnKind, MOST_LEVELS, type PlainValue } from './PlainValue.js'

/**
 * A copy of what is to go into a program later, as it is now.
 *
 * @param field - what it is, for the error.
 * @throws InvalidArgumentError naming the part that is no plain value.
 *
 * @example
 * ```ts
 * import { plainCopy } from 'subnetkit/sandbox'
 *
 * const board = { cells: [0, 1, 0] }
 * const asked = plainCopy('board', board)
 * board.cells[0] = 1 // asked.cells[0] is still 0
 * ```
 */
export function plainCopy<Value extends PlainValue>(field: string, value: Value): Value {
  check('field', text({ min: 1 }), field)
  checkPlainValue(field, value)
  return structuredClone(value)
}

/**
 * Holds what goes into a program to plain values.
 *
 * @throws InvalidArgumentError naming the part that is none.
 */
export function checkPlainValue(field: string, value: unknown, level = 0): asserts value is PlainValue {
  const refuse = (remedy: string): never => {
    throw new InvalidArgumentError({ field, value, remedy })
  }
  if (value === null || ['boolean', 'number', 'bigint'].includes(typeof value)) return
  if (typeof value === 'string') {
    if (!isWellFormed(value)) refuse('Pass text without half surrogate pairs.')
    return
  }
  if (typeof value !== 'object')
    refuse('Pass null, booleans, numbers, bigints, text, columns of numbers, lists and plain objects only.')
  const object = value as object
  if (columnKind(object) !== undefined) return
  if (level === MOST_LEVELS) refuse(`Nest at most ${MOST_LEVELS} levels, and nothing that holds itself.`)
  if (Array.isArray(object)) {
    for (let index = 0; index < object.length; index++)
      checkPlainValue(`${field}[${index}]`, object[index], level + 1)
    return
  }
  const prototype: unknown = Object.getPrototypeOf(object)
  if (prototype !== Object.prototype && prototype !== null)
    refuse('Pass a plain object: a class does not go into a sandbox.')
  for (const [name, item] of Object.entries(object)) checkPlainValue(`${field}.${name}`, item, level + 1)
}
