/**
 * A heap whose items can be taken out wherever they are: the first by `compare` is at the top.
 * PERF: logarithmic in what it holds, for each change.
 */
export class IndexedHeap<T> {
  readonly #compare: (a: T, b: T) => number
  readonly #items: T[] = []
  readonly #at = new Map<T, number>()

  /** `compare` must not change its mind about items that are in the heap; see `update`. */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#items.length
  }

  /** The first; `undefined` when it is empty. */
  get top(): T | undefined {
    return this.#items[0]
  }

  has(item: T): boolean {
    return this.#at.has(item)
  }

  add(item: T): void {
    this.#put(item, this.#items.length)
    this.#up(this.#items.length - 1)
  }

  /** Takes an item out; one that is not in the heap is left alone. */
  remove(item: T): void {
    const at = this.#at.get(item)
    if (at === undefined) return
    this.#at.delete(item)
    const last = this.#items.pop() as T
    if (at === this.#items.length) return
    this.#put(last, at)
    this.#settle(at)
  }

  /** Puts an item where it belongs after what `compare` looks at has changed. */
  update(item: T): void {
    const at = this.#at.get(item)
    if (at !== undefined) this.#settle(at)
  }

  #settle(at: number): void {
    this.#up(at)
    this.#down(at)
  }

  #up(start: number): void {
    for (let at = start; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfBefore(at, parent)) return
      at = parent
    }
  }

  #down(start: number): void {
    for (let at = start; ; ) {
      const left = 2 * at + 1
      if (left >= this.#items.length) return
      const right = left + 1
      const isRight = right < this.#items.length && this.#isBefore(right, left)
      const child = isRight ? right : left
      if (!this.#swapIfBefore(child, at)) return
      at = child
    }
  }

  #isBefore(a: number, b: number): boolean {
    return this.#compare(this.#items[a] as T, this.#items[b] as T) < 0
  }

  #swapIfBefore(low: number, high: number): boolean {
    if (!this.#isBefore(low, high)) return false
    const item = this.#items[low] as T
    this.#put(this.#items[high] as T, low)
    this.#put(item, high)
    return true
  }

  #put(item: T, at: number): void {
    this.#items[at] = item
    this.#at.set(item, at)
  }
}
