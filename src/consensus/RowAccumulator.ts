/**
 * One row spread out over its columns, for steps that join two sparse rows.
 *
 * Work per row grows with the entries touched, not with n. Values are whole numbers of at least 0.
 */
export class RowAccumulator {
  readonly #value: Float64Array
  readonly #touched: Uint16Array
  readonly #isTouched: Uint8Array
  #count = 0

  constructor(n: number) {
    this.#value = new Float64Array(n)
    this.#touched = new Uint16Array(n)
    this.#isTouched = new Uint8Array(n)
  }

  add(column: number, value: number): void {
    this.#touch(column)
    this.#value[column]! += value
  }

  set(column: number, value: number): void {
    this.#touch(column)
    this.#value[column] = value
  }

  get(column: number): number {
    return this.#value[column]!
  }

  /** The columns that were named since the last `clear`, ascending; a view, valid until then. */
  columns(): Uint16Array {
    const columns = this.#touched.subarray(0, this.#count)
    for (let k = 1; k < columns.length; k++) {
      // Rows are mostly stored in ascending order: sort only the others.
      if (columns[k - 1]! > columns[k]!) return columns.sort()
    }
    return columns
  }

  clear(): void {
    for (let k = 0; k < this.#count; k++) {
      this.#value[this.#touched[k]!] = 0
      this.#isTouched[this.#touched[k]!] = 0
    }
    this.#count = 0
  }

  #touch(column: number): void {
    if (this.#isTouched[column] === 1) return
    this.#isTouched[column] = 1
    this.#touched[this.#count++] = column
  }
}
