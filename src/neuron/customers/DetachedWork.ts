/**
 * Runs work outside of whatever sets it off: nothing that an asynchronous program carries along, such as the trace of a customer's call, reaches the work. It runs in
 * the context in which this was made.
 */
export class DetachedWork {
  readonly #waiting: (() => void)[] = []
  #wake: () => void = () => {}
  #isOver = false

  constructor() {
    void this.#loop()
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isOver) return work()
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => void work().then(resolve, reject))
      this.#wake()
    })
  }

  /** Takes no more work; what is under way goes on. */
  end(): void {
    this.#isOver = true
    this.#wake()
  }

  async #loop(): Promise<void> {
    while (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        if (this.#waiting.length > 0) resolve()
      })
      for (const begin of this.#waiting.splice(0)) begin()
    }
  }
}
