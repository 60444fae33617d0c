/** Those who wait for a turn, in the order in which they came. */
export class TurnQueue {
  readonly #waiting = new Set<() => void>()

  get size(): number {
    return this.#waiting.size
  }

  /** @returns what takes the wait back. */
  add(take: () => void): () => void {
    // One of its own: the same function may wait twice.
    const turn = (): void => take()
    this.#waiting.add(turn)
    return () => {
      this.#waiting.delete(turn)
    }
  }

  /** Gives the next one its turn. */
  next(): void {
    for (const turn of this.#waiting) {
      this.#waiting.delete(turn)
      turn()
      return
    }
  }
}
