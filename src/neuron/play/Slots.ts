/** So many of something at once; the others wait in order. */
export class Slots {
  readonly #waiting: { readonly count: number; readonly enter: () => void }[] = []
  readonly count: number
  #free: number

  constructor(count: number) {
    this.count = count
    this.#free = count
  }

  /** Waits until so many are free, and takes them. */
  async take(count = 1): Promise<void> {
    if (this.#waiting.length === 0 && this.#free >= count) {
      this.#free -= count
      return
    }
    await new Promise<void>((enter) => this.#waiting.push({ count, enter }))
  }

  /** Gives one back. */
  give(): void {
    this.#free++
    let [next] = this.#waiting
    while (next !== undefined && this.#free >= next.count) {
      this.#free -= next.count
      this.#waiting.shift()
      next.enter()
      next = this.#waiting[0]
    }
  }
}
