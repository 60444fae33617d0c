const INVERSE_POW_32 = 1 / 0x1_0000_0000
/** Position of the low half of a 64-bit element on this machine: 0 on little-endian ones. */
const LOW_HALF = /* @__PURE__ */ (() => new Uint8Array(new Uint16Array([1]).buffer)[0] === 1)() ? 0 : 1

/**
 * Copies whole numbers from doubles into 64-bit elements.
 *
 * @param values - integers from 0 to 2^53.
 * PERF: writes the two halves as words; making a bigint per element takes ten times as long.
 */
export function toBigInt64Array(values: Float64Array): BigInt64Array {
  const result = new BigInt64Array(values.length)
  const words = new Uint32Array(result.buffer)
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!
    // Storing a double in a 32-bit element truncates it and keeps it modulo 2^32.
    words[2 * k + LOW_HALF] = value
    words[2 * k + 1 - LOW_HALF] = value * INVERSE_POW_32
  }
  return result
}
