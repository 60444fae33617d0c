import { quantile } from '../support/measure.js'
import type { Callers } from './callers.js'

/** What was done in a while. */
export interface Rate {
  readonly count: number
  readonly perSecond: number
  /** Processor time of this process. */
  readonly cpuUsPerCall: number
}

export interface Load {
  readonly bytes: number
  readonly connections: number
  /** Calls at once, dealt out to all connections in turn. */
  readonly inFlight: number
}

/** Calls as fast as answers come, each place calling again at once. */
export async function rateOf(
  callers: Callers,
  { bytes, connections, inFlight }: Load,
  ms: number,
): Promise<Rate> {
  let count = 0
  const since = process.cpuUsage()
  const startMs = performance.now()
  const endMs = startMs + ms
  const place = async (first: number): Promise<void> => {
    for (let at = first; performance.now() < endMs; at += inFlight) {
      await callers.call(at % connections, bytes)
      count++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, (_, first) => place(first)))
  const seconds = (performance.now() - startMs) / 1_000
  const { user, system } = process.cpuUsage(since)
  return { count, perSecond: count / seconds, cpuUsPerCall: (user + system) / count }
}

/** How long answers take when calls come at an even pace, whatever became of those before: from when each was due. */
export async function latencyAt(
  callers: Callers,
  load: Pick<Load, 'bytes' | 'connections'>,
  { perSecond, ms }: { perSecond: number; ms: number },
): Promise<{ p50Us: number; p99Us: number }> {
  const timesUs: number[] = []
  const all: Promise<void>[] = []
  const startMs = performance.now()
  const total = Math.floor((perSecond * ms) / 1_000)
  const one = async (at: number, dueMs: number): Promise<void> => {
    await callers.call(at % load.connections, load.bytes)
    timesUs.push(1_000 * (performance.now() - dueMs))
  }
  for (let at = 0; at < total; ) {
    const nowMs = performance.now() - startMs
    for (; at < total && (1_000 * at) / perSecond <= nowMs; at++) {
      all.push(one(at, startMs + (1_000 * at) / perSecond))
    }
    // A timer would be late by up to a millisecond, and none of it the answer's.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(all)
  return { p50Us: quantile(timesUs, 0.5), p99Us: quantile(timesUs, 0.99) }
}
