/** State of xoshiro128**: four 32-bit words, not all zero. */
export type XoshiroState = [number, number, number, number]

/**
 * Draws 32 bits and advances `state` in place.
 *
 * @source Blackman and Vigna, `xoshiro128starstar.c`, version 1.1 (public domain).
 */
export function xoshiro128StarStar(state: XoshiroState): number {
  const [s0, s1, s2, s3] = state
  const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0
  const mixed2 = s2 ^ s0
  const mixed3 = s3 ^ s1
  state[0] = s0 ^ mixed3
  state[1] = s1 ^ mixed2
  state[2] = mixed2 ^ (s1 << 9)
  state[3] = rotateLeft(mixed3, 11)
  return result
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
