import { check, isWellFormed, readPart, text } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { columnCopy, MOST_LEVELS, type PlainValue } from './PlainValue.js'

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
  return plainValueOf(field, value) as Value
}

/**
 * What goes into a program, as it is now. Each part is read once, so that what is looked at is what goes in; of a list its entries, of an object its own keys, and each
 * column has memory of its own.
 *
 * @throws InvalidArgumentError naming the part that is no plain value, or cannot be read.
 */
export function plainValueOf(field: string, value: unknown, level = 0): PlainValue {
  const refuse = (remedy: string): never => {
    throw new InvalidArgumentError({ field, value, remedy })
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint')
    return value
  if (typeof value === 'string')
    return isWellFormed(value) ? value : refuse('Pass text without half surrogate pairs.')
  if (typeof value !== 'object')
    return refuse(
      'Pass null, booleans, numbers, bigints, text, columns of numbers, lists and plain objects only.',
    )
  const column = readPart(field, () => columnCopy(value))
  if (column !== undefined) return column
  if (level === MOST_LEVELS) refuse(`Nest at most ${MOST_LEVELS} levels, and nothing that holds itself.`)
  if (readPart(field, () => Array.isArray(value))) {
    const list = value as readonly unknown[]
    const copy: PlainValue[] = []
    for (let at = 0; at < readPart(field, () => list.length); at++) {
      const part = `${field}[${at}]`
      copy.push(
        plainValueOf(
          part,
          readPart(part, () => list[at]),
          level + 1,
        ),
      )
    }
    return copy
  }
  const prototype: unknown = readPart(field, () => Object.getPrototypeOf(value))
  if (prototype !== Object.prototype && prototype !== null)
    refuse('Pass a plain object: a class does not go into a sandbox.')
  const names = readPart(field, () => Object.keys(value))
  return Object.fromEntries(
    names.map((name) => {
      const part = `${field}.${name}`
      const item = readPart(part, () => (value as { readonly [name: string]: unknown })[name])
      return [name, plainValueOf(part, item, level + 1)]
    }),
  )
}
