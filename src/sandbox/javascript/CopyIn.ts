import { COLUMN_TYPES, columnKind, type PlainValue } from '../PlainValue.js'
import type { Box, Engine } from './Engine.js'

/**
 * Copies plain values into an engine. It takes hold of the types that it makes before any of the program has run, and sets nothing by assignment: what
 * a program does to them is nothing to it.
 */
export class CopyIn {
  readonly #engine: Engine
  readonly #types: ReadonlyMap<string, Box>

  constructor(engine: Engine) {
    this.#engine = engine
    const global = engine.sound(engine.exports.qjs_get_global())
    const names = [...Object.keys(COLUMN_TYPES), 'BigInt']
    this.#types = new Map(names.map((name) => [name, engine.property(global, name)]))
  }

  of(value: PlainValue): Box {
    const engine = this.#engine
    if (value === null) return engine.sound(engine.exports.qjs_get_null())
    switch (typeof value) {
      case 'boolean':
        return engine.sound(value ? engine.exports.qjs_get_true() : engine.exports.qjs_get_false())
      case 'number':
        return engine.sound(engine.exports.qjs_new_number(value))
      case 'string':
        return engine.newString(value)
      case 'bigint':
        return engine.call(this.#type('BigInt'), [engine.newString(String(value))])
      default:
        return this.#object(value)
    }
  }

  #object(value: object): Box {
    const engine = this.#engine
    const kind = columnKind(value)
    if (kind !== undefined) {
      const { buffer, byteOffset, byteLength } = value as Uint8Array
      const bytes = engine.newBuffer(new Uint8Array(buffer, byteOffset, byteLength))
      return engine.construct(this.#type(kind), [bytes])
    }
    const isList = Array.isArray(value)
    const made = engine.sound(isList ? engine.exports.qjs_new_array() : engine.exports.qjs_new_object())
    for (const [name, item] of Object.entries(value as Record<string, PlainValue>)) {
      const key = isList ? engine.sound(engine.exports.qjs_new_number(Number(name))) : engine.newString(name)
      const box = this.of(item)
      engine.define(made, key, box)
      engine.exports.qjs_free_value(box)
      engine.exports.qjs_free_value(key)
    }
    return made
  }

  #type(name: string): Box {
    return this.#types.get(name) ?? 0
  }
}
