import { getHeapStatistics } from 'node:v8'

/** What one input may cost. */
export interface CostBound {
  readonly ms: number
  readonly bytes: number
}

/** What one input did cost. */
export interface Cost {
  readonly ms: number
  /** Allocated on the heap and beside it, as far as the collector did not run meanwhile. */
  readonly bytes: number
}

/** Times that work beyond its bound is done again before it counts: another program may have held the processor. */
const TRIES = 8

/**
 * Measures a piece of synchronous work.
 *
 * @throws TypeError when it is beyond its bound however often it is done.
 */
export function leastCost(work: () => void, bound: CostBound): Cost {
  let cost = costOf(work)
  for (let left = TRIES; left > 0 && isBeyond(cost, bound); left--) {
    const again = costOf(work)
    cost = { ms: Math.min(cost.ms, again.ms), bytes: Math.min(cost.bytes, again.bytes) }
  }
  if (isBeyond(cost, bound))
    throw new TypeError(`it cost ${Math.round(cost.ms)} ms and ${cost.bytes} bytes of memory`)
  return cost
}

function costOf(work: () => void): Cost {
  const before = allocated()
  const began = performance.now()
  work()
  const ms = performance.now() - began
  return { ms, bytes: Math.max(0, allocated() - before) }
}

function isBeyond(cost: Cost, bound: CostBound): boolean {
  return cost.ms > bound.ms || cost.bytes > bound.bytes
}

function allocated(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}
