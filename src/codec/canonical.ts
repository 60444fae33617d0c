import { Encoder } from 'msgpackr'
import { InvalidArgumentError } from '../errors/index.js'
import { type CanonicalValue, DEPTH_LIMIT, isPrototypeKey } from './canonicalValue.js'
import { readCanonical } from './readCanonical.js'

/** UTF-8 has no bytes for half a pair: writing one would give the bytes of another text. */
const LONE_SURROGATE = /\p{Surrogate}/u

const encoder = new Encoder({ useRecords: false, variableMapSize: true })

/**
 * Encodes a value as MessagePack in exactly one way: the same value gives the same bytes on every machine.
 *
 * @throws InvalidArgumentError for a value without a canonical form (undefined, NaN, -0, a Date, a bigint above 64 bits,
 *   half a surrogate pair).
 */
export function encodeCanonical(value: CanonicalValue): Uint8Array {
  const encoded = encoder.encode(ordered(value, 'value', 0))
  // A copy: the encoder hands out a view of its own pool.
  return new Uint8Array(encoded)
}

/**
 * Decodes canonical bytes, and refuses any bytes that `encodeCanonical` would not have written.
 *
 * @param maxValues - how many values they may hold, lists, maps and their keys counted. A value of one byte takes up to a hundred of memory, so
 *   whoever takes many bytes of others bounds both. Default: as many as there are bytes.
 * @throws MalformedBytesError
 */
export function decodeCanonical(
  bytes: Uint8Array,
  maxValues: number = Number.POSITIVE_INFINITY,
): CanonicalValue {
  return readCanonical(bytes, maxValues)
}

/** Whether two byte strings are equal. Not constant time: never compare secrets with it. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

function ordered(value: CanonicalValue, field: string, depth: number): unknown {
  if (depth > DEPTH_LIMIT) throw refused(field, value, `Nest at most ${DEPTH_LIMIT} levels.`)
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') {
    if (LONE_SURROGATE.test(value)) throw refused(field, value, 'Pass text without half surrogate pairs.')
    return value
  }
  if (typeof value === 'number') {
    const fits = Number.isInteger(value)
      ? Number.isSafeInteger(value) && !Object.is(value, -0)
      : Number.isFinite(value)
    if (!fits)
      throw refused(field, value, 'Pass a finite number, no -0, integers within 2^53; larger ones as bigint.')
    return value
  }
  if (typeof value === 'bigint') {
    if (value >= -(1n << 63n) && value < 1n << 64n) return value
    throw refused(field, value, 'Pass integers beyond 64 bits as bytes.')
  }
  if (value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map((item, index) => ordered(item, `${field}[${index}]`, depth + 1))
  const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
  if (prototype !== Object.prototype && prototype !== null) {
    throw refused(
      field,
      value,
      'Pass null, booleans, numbers, bigints, text, bytes, arrays and plain objects only.',
    )
  }
  const map = value as { readonly [key: string]: CanonicalValue }
  return new Map(
    Object.entries(map)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [
        orderedKey(key, `${field}.${key}`),
        ordered(item, `${field}.${key}`, depth + 1),
      ]),
  )
}

function orderedKey(key: string, field: string): string {
  if (isPrototypeKey(key) || LONE_SURROGATE.test(key)) throw refused(field, key, 'Choose another key.')
  return key
}

function refused(field: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError({ field, value, remedy })
}
