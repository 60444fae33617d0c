import { mulShare, ONE_RAW } from './fixed.js'

const INVERSE_POW_32 = 1 / 0x1_0000_0000

/**
 * Position of the low 32 bits of a 64-bit element among its two words on this machine: 0 on little-endian ones.
 *
 * The high 32 bits are at 1 minus this.
 */
export const LOW_WORD = /* @__PURE__ */ (() => new Uint8Array(new Uint16Array([1]).buffer)[0] === 1)() ? 0 : 1

/** The 32-bit words of a column of 64-bit elements, two for each; a view. */
export function wordsOf(column: BigInt64Array | BigUint64Array): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, 2 * column.length)
}

/**
 * Copies the first `count` whole numbers from doubles into 64-bit elements.
 *
 * @param words - words of the elements, overwritten.
 * @param values - integers from 0 to 2^53.
 * PERF: makes no bigint, which would take ten times as long.
 */
export function writeWords(words: Uint32Array, values: Float64Array, count: number): void {
  const low = LOW_WORD
  const high = 1 - LOW_WORD
  for (let k = 0; k < count; k++) {
    const value = values[k]!
    // Storing a double in a 32-bit element truncates it and keeps it modulo 2^32.
    words[2 * k + low] = value
    words[2 * k + high] = value * INVERSE_POW_32
  }
}

/** Whole numbers from 0 to 2^53, as 64-bit elements of a new column. */
export function toBigInt64Array(values: Float64Array): BigInt64Array {
  const result = new BigInt64Array(values.length)
  writeWords(wordsOf(result), values, values.length)
  return result
}

/**
 * Writes floor(amount * share / 2^32) into element k of a 64-bit column, exact.
 *
 * @param words - words of the column.
 * @param high - upper 32 bits of the amount; `low` its lower 32 bits.
 * @param share - raw, 0 to 2^32.
 */
export function writeProduct(words: Uint32Array, k: number, high: number, low: number, share: number): void {
  const sum = lowProduct(high, share) + mulShare(low, share)
  words[2 * k + LOW_WORD] = sum
  words[2 * k + 1 - LOW_WORD] = mulShare(high, share) + (sum >= ONE_RAW ? 1 : 0)
}

/** The lower 32 bits of the product of two whole numbers up to 2^32. */
export function lowProduct(a: number, b: number): number {
  return Math.imul(a, b) >>> 0
}
