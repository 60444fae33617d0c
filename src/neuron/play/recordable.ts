import { type CanonicalValue, encodeCanonical } from '../../codec/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { PlainValue } from '../../sandbox/index.js'

/**
 * What a program returned, as a record can hold it: columns of numbers as lists, bytes as they are, and no zero below zero.
 *
 * @returns the value, or why it cannot be recorded, or is too large.
 */
export function recordable(
  value: PlainValue,
  mostBytes: number,
): { readonly value: CanonicalValue } | { readonly why: string } {
  const plain = listed(value)
  try {
    const { length } = encodeCanonical(plain)
    return length <= mostBytes ? { value: plain } : { why: `It has ${length} bytes, more than ${mostBytes}.` }
  } catch (error) {
    if (error instanceof InvalidArgumentError) return { why: error.shortMessage }
    throw error
  }
}

function listed(value: PlainValue): CanonicalValue {
  if (typeof value === 'number') return value + 0
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<number | bigint>, listed)
  if (Array.isArray(value)) return value.map(listed)
  return Object.fromEntries(
    Object.entries(value as Record<string, PlainValue>).map(([key, part]) => [key, listed(part)]),
  )
}
