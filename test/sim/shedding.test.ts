import { describe, expect, test } from 'vitest'
import { CallQueue } from '../../src/axon/CallQueue.js'
import { IndexedHeap } from '../../src/axon/IndexedHeap.js'
import type { QueuedCall } from '../../src/axon/QueuedCall.js'
import { ServiceTimes } from '../../src/axon/ServiceTimes.js'
import { SeededRandom } from '../../src/math/index.js'
import type { Hotkey } from '../../src/units/index.js'

/*
 * An axon that is asked for more than it can answer, by a model: when calls come, how long each takes and how long its caller waits are drawn from a seed, and
 * time is a number. What is measured is the share of its places that went into answers which were in time.
 */

const PLACES = 16
const MEAN_MS = 100
const SECONDS = 20
/** Of the longest runs no more events than these are left when it ends. */
const END_MS = SECONDS * 1_000

interface Load {
  /** Calls that come, as a multiple of those that can be answered. */
  readonly load: number
  /** Milliseconds that a caller waits, or a range of them, evenly. */
  readonly timeoutMs: number | readonly [number, number]
  /** Whether handlers end with their calls. */
  readonly heeds: boolean
  /** Standard deviation of the logarithm of how long a handler takes. */
  readonly spread: number
}

/** When a call has to have begun: with the axon's rule, or, by the plain bound of the queue alone, at any time before its deadline. */
type Rule = 'axon' | 'plain bound'

interface Outcome {
  /** Work that ended in an answer in time, as a share of what the places can do. */
  readonly answeredShare: number
  readonly p50Ms: number
  /** Calls that were told `overloaded`, and calls that were told nothing before their deadline, as shares of all. */
  readonly refusedShare: number
  readonly timedOutShare: number
}

function outcomeOf({ load, timeoutMs, heeds, spread }: Load, rule: Rule, seed: string): Outcome {
  const random = new SeededRandom(seed)
  const drawMs = (): number => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float())
    return MEAN_MS * Math.exp(spread * normal - (spread * spread) / 2)
  }
  let nowMs = 0
  let arrivals = 0
  let answers = 0
  let answeredWorkMs = 0
  let refused = 0
  let timedOut = 0
  const latenciesMs: number[] = []
  const events = new IndexedHeap<{ readonly atMs: number; readonly run: () => void }>(
    (a, b) => a.atMs - b.atMs,
  )
  const at = (atMs: number, run: () => void): void => events.add({ atMs, run })
  const limits = { maxRunning: PLACES, maxRunningPerCaller: PLACES, maxQueued: 256, maxQueuedPerCaller: 256 }
  const queue = new CallQueue({ ...limits, keptRunning: 0 }, () => nowMs)
  const times = new ServiceTimes()

  const arrive = (): void => {
    arrivals++
    const cameMs = nowMs
    const workMs = drawMs()
    const patienceMs =
      typeof timeoutMs === 'number'
        ? timeoutMs
        : timeoutMs[0] + (timeoutMs[1] - timeoutMs[0]) * random.float()
    const deadlineMs = cameMs + patienceMs
    const latestMs = Math.min(patienceMs / 2, patienceMs - times.quantileMs(0.5))
    let isOver = false
    const call: QueuedCall = {
      caller: 'caller' as Hotkey,
      hasStanding: false,
      priority: 0,
      latestBeginMs: rule === 'axon' ? cameMs + latestMs : deadlineMs,
      begin() {
        const endMs = nowMs + workMs
        const isInTime = endMs <= deadlineMs
        at(isInTime || !heeds ? endMs : deadlineMs, () => {
          if (isInTime) {
            isOver = true
            answers++
            answeredWorkMs += workMs
            latenciesMs.push(nowMs - cameMs)
            times.note(workMs)
          }
          queue.leave(call)
        })
      },
      lost() {
        isOver = true
        refused++
      },
    }
    at(deadlineMs, () => {
      if (isOver) return
      timedOut++
      queue.withdraw(call)
    })
    if (queue.enter(call) !== undefined) call.lost('shed')
    const nextMs = nowMs - (Math.log(1 - random.float()) * MEAN_MS) / (PLACES * load)
    if (nextMs < END_MS) at(nextMs, arrive)
  }
  at(0, arrive)
  for (let event = events.top; event !== undefined; event = events.top) {
    events.remove(event)
    nowMs = event.atMs
    event.run()
  }
  expect([queue.runningCount, queue.queuedCount]).toEqual([0, 0])
  expect(answers + refused + timedOut).toBe(arrivals)
  latenciesMs.sort((a, b) => a - b)
  return {
    answeredShare: answeredWorkMs / (PLACES * END_MS),
    p50Ms: latenciesMs[latenciesMs.length >> 1] ?? Number.NaN,
    refusedShare: refused / arrivals,
    timedOutShare: timedOut / arrivals,
  }
}

const loads: Load[] = [1.5, 3].flatMap((load) =>
  [true, false].flatMap((heeds) =>
    [0.3, 0.8].flatMap((spread) =>
      [1_000, [300, 3_000] as const, 12_000].map((timeoutMs) => ({ load, timeoutMs, heeds, spread })),
    ),
  ),
)

describe('an axon that is asked for more than it can answer', () => {
  test.each(loads)('goes on answering in time: %o', (load) => {
    const ours = outcomeOf(load, 'axon', 'shedding')
    expect(ours.answeredShare).toBeGreaterThan(0.95)
    expect(ours.timedOutShare).toBeLessThan(0.02)
    const plain = outcomeOf(load, 'plain bound', 'shedding')
    expect(ours.answeredShare).toBeGreaterThan(plain.answeredShare - 0.02)
  })

  test('would answer next to nothing in time with the bound of the queue alone, where callers wait for a second', () => {
    for (const heeds of [true, false]) {
      const plain = outcomeOf({ load: 3, timeoutMs: 1_000, heeds, spread: 0.3 }, 'plain bound', 'shedding')
      expect(plain.answeredShare).toBeLessThan(0.4)
    }
  })

  test('refuses nothing where it can answer all', () => {
    const load = { load: 0.7, timeoutMs: 1_000, heeds: true, spread: 0.3 }
    const { refusedShare, timedOutShare } = outcomeOf(load, 'axon', 'calm')
    expect([refusedShare, timedOutShare]).toEqual([0, 0])
  })
})
