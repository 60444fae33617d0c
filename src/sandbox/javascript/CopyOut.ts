import { COLUMN_TYPES, MOST_LEVELS, type NumberColumn, type PlainValue } from '../PlainValue.js'
import { Ended } from './Ended.js'
import type { Box, Engine } from './Engine.js'

/** Bytes that each value counts besides its own: a list of many nulls is not free. */
const VALUE_BYTES = 8

/**
 * Copies values out of an engine, all of them within one number of bytes. Properties are read as the program reads them, so that a getter runs,
 * metered like the rest; what acts when it is looked at (a proxy) or is more than data is refused by name.
 *
 * PERF: about a microsecond for each value and key; columns of numbers are copied whole.
 */
export class CopyOut {
  readonly #engine: Engine
  #bytesLeft: number
  /** Addresses of the objects around the one that is copied: an object inside itself has no end. */
  readonly #around: number[] = []

  constructor(engine: Engine, mostBytes: number) {
    this.#engine = engine
    this.#bytesLeft = mostBytes
  }

  /**
   * @param path - where the value stands, for what is said of it.
   * @throws Ended for what is no plain value, or too large.
   */
  of(box: Box, path: string): PlainValue {
    const { exports } = this.#engine
    this.#take(VALUE_BYTES, path)
    if (exports.qjs_is_null(box) !== 0) return null
    if (exports.qjs_is_bool(box) !== 0) return exports.qjs_get_bool(box) !== 0
    if (exports.qjs_is_number(box) !== 0) return exports.qjs_get_float64(box)
    if (exports.qjs_is_string(box) !== 0) return this.#string(box, path)
    if (exports.qjs_is_big_int(box) !== 0) return BigInt(this.#string(box, path))
    if (exports.qjs_is_object(box) === 0) {
      throw refused(path, exports.qjs_is_undefined(box) !== 0 ? 'is undefined' : 'is a symbol')
    }
    return this.#object(box, path)
  }

  #object(box: Box, path: string): PlainValue {
    const engine = this.#engine
    if (engine.exports.qjs_is_proxy(box) !== 0) throw refused(path, 'is a proxy')
    if (engine.exports.qjs_is_function(box) !== 0) throw refused(path, 'is a function')
    const name = engine.className(box)
    if (name in COLUMN_TYPES) return this.#column(box, name as keyof typeof COLUMN_TYPES, path)
    const isList = engine.exports.qjs_is_array(box) !== 0
    if (!isList && name !== 'Object') throw refused(path, `is of the class ${name}`)
    const address = engine.exports.qjs_get_value_ptr(box)
    if (this.#around.includes(address)) throw refused(path, 'holds itself')
    if (this.#around.length === MOST_LEVELS) throw refused(path, `is more than ${MOST_LEVELS} levels deep`)
    this.#around.push(address)
    const copy = isList ? this.#list(box, path) : this.#record(box, path)
    this.#around.pop()
    return copy
  }

  #list(box: Box, path: string): PlainValue[] {
    const { exports } = this.#engine
    const length = exports.qjs_get_float64(this.#engine.property(box, 'length'))
    this.#take(VALUE_BYTES * length, path, false)
    const copy: PlainValue[] = []
    for (let index = 0; index < length; index++) {
      const item = this.#engine.sound(exports.qjs_get_prop_uint32(box, index))
      copy.push(this.of(item, `${path}[${index}]`))
      exports.qjs_free_value(item)
    }
    return copy
  }

  /** The keys that are listed and are text; a property that is undefined is left out. */
  #record(box: Box, path: string): { [key: string]: PlainValue } {
    const { exports } = this.#engine
    const keys = this.#engine.sound(exports.qjs_get_own_property_names(box))
    const count = exports.qjs_get_float64(this.#engine.property(keys, 'length'))
    this.#take(VALUE_BYTES * count, path, false)
    const copy: { [key: string]: PlainValue } = {}
    for (let index = 0; index < count; index++) {
      const key = this.#engine.sound(exports.qjs_get_prop_uint32(keys, index))
      if (exports.qjs_is_string(key) === 0) throw refused(path, 'has keys that cannot be listed')
      const name = this.#string(key, path)
      const item = this.#engine.sound(exports.qjs_get_prop_value(box, key))
      if (exports.qjs_is_undefined(item) === 0) {
        const value = this.of(item, `${path}.${name}`)
        // An assignment to a key named __proto__ would be no key.
        Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true })
      }
      exports.qjs_free_value(item)
      exports.qjs_free_value(key)
    }
    exports.qjs_free_value(keys)
    return copy
  }

  #column(box: Box, name: keyof typeof COLUMN_TYPES, path: string): NumberColumn {
    const bytes = this.#named(path, () => this.#engine.columnBytes(box, this.#bytesLeft))
    this.#bytesLeft -= bytes.length
    return new COLUMN_TYPES[name](bytes.buffer)
  }

  #string(box: Box, path: string): string {
    const text = this.#named(path, () => this.#engine.string(box, this.#bytesLeft))
    this.#bytesLeft -= text.length
    return text
  }

  #named<T>(path: string, read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw error instanceof Ended && error.reason === 'badValue' ? refused(path, error.detail) : error
    }
  }

  /** @param isSpent - false for what is spent later, one by one. */
  #take(bytes: number, path: string, isSpent = true): void {
    if (!(bytes <= this.#bytesLeft)) throw refused(path, 'is larger than the output allowed')
    if (isSpent) this.#bytesLeft -= bytes
  }
}

/** Longest path that is shown: a key may be of any length. */
const PATH_LIMIT = 100

function refused(path: string, what: string): Ended {
  const shown = path.length > PATH_LIMIT ? `${path.slice(0, PATH_LIMIT)}…` : path
  return new Ended('badValue', `${shown} ${what}.`)
}
