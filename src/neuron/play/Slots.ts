import { onAbort } from '../../clock/index.js'

/** Who waits for places. */
interface Waiting {
  readonly count: number
  readonly enter: () => void
}

/** So many of something at once; the others wait in order. */
export class Slots {
  /** In their order. */
  readonly #waiting = new Set<Waiting>()
  readonly count: number
  #free: number

  constructor(count: number) {
    this.count = count
    this.#free = count
  }

  /**
   * Waits until so many are free, and takes them.
   *
   * @param signal - ends the wait.
   * @returns false where the signal ended it, and none are taken.
   */
  async take(count = 1, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted === true) return false
    if (this.#waiting.size === 0 && this.#free >= count) {
      this.#free -= count
      return true
    }
    return await new Promise<boolean>((resolve) => {
      let forget = (): void => {}
      const one: Waiting = {
        count,
        enter: () => {
          forget()
          resolve(true)
        },
      }
      this.#waiting.add(one)
      if (signal === undefined) return
      forget = onAbort(signal, () => {
        if (!this.#waiting.delete(one)) return
        resolve(false)
        this.#letIn()
      })
    })
  }

  /** Gives one back. */
  give(): void {
    this.#free++
    this.#letIn()
  }

  #letIn(): void {
    for (const next of this.#waiting) {
      if (this.#free < next.count) return
      this.#free -= next.count
      this.#waiting.delete(next)
      next.enter()
    }
  }
}
