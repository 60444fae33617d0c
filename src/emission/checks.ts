import { InvalidArgumentError, ShapeError } from '../errors/index.js'
import { U16_MAX, U64_MAX } from '../units/index.js'

// Written by hand: the ledger calls this room for every block, and each of these costs a few nanoseconds. In loops paths are put
// together for an error only.

/** Whether it is an amount, or parts of 2^64 - 1. */
export function isU64(value: unknown): boolean {
  return typeof value === 'bigint' && value >= 0n && value <= U64_MAX
}

export function isU16(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= U16_MAX
}

/** An amount, or parts of 2^64 - 1. */
export function assertU64(value: unknown, field: string): void {
  if (isU64(value)) return
  refuse(field, value, 'Pass a bigint from 0n to 2^64 - 1.')
}

/** Whether it is a fixed-point number of up to 128 bits. */
export function isBits(value: unknown): boolean {
  return typeof value === 'bigint' && value >= 0n && value >> 128n === 0n
}

/** A fixed-point number of up to 128 bits. */
export function assertBits(value: unknown, field: string): void {
  if (isBits(value)) return
  refuse(field, value, 'Pass a bigint from 0n to 2^128 - 1.')
}

export function assertU16(value: unknown, field: string): void {
  assertWhole(value, field, U16_MAX)
}

/** A block number, or a number of blocks. */
export function assertWhole(value: unknown, field: string, max = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max) return
  refuse(field, value, `Pass a whole number from 0 to ${max}.`)
}

export function assertFlag(value: unknown, field: string): void {
  if (typeof value !== 'boolean') refuse(field, value, 'Pass true or false.')
}

/** An object; what it holds is checked field by field. */
export function assertObject(value: unknown, field: string): void {
  if (typeof value !== 'object' || value === null) refuse(field, value, 'Pass an object.')
}

/** The same without any field but these: another is most often a slip, and would be passed over. */
export function assertKnown(value: unknown, field: string, known: readonly string[]): void {
  if (hasOnly(value, known)) return
  // A list or a Map would pass for an object without any of its fields.
  if (Object.prototype.toString.call(value) !== '[object Object]') refuse(field, value, 'Pass an object.')
  for (const name in value as object) {
    if (known.includes(name)) continue
    const remedy = `Leave it out; known are ${known.join(', ')}.`
    refuse(`${field}.${name}`, (value as Record<string, unknown>)[name], remedy)
  }
}

/** Whether it is a plain object without any field but these. */
export function hasOnly(value: unknown, known: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return false
  for (const name in value) if (!known.includes(name)) return false
  return true
}

/** Visits each entry of a list, holes included, which methods of lists pass over. */
export function eachOf<T>(list: readonly T[], visit: (entry: T, at: number) => void): void {
  for (let at = 0; at < list.length; at++) visit(list[at] as T, at)
}

export function assertList(value: unknown, field: string): void {
  if (!Array.isArray(value)) refuse(field, value, 'Pass a list.')
}

/** A list or a typed array of numbers; what they are is checked one by one. */
export function assertNumbers(value: unknown, field: string): void {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return
  refuse(field, value, 'Pass a list or a typed array.')
}

/** One entry for each of `length` rows. */
export function assertLength(value: ArrayLike<unknown>, field: string, length: number): void {
  if (value.length !== length)
    throw new ShapeError({ field, expectedLength: length, actualLength: value.length })
}

/** A list or a column of amounts, one for each of `length` rows. */
export function assertAmounts(value: unknown, field: string, length: number): void {
  if (!(value instanceof BigUint64Array) && !Array.isArray(value)) {
    refuse(field, value, 'Pass a list of bigints, or a BigUint64Array.')
  }
  const list = value as ArrayLike<unknown>
  assertLength(list, field, length)
  for (let at = 0; at < length; at++) {
    if (!isU64(list[at])) assertU64(list[at], `${field}[${at}]`)
  }
}

export function refuse(field: string, value: unknown, remedy: string): never {
  throw new InvalidArgumentError({ field, value, remedy })
}
