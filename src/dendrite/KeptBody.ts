import { packValue, unpackValue } from '../synapse/index.js'

/** A request that was checked, and is sent as it was then, whatever its owner does with the object meanwhile. */
export class KeptBody {
  #value: unknown
  #isSafe = false

  constructor(value: unknown) {
    this.#value = value
  }

  /** For whoever writes it, at once. */
  get value(): unknown {
    this.#isSafe = true
    return this.#value
  }

  /**
   * Its owner goes on from here: what nobody has written yet is copied.
   *
   * PERF: nothing for a request that was written at once, as it is over an open connection.
   */
  keep(): void {
    if (this.#isSafe) return
    this.#isSafe = true
    try {
      this.#value = unpackValue(packValue(this.#value))
    } catch {
      // What a transport makes of it otherwise, or why it cannot be sent, is the transport's to say.
    }
  }
}
