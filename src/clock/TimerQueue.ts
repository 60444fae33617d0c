/** A timer that waits for its time. */
export interface PendingTimer {
  readonly atMs: number
  /** Of timers due at one instant the lower goes first. */
  readonly rank: number
  /** Decides between timers of one rank. */
  readonly sub: number
  /** Cleared when the timer fires or is cancelled; a cleared timer stays queued until it surfaces. */
  callback: (() => void) | undefined
}

/** Timers by (atMs, rank, sub). PERF: O(log t) per timer for t pending ones. */
export class TimerQueue {
  /** Binary heap. */
  readonly #heap: PendingTimer[] = []

  /** The timer due first; `undefined` when none is pending. */
  peek(): PendingTimer | undefined {
    while (this.#heap.length > 0 && this.#heap[0]!.callback === undefined) this.pop()
    return this.#heap[0]
  }

  push(timer: PendingTimer): void {
    const heap = this.#heap
    let index = heap.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(timer, heap[parent]!)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = timer
  }

  /** Takes away what `peek` shows. */
  pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
  }
}

function isBefore(a: PendingTimer, b: PendingTimer): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs
  return a.rank === b.rank ? a.sub < b.sub : a.rank < b.rank
}
