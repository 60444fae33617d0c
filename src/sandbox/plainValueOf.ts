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

/** Lists, objects, and what they hold, of one value: as many as a record holds. */
const MOST_PARTS = 2 ** 21

/**
 * What goes into a program, as it is now. Each part is read once, so that what is looked at is what goes in; of a list its entries, of an object its own keys, and each
 * column has memory of its own. A part that stands at several places goes in several times.
 *
 * @throws InvalidArgumentError naming the part that is no plain value, or cannot be read.
 */
export function plainValueOf(field: string, value: unknown): PlainValue {
  return new PlainReader().of(field, value, 0)
}

class PlainReader {
  #parts = 0

  of(field: string, value: unknown, level: number): PlainValue {
    const refuse = (remedy: string): never => {
      throw new InvalidArgumentError({ field, value, remedy })
    }
    if (
      value === null ||
      typeof value === 'boolean' ||
      typeof value === 'number' ||
      typeof value === 'bigint'
    )
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
    if (readPart(field, () => Array.isArray(value)))
      return this.#list(field, value as readonly unknown[], level)
    const prototype: unknown = readPart(field, () => Object.getPrototypeOf(value))
    if (prototype !== Object.prototype && prototype !== null)
      refuse('Pass a plain object: a class does not go into a sandbox.')
    return this.#object(field, value, level)
  }

  #list(field: string, list: readonly unknown[], level: number): PlainValue[] {
    const length = readPart(field, () => list.length)
    this.#count(field, length)
    const copy: PlainValue[] = []
    for (let at = 0; at < length; at++) {
      const part = `${field}[${at}]`
      const entry = readPart(part, () => list[at])
      copy.push(this.of(part, entry, level + 1))
    }
    return copy
  }

  #object(field: string, object: object, level: number): { readonly [key: string]: PlainValue } {
    const names = readPart(field, () => Object.keys(object))
    this.#count(field, names.length)
    return Object.fromEntries(
      names.map((name) => {
        const part = `${field}.${name}`
        const item = readPart(part, () => (object as { readonly [name: string]: unknown })[name])
        return [name, this.of(part, item, level + 1)]
      }),
    )
  }

  #count(field: string, parts: number): void {
    this.#parts += 1 + parts
    if (this.#parts <= MOST_PARTS) return
    const remedy = `Pass at most ${MOST_PARTS} entries and keys in all; a long list of numbers is better a column.`
    throw new InvalidArgumentError({ field, value: `${this.#parts} parts`, remedy })
  }
}
