/**
 * Something bounded that many hold. When it is all taken, whoever holds most gives way to whoever would still hold less: one that
 * takes all he may cannot keep others from their first.
 *
 * PERF: constant while there is room; a look over all holders when there is none.
 */
export class FairShare<Holder> {
  readonly #max: number
  readonly #giveWay: (holder: Holder) => void
  readonly #held = new Map<Holder, number>()
  #total = 0

  /** `giveWay` must make a holder hold less, at once. */
  constructor(max: number, giveWay: (holder: Holder) => void) {
    this.#max = max
    this.#giveWay = giveWay
  }

  get total(): number {
    return this.#total
  }

  of(holder: Holder): number {
    return this.#held.get(holder) ?? 0
  }

  /** Takes an amount; false, with nothing taken, when nobody holds more than the holder would. */
  take(holder: Holder, amount: number): boolean {
    const wanted = this.of(holder) + amount
    while (this.#total + amount > this.#max) {
      const largest = this.largest()
      if (largest === undefined || largest === holder || this.of(largest) <= wanted) return false
      const before = this.of(largest)
      this.#giveWay(largest)
      if (this.of(largest) >= before) return false
    }
    this.set(holder, wanted)
    return true
  }

  giveBack(holder: Holder, amount: number): void {
    this.set(holder, Math.max(0, this.of(holder) - amount))
  }

  /** Notes what a holder holds now, whether there is room for it or not. */
  set(holder: Holder, amount: number): void {
    this.#total += amount - this.of(holder)
    if (amount === 0) this.#held.delete(holder)
    else this.#held.set(holder, amount)
  }

  /** Who holds most. */
  largest(): Holder | undefined {
    let most = 0
    let found: Holder | undefined
    for (const [holder, amount] of this.#held) {
      if (amount <= most) continue
      most = amount
      found = holder
    }
    return found
  }
}
