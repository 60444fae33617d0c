/**
 * Draws places of a list with chances in proportion to their weights, which may change between draws.
 *
 * PERF: a change and a draw cost the log of the places.
 */
export class WeightTree {
  readonly #leaves: number
  /** Node 1 is the root; those from `#leaves` on are the places. */
  readonly #sums: Float64Array

  constructor(places: number) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, places)))
    this.#sums = new Float64Array(2 * this.#leaves)
  }

  get total(): number {
    return this.#sums[1] ?? 0
  }

  weightOf(place: number): number {
    return this.#sums[this.#leaves + place] ?? 0
  }

  /** @param weight - finite, 0 or more. */
  set(place: number, weight: number): void {
    let node = this.#leaves + place
    this.#sums[node] = weight
    // Sums are made anew on the way up, never by differences: no rounding gathers.
    for (node >>= 1; node >= 1; node >>= 1) {
      this.#sums[node] = (this.#sums[2 * node] ?? 0) + (this.#sums[2 * node + 1] ?? 0)
    }
  }

  /** @param draw - from 0 to below 1. @returns `undefined` when no place has any weight. */
  pick(draw: number): number | undefined {
    if (!(this.total > 0)) return undefined
    let left = draw * this.total
    let node = 1
    while (node < this.#leaves) {
      const low = this.#sums[2 * node] ?? 0
      const high = this.#sums[2 * node + 1] ?? 0
      // Rounding may lead past the last weight: never into a branch without any.
      if (high === 0 || (left < low && low > 0)) node = 2 * node
      else {
        left -= low
        node = 2 * node + 1
      }
    }
    return node - this.#leaves
  }
}
