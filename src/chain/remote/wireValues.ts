import type { CanonicalValue } from '../../codec/index.js'

/** Key of the object that stands for a typed column: its kind and its little-endian bytes. */
const COLUMN = '$column'
const KINDS = { u16: Uint16Array, u32: Uint32Array, u64: BigUint64Array, f64: Float64Array } as const
type Kind = keyof typeof KINDS

/** Key of the object that stands for an integer beyond 64 bits, which canonical bytes cannot hold. */
const WIDE_INTEGER = '$integer'

/**
 * Makes a plain answer fit for canonical bytes: integers beyond 64 bits become `{ $integer: decimal text }`, typed
 * columns `{ $column: [kind, bytes] }`. Everything else stays.
 */
export function toWire(value: unknown): CanonicalValue {
  if (typeof value === 'bigint') return fits64Bits(value) ? value : { [WIDE_INTEGER]: value.toString() }
  if (Array.isArray(value)) return value.map(toWire)
  for (const [kind, Column] of Object.entries(KINDS)) {
    if (value instanceof Column)
      return {
        [COLUMN]: [
          kind,
          swapped(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), value.BYTES_PER_ELEMENT),
        ],
      }
  }
  if (isPlainObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toWire(item)]))
  return value as CanonicalValue
}

/** The inverse of {@link toWire}. */
export function fromWire(value: CanonicalValue): unknown {
  if (Array.isArray(value)) return value.map(fromWire)
  if (!isPlainObject(value)) return value
  const wide = value[WIDE_INTEGER]
  if (typeof wide === 'string' && /^-?\d{1,100}$/.test(wide)) return BigInt(wide)
  const column = columnOf(value[COLUMN])
  if (column !== undefined) return column
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fromWire(item as CanonicalValue)]),
  )
}

function columnOf(value: unknown): ArrayBufferView | undefined {
  if (!Array.isArray(value) || value.length !== 2 || !Object.hasOwn(KINDS, String(value[0]))) return undefined
  const Column = KINDS[value[0] as Kind]
  const bytes: unknown = value[1]
  if (!(bytes instanceof Uint8Array) || bytes.length % Column.BYTES_PER_ELEMENT !== 0) return undefined
  return new Column(swapped(bytes, Column.BYTES_PER_ELEMENT).buffer)
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** A copy in little-endian order of bytes in the machine's, and back. */
function swapped(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes)
  if (!isLittleEndian) for (let at = 0; at < copy.length; at += width) copy.subarray(at, at + width).reverse()
  return copy
}

function fits64Bits(value: bigint): boolean {
  return value >= -(1n << 63n) && value < 1n << 64n
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
