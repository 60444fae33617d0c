/** Something of whose message some bytes have come, and not all. */
export interface UnfinishedHolder {
  /** Ends it: others need the room. */
  dropAsSlowSender(): void
}

/**
 * Bounds what has come of messages that are not whole yet, over all channels of a listener: above the bound, that of which most has come is
 * dropped, and so on until the rest fits.
 *
 * PERF: constant while there is room; a look over all unfinished ones for each that is dropped.
 */
export class UnfinishedBytes {
  readonly #max: number
  readonly #held = new Map<UnfinishedHolder, number>()
  #total = 0

  constructor(max: number) {
    this.#max = max
  }

  /** So much has come of one; 0 when it is whole, or gone. */
  note(holder: UnfinishedHolder, bytes: number): void {
    this.#set(holder, bytes)
    while (this.#total > this.#max) {
      const largest = this.#largest()
      if (largest === undefined) return
      this.#set(largest, 0)
      largest.dropAsSlowSender()
    }
  }

  #set(holder: UnfinishedHolder, bytes: number): void {
    this.#total += bytes - (this.#held.get(holder) ?? 0)
    if (bytes === 0) this.#held.delete(holder)
    else this.#held.set(holder, bytes)
  }

  #largest(): UnfinishedHolder | undefined {
    let most = 0
    let found: UnfinishedHolder | undefined
    for (const [holder, bytes] of this.#held) {
      if (bytes <= most) continue
      most = bytes
      found = holder
    }
    return found
  }
}
