import { InvalidArgumentError } from '../errors/index.js'
import { isBytes } from './kinds.js'

/** Most entries, keys and bytes of one value: a list that holds itself has no end. */
const MOST_PARTS = 2 ** 20
/** Deeper than any argument. */
const MOST_DEPTH = 16

/**
 * A value of plain objects, lists and bytes as it is at this moment: each part is read once, so that what is checked is what is used. Own keys
 * alone are copied; a hole of a list is `undefined`. What is none of these is handed back as it is.
 *
 * @param field - the parameter's name, for errors.
 * @throws InvalidArgumentError for a part that cannot be read, an object that is of a class or inherits its keys, for more than 2^20 parts, and for
 *   more than 16 levels.
 */
export function plainCopy<T>(field: string, value: T): T {
  return new PlainCopy().of(field, value) as T
}

class PlainCopy {
  #parts = 0
  #depth = 0

  of(field: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (this.#depth === MOST_DEPTH) {
      const remedy = `Pass lists and objects at most ${MOST_DEPTH} deep, and nothing that holds itself.`
      throw new InvalidArgumentError({ field, value: `more than ${MOST_DEPTH} levels`, remedy })
    }
    this.#depth++
    const copy = this.#copyOf(field, value)
    this.#depth--
    return copy
  }

  #copyOf(field: string, value: object): unknown {
    if (readPart(field, () => Array.isArray(value))) return this.#list(field, value as readonly unknown[])
    if (ArrayBuffer.isView(value)) return isBytes(value) ? this.#bytes(field, value) : value
    if (readPart(field, () => Object.prototype.toString.call(value)) !== '[object Object]') return value
    if (!readPart(field, () => isOfNoClass(value))) {
      const remedy = 'Pass a plain object: keys that it inherits, and those of a class, are not looked at.'
      throw new InvalidArgumentError({ field, value, remedy })
    }
    return this.#object(field, value)
  }

  #list(field: string, list: readonly unknown[]): unknown[] {
    const length = readPart(field, () => list.length)
    this.#count(field, length)
    const copy: unknown[] = []
    for (let at = 0; at < length; at++) {
      const entry = readPart(`${field}[${at}]`, () => (Object.hasOwn(list, at) ? list[at] : undefined))
      copy.push(this.of(`${field}[${at}]`, entry))
    }
    return copy
  }

  #bytes(field: string, bytes: Uint8Array): Uint8Array {
    this.#count(field, bytes.length)
    return new Uint8Array(bytes)
  }

  #object(field: string, object: object): object {
    const names = readPart(field, () => Object.getOwnPropertyNames(object))
    this.#count(field, names.length)
    const copy: object = {}
    for (const name of names) {
      const part = `${field}.${name}`
      const value = this.of(
        part,
        readPart(part, () => Reflect.get(object, name)),
      )
      // An assignment to a key named __proto__ would be no key.
      Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true })
    }
    return copy
  }

  #count(field: string, parts: number): void {
    this.#parts += 1 + parts
    if (this.#parts <= MOST_PARTS) return
    const remedy = `Pass at most ${MOST_PARTS} entries, keys and bytes in all, and nothing that holds itself.`
    throw new InvalidArgumentError({ field, value: `${this.#parts} parts`, remedy })
  }
}

/**
 * A part of a value that may be anything.
 *
 * @throws InvalidArgumentError for what throws: a getter, a trap of a proxy, a column that was given away.
 */
export function readPart<T>(field: string, part: () => T): T {
  try {
    return part()
  } catch (cause) {
    const remedy = 'Pass a plain value: an error was thrown when this one was read.'
    throw new InvalidArgumentError({ field, value: undefined, remedy, cause })
  }
}

/** Of an object literal, in this realm or another, or of no prototype at all. */
function isOfNoClass(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return true
  const isRoot = Object.getPrototypeOf(prototype) === null
  return isRoot && Object.hasOwn(prototype as object, 'isPrototypeOf')
}
