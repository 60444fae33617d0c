/** Who holds bytes, and what becomes of one that holds too many. */
export interface HeldBytesOptions<Holder> {
  /** Of all together. */
  readonly maxBytes: number
  /** Ends one, which counts for nothing by then. */
  readonly drop: (holder: Holder) => void
  /** What one holds now, where that may be less than was last said of it. Default: what was said. */
  readonly bytesOf?: (holder: Holder) => number
}

/**
 * Bounds what many hold together: above the bound, the one that holds most is dropped, and so on until the rest fits.
 *
 * PERF: constant while there is room; a look over all holders for each that is dropped.
 *
 * @example
 * ```ts
 * import { HeldBytes } from 'subnetkit/transport'
 *
 * const dropped: string[] = []
 * const held = new HeldBytes<string>({ maxBytes: 100, drop: (name) => dropped.push(name) })
 * held.note('a', 40)
 * held.note('b', 70) // 'b' is dropped
 * ```
 */
export class HeldBytes<Holder> {
  readonly #options: HeldBytesOptions<Holder>
  readonly #held = new Map<Holder, number>()
  #total = 0

  constructor(options: HeldBytesOptions<Holder>) {
    this.#options = options
  }

  /** So much is held by one; 0 when it is gone. */
  note(holder: Holder, bytes: number): void {
    const { maxBytes, drop, bytesOf } = this.#options
    this.#set(holder, bytes)
    if (this.#total <= maxBytes) return
    if (bytesOf !== undefined) for (const one of [...this.#held.keys()]) this.#set(one, bytesOf(one))
    while (this.#total > maxBytes) {
      const largest = this.#largest()
      if (largest === undefined) return
      this.#set(largest, 0)
      drop(largest)
    }
  }

  #set(holder: Holder, bytes: number): void {
    this.#total += bytes - (this.#held.get(holder) ?? 0)
    if (bytes === 0) this.#held.delete(holder)
    else this.#held.set(holder, bytes)
  }

  #largest(): Holder | undefined {
    let most = 0
    let found: Holder | undefined
    for (const [holder, bytes] of this.#held) {
      if (bytes <= most) continue
      most = bytes
      found = holder
    }
    return found
  }
}
