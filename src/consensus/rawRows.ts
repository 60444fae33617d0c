/**
 * Sparse rows between two steps of an epoch: raw numbers (value times 2^32) as whole doubles.
 *
 * Entries keep the order, the repetitions and the explicit zeros of the step that made them.
 */
export interface RawRows {
  /** u32[n + 1], ascending, first 0, last the number of entries. */
  readonly rowStart: Uint32Array
  /** Target uid of each entry, below n. */
  readonly column: Uint16Array
  readonly raw: Float64Array
}

/** Collects rows one after the other; `capacity` bounds the number of entries. */
export class RawRowsBuilder {
  readonly #rowStart: Uint32Array
  readonly #column: Uint16Array
  readonly #raw: Float64Array
  #rows = 0
  #entries = 0

  constructor(n: number, capacity: number) {
    this.#rowStart = new Uint32Array(n + 1)
    this.#column = new Uint16Array(capacity)
    this.#raw = new Float64Array(capacity)
  }

  /** Appends an entry to the row being written. */
  push(column: number, raw: number): void {
    this.#column[this.#entries] = column
    this.#raw[this.#entries++] = raw
  }

  /** Closes the row being written. */
  endRow(): void {
    this.#rowStart[++this.#rows] = this.#entries
  }

  /** The finished rows, as views of what was collected. */
  build(): RawRows {
    return {
      rowStart: this.#rowStart,
      column: this.#column.subarray(0, this.#entries),
      raw: this.#raw.subarray(0, this.#entries),
    }
  }
}

/** Sum of each column; f64[n]. */
export function columnSums(rows: RawRows, n: number): Float64Array {
  const sums = new Float64Array(n)
  for (let k = 0; k < rows.raw.length; k++) sums[rows.column[k]!]! += rows.raw[k]!
  return sums
}

/** Sum of each row; f64[n]. */
export function rowSums(rows: RawRows): Float64Array {
  const sums = new Float64Array(rows.rowStart.length - 1)
  for (let i = 0; i < sums.length; i++) {
    let sum = 0
    for (let k = rows.rowStart[i]!; k < rows.rowStart[i + 1]!; k++) sum += rows.raw[k]!
    sums[i] = sum
  }
  return sums
}
