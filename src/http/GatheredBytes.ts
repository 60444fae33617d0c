/** Bytes that came in pieces, in one stretch of memory: a piece of one byte, held by itself, would cost hundreds that nobody counts. */
export class GatheredBytes {
  #held: Uint8Array = new Uint8Array(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** All of them; good until the next is added. */
  get bytes(): Uint8Array {
    return this.#held.subarray(0, this.#length)
  }

  /** @param piece - must not be written to afterwards. */
  add(piece: Uint8Array): void {
    const length = this.#length + piece.length
    if (this.#length === 0) this.#held = piece
    else {
      if (length > this.#held.length) {
        const wider = Buffer.allocUnsafeSlow(Math.max(2 * this.#held.length, length))
        wider.set(this.bytes)
        this.#held = wider
      }
      this.#held.set(piece, this.#length)
    }
    this.#length = length
  }

  /** Lets go of them. */
  clear(): void {
    this.#held = new Uint8Array(0)
    this.#length = 0
  }
}
