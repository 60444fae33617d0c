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
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined || first.callback !== undefined) return first
      this.pop()
    }
  }

  push(timer: PendingTimer): void {
    const heap = this.#heap
    let index = heap.push(timer) - 1
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || !isBefore(timer, parent)) break
      heap[index] = parent
      index = above
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
      const below = 2 * index + 1
      const left = heap[below]
      const right = heap[below + 1]
      if (left === undefined) break
      const isRight = right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (!isBefore(child, last)) break
      heap[index] = child
      index = isRight ? below + 1 : below
    }
    heap[index] = last
  }
}

function isBefore(a: PendingTimer, b: PendingTimer): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs
  return a.rank === b.rank ? a.sub < b.sub : a.rank < b.rank
}
