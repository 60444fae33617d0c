import type { CanonicalValue } from '../../codec/index.js'
import { InvalidArgumentError } from '../../errors/index.js'

/*
 * What canonical bytes cannot hold stands in an object with one key, which begins with `$`: a typed column as `{ $column: [kind, bytes] }`,
 * an integer beyond 64 bits as `{ $integer: decimal text }`. A key of an answer that begins with `$` has one more in front, so that
 * nothing anybody wrote is taken for either.
 */
const COLUMN = '$column'
const INTEGER = '$integer'
const MARK = '$'

const KINDS = { u16: Uint16Array, u32: Uint32Array, u64: BigUint64Array, f64: Float64Array } as const
const DECIMAL = /^-?[1-9]\d{0,99}$/

/** Makes an answer fit for canonical bytes. PERF: each column is copied once. */
export function toWire(value: unknown): CanonicalValue {
  if (typeof value === 'bigint') return fits64Bits(value) ? value : { [INTEGER]: value.toString() }
  if (Array.isArray(value)) return value.map(toWire)
  if (ArrayBuffer.isView(value)) return columnToWire(value)
  if (!isPlainObject(value)) return value as CanonicalValue
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.startsWith(MARK) ? MARK + key : key, toWire(item)]),
  )
}

/**
 * The inverse of {@link toWire}.
 *
 * @throws InvalidArgumentError for what `toWire` would not have written.
 * PERF: each column is copied once, and is as long as the bytes that came.
 */
export function fromWire(value: CanonicalValue): unknown {
  if (Array.isArray(value)) return value.map(fromWire)
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value as { readonly [key: string]: CanonicalValue })
  const [first] = entries
  if (first !== undefined && entries.length === 1) {
    if (first[0] === COLUMN) return columnFromWire(first[1])
    if (first[0] === INTEGER) return integerFromWire(first[1])
  }
  return Object.fromEntries(entries.map(([key, item]) => [keyFromWire(key), fromWire(item)]))
}

function columnToWire(column: ArrayBufferView): CanonicalValue {
  for (const [kind, Column] of Object.entries(KINDS)) {
    if (!(column instanceof Column)) continue
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    return { [COLUMN]: [kind, swapped(bytes, Column.BYTES_PER_ELEMENT)] }
  }
  return column as Uint8Array
}

function columnFromWire(value: CanonicalValue): ArrayBufferView {
  const [kind, bytes, ...rest] = Array.isArray(value) ? (value as readonly CanonicalValue[]) : []
  const isKnown = typeof kind === 'string' && Object.hasOwn(KINDS, kind)
  if (!isKnown || !(bytes instanceof Uint8Array) || rest.length > 0) throw malformed(COLUMN, value)
  const Column = KINDS[kind as keyof typeof KINDS]
  if (bytes.length % Column.BYTES_PER_ELEMENT !== 0) throw malformed(COLUMN, bytes.length)
  return new Column(swapped(bytes, Column.BYTES_PER_ELEMENT).buffer)
}

function integerFromWire(value: CanonicalValue): bigint {
  if (typeof value !== 'string' || !DECIMAL.test(value)) throw malformed(INTEGER, value)
  const integer = BigInt(value)
  if (fits64Bits(integer)) throw malformed(INTEGER, value)
  return integer
}

function keyFromWire(key: string): string {
  if (!key.startsWith(MARK)) return key
  if (!key.startsWith(MARK + MARK)) throw malformed(key, key)
  return key.slice(MARK.length)
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** A copy in little-endian order of bytes in the machine's, and back. */
function swapped(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes)
  if (!isLittleEndian) for (let at = 0; at < copy.length; at += width) copy.subarray(at, at + width).reverse()
  return copy
}

function fits64Bits(value: bigint): boolean {
  return value >= -(1n << 63n) && value < 1n << 64n
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function malformed(field: string, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError({ field, value, remedy: 'Take what a chain node of this version answers.' })
}
