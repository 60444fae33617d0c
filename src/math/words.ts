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
