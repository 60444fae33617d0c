/**
 * Matrices with a place for every pair of a row that has entries and a server, column after column.
 *
 * For networks where most validators judge most servers. A row's place within every column is its lane; the largest
 * stakes come first, because they make good pivots for the median. Outside of liquid alpha a missing entry counts as
 * a zero does, so that nothing has to be told apart.
 */
export interface DenseBuffers {
  /** f64[n * stride]: bonds as stored. */
  readonly old: Float64Array
  /**
   * f64: first four places of each lane: one that is free, the stake it votes with, what `factorOf` makes of its active
   * stake, and a sum over its row (trust first, then the income from bonds). Then two numbers for
   * each lane, room for a vote on the column in hand and the stake behind it, and `STEPS` sums of stake. From
   * `firstColumn` on the columns: normalised weights, then what forms bonds, then bonds.
   *
   * PERF: one array instead of three, because V8 checks each array once per round of a loop.
   */
  readonly cells: Float64Array
  /** u16[n]: whose row each lane is, and likewise the lane of each row that has one. */
  readonly uid: Uint16Array
  readonly laneOf: Uint16Array
  /** u32[n]: where each lane's row of stored bonds starts. */
  readonly start: Uint32Array
  /** u8[n]: 1 where a column has any weight that counts. */
  readonly hasWeights: Uint8Array
  /** u16[n]: the columns that have bonds, in order. */
  readonly servers: Uint16Array
}

/** Where lanes stand in the matrices of one epoch. */
export interface Lanes {
  /** How many rows have entries. */
  readonly count: number
  /** How many of them vote: the first. */
  readonly voters: number
  /** From one column to the next. One more than lanes where those are even, so that no row falls into few cache sets. */
  readonly stride: number
  /** Where in `cells` the first column starts: what belongs to lanes is before it. */
  readonly firstColumn: number
}

/** How many steps of score the median adds up stakes in. */
export const STEPS = 32

/** New matrices for n neurons and up to `places` places, n times the stride. */
export function createDenseBuffers(n: number, places: number): DenseBuffers {
  return {
    old: new Float64Array(places),
    cells: new Float64Array(6 * n + STEPS + places),
    uid: new Uint16Array(n),
    laneOf: new Uint16Array(n),
    start: new Uint32Array(n),
    hasWeights: new Uint8Array(n),
    servers: new Uint16Array(n),
  }
}
