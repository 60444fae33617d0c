import type { CanonicalValue } from '../../codec/index.js'

/** Key of the object that stands for an integer beyond 64 bits, which canonical bytes cannot hold. */
const WIDE_INTEGER = '$integer'

/**
 * Makes a plain answer fit for canonical bytes: integers beyond 64 bits become `{ $integer: decimal text }`.
 * Everything else stays.
 */
export function toWire(value: unknown): CanonicalValue {
  if (typeof value === 'bigint') return fits64Bits(value) ? value : { [WIDE_INTEGER]: value.toString() }
  if (Array.isArray(value)) return value.map(toWire)
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
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fromWire(item as CanonicalValue)]),
  )
}

function fits64Bits(value: bigint): boolean {
  return value >= -(1n << 63n) && value < 1n << 64n
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
