/** Hedges that may be saved up. */
const MOST = 20

/** Lets so many calls in a hundred be asked of a second miner: each call adds a share, each hedge takes a whole. */
export class HedgeBudget {
  readonly #share: number
  #saved = 0

  constructor(share: number) {
    this.#share = share
  }

  /** A call began. */
  earn(): void {
    this.#saved = Math.min(MOST, this.#saved + this.#share)
  }

  /** False when there is none left. */
  spend(): boolean {
    // Shares such as 0.1 add up to a little less than a whole.
    if (this.#saved < 1 - 1e-9) return false
    this.#saved = Math.max(0, this.#saved - 1)
    return true
  }
}
