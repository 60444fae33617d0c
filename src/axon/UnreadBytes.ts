/** Something for which bytes wait to be read. */
export interface UnreadHolder {
  /** 0 once it is closed. */
  readonly unreadBytes: number
  /** Ends it: it does not read what it asked for. */
  dropAsSlow(): void
}

/** Keeps account of what waits to be read. */
export interface UnreadMeter {
  /** Something was sent to one. */
  note(holder: UnreadHolder): void
  /** One is closed. */
  forget(holder: UnreadHolder): void
}

/**
 * Bounds what waits to be read by all callers together: above the bound, those for which most waits are dropped until the rest fits.
 *
 * PERF: constant while there is room; a look over all holders when there seems to be none.
 */
export class UnreadBytes<Holder extends UnreadHolder> {
  readonly #max: number
  /** As of when something was last sent to each. */
  readonly #noted = new Map<Holder, number>()
  #total = 0

  constructor(max: number) {
    this.#max = max
  }

  /** Something was sent to one. */
  note(holder: Holder): void {
    this.#set(holder, holder.unreadBytes)
    if (this.#total <= this.#max) return
    // What was read since is known to each holder only.
    for (const one of [...this.#noted.keys()]) this.#set(one, one.unreadBytes)
    const most = this.#total > this.#max ? [...this.#noted].sort((a, b) => b[1] - a[1]) : []
    for (const [one] of most) {
      if (this.#total <= this.#max) return
      this.#set(one, 0)
      one.dropAsSlow()
    }
  }

  forget(holder: Holder): void {
    this.#set(holder, 0)
  }

  #set(holder: Holder, bytes: number): void {
    this.#total += bytes - (this.#noted.get(holder) ?? 0)
    if (bytes === 0) this.#noted.delete(holder)
    else this.#noted.set(holder, bytes)
  }
}
