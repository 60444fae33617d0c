import type { Matrix, ScoreMatrixU16 } from 'subnetkit/compute'

/** How many different inputs each measurement goes through: one repeated input flatters branch prediction. */
export const INPUTS = 24

/** Everything that the operations of one size take. */
export interface Fixture {
  readonly matrix: Matrix
  readonly byColumn: Float32Array
  readonly byRow: Float32Array
  readonly scores: ScoreMatrixU16
  readonly stakes: BigUint64Array
  readonly minority: bigint
}

/** Seeded inputs of one size; values from 0 to 1, stakes up to 2^40. */
export function fixturesOf(rows: number, columns: number): Fixture[] {
  let state = (rows * 65_537 + columns) >>> 0
  // Mulberry32: quick, and good enough for inputs of a clock.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const floats = (length: number): Float32Array => {
    const values = new Float32Array(length)
    for (let at = 0; at < length; at++) values[at] = next() / 2 ** 32
    return values
  }
  return Array.from({ length: INPUTS }, () => {
    const scores = new Uint16Array(rows * columns)
    for (let at = 0; at < scores.length; at++) scores[at] = next() >>> 16
    const stakes = BigUint64Array.from({ length: rows }, () => BigInt(next()) * 256n)
    return {
      matrix: { rows, columns, data: floats(rows * columns) },
      byColumn: floats(columns),
      byRow: floats(rows),
      scores: { rows, columns, data: scores },
      stakes,
      minority: stakes.reduce((sum, stake) => sum + stake, 0n) / 2n,
    }
  })
}
