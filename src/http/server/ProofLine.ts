/** Proofs of one address that may wait, however few places there are in all. */
const FEWEST = 16

/**
 * Proofs that wait for their turn. A signature takes as long as some hundred requests take otherwise, and whoever has none that holds makes
 * others look at one all the same: so one is looked at in a turn of the event loop, and addresses take turns, whatever one of them sends.
 * PERF: constant for each proof; memory for those that wait.
 */
export class ProofLine {
  readonly #mostOfAddress: number
  /** By address; whose turn is next comes first. */
  readonly #waiting = new Map<string, (() => void)[]>()
  #isMoving = false

  /** @param most - requests that may wait to be proven, of which one address has half. */
  constructor(most: number) {
    this.#mostOfAddress = Math.max(FEWEST, Math.floor(most / 2))
  }

  /** Resolves in the turn of a proof; `undefined` where too many of its address wait already. */
  enter(address: string): Promise<void> | undefined {
    const own = this.#waiting.get(address) ?? []
    if (own.length >= this.#mostOfAddress) return undefined
    const turn = new Promise<void>((resolve) => own.push(resolve))
    this.#waiting.set(address, own)
    this.#move()
    return turn
  }

  #move(): void {
    if (this.#isMoving) return
    this.#isMoving = true
    setImmediate(() => {
      this.#isMoving = false
      const [first] = this.#waiting
      if (first === undefined) return
      const [address, own] = first
      this.#waiting.delete(address)
      own.shift()?.()
      if (own.length > 0) this.#waiting.set(address, own)
      if (this.#waiting.size > 0) this.#move()
    })
  }
}
