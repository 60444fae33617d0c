/** Counts by a word of a closed set. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(word: string, count = 1): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + count)
  }

  entries(): IterableIterator<[string, number]> {
    return this.#counts.entries()
  }
}
