import { describe, expect, it } from 'vitest'
import { CallQueue, type CallQueueLimits } from '../../../src/axon/CallQueue.js'
import type { LostPlace, QueuedCall } from '../../../src/axon/QueuedCall.js'
import { SeededRandom } from '../../../src/math/index.js'
import type { Hotkey } from '../../../src/units/index.js'

const roomy = { maxRunning: 2, maxRunningPerCaller: 2, maxQueued: 4, maxQueuedPerCaller: 4, keptRunning: 0 }

interface CallParts {
  readonly name?: string
  readonly hasStanding?: boolean
  readonly latestBeginMs?: number
}

/** A queue on a clock that the test sets, and what became of its calls. */
function scene(limits: Partial<CallQueueLimits> = {}) {
  const log: string[] = []
  const clock = { nowMs: 0 }
  const queue = new CallQueue({ ...roomy, ...limits }, () => clock.nowMs)
  const callOf = (caller: string, priority: number, parts: CallParts = {}): QueuedCall => {
    const { name = `${caller}${priority}`, hasStanding = false, latestBeginMs = 1_000 } = parts
    return {
      caller: caller as Hotkey,
      hasStanding,
      priority,
      latestBeginMs,
      begin: () => log.push(`begin ${name}`),
      lost: (why) => log.push(`${why} ${name}`),
    }
  }
  const enter = (...args: Parameters<typeof callOf>): QueuedCall => {
    const call = callOf(...args)
    const why = queue.enter(call)
    if (why !== undefined) log.push(`refused ${args[2]?.name ?? `${args[0]}${args[1]}`}: ${why}`)
    return call
  }
  return { queue, log, clock, callOf, enter }
}

describe('CallQueue', () => {
  it('begins the highest priority first, equal ones in order', () => {
    const { queue, log, enter } = scene({ maxRunning: 1 })
    const running = enter('a', 0)
    enter('b', 1, { name: 'x' })
    enter('b', 5, { name: 'y' })
    enter('c', 1, { name: 'z' })
    expect([queue.runningCount, queue.queuedCount]).toEqual([1, 3])
    for (let i = 0; i < 3; i++) queue.leave(i === 0 ? running : { ...running, caller: 'b' as Hotkey })
    expect(log).toEqual(['begin a0', 'begin y', 'begin x', 'begin z'])
  })

  it('lets another caller pass one that has all its places', () => {
    const { queue, log, enter } = scene({ maxRunningPerCaller: 1 })
    const running = enter('a', 0, { name: 'a1' })
    enter('a', 9, { name: 'a2' })
    enter('b', 0, { name: 'b1' })
    expect(log).toEqual(['begin a1', 'begin b1'])
    queue.leave(running)
    expect(log.at(-1)).toBe('begin a2')
  })

  it('refuses when it is full, unless a call of lower priority gives way, the newest of those', () => {
    const { queue, log, enter } = scene({ maxRunning: 1, maxQueued: 2 })
    enter('a', 0)
    enter('b', 2, { name: 'early' })
    enter('c', 2, { name: 'late' })
    enter('d', 2, { name: 'more' })
    enter('d', 4)
    expect(log).toEqual(['begin a0', 'refused more: queueFull', 'displaced late'])
    expect(queue.queuedCount).toBe(2)
  })

  it('bounds what one caller may have waiting', () => {
    const { log, enter } = scene({ maxRunning: 1, maxQueuedPerCaller: 1 })
    enter('a', 0)
    enter('a', 1, { name: 'second' })
    enter('a', 9, { name: 'third' })
    enter('b', 0)
    expect(log).toEqual(['begin a0', 'refused third: queueFull'])
  })

  it('forgets a call that is withdrawn', () => {
    const { queue, log, enter } = scene({ maxRunning: 1 })
    const running = enter('a', 0)
    const waiting = enter('a', 1)
    queue.withdraw(waiting)
    queue.withdraw(waiting)
    queue.leave(running)
    expect([log, queue.runningCount, queue.queuedCount]).toEqual([['begin a0'], 0, 0])
  })

  it('keeps places for calls with standing, which may have the others too', () => {
    const { queue, log, enter } = scene({ maxRunning: 3, keptRunning: 2 })
    const stranger = enter('a', 9, { name: 's1' })
    enter('b', 9, { name: 's2' })
    enter('v', 1, { name: 'v1', hasStanding: true })
    const last = enter('v', 1, { name: 'v2', hasStanding: true })
    expect(log).toEqual(['begin s1', 'begin v1', 'begin v2'])
    enter('w', 1, { name: 'w1', hasStanding: true })
    queue.leave(last)
    expect(log.at(-1)).toBe('begin w1')
    queue.leave(stranger)
    expect(log.at(-1)).toBe('begin s2')
  })

  it('sheds what cannot be in time any more before anything else gives way', () => {
    const { queue, log, clock, enter } = scene({ maxRunning: 1, maxQueued: 2 })
    const running = enter('a', 0)
    enter('b', 9, { name: 'hurried', latestBeginMs: 10 })
    enter('c', 0, { name: 'patient' })
    clock.nowMs = 10
    enter('d', 0, { name: 'more' })
    expect(log).toEqual(['begin a0', 'refused more: queueFull'])
    clock.nowMs = 11
    enter('e', 0, { name: 'late', latestBeginMs: 10 })
    enter('f', 0, { name: 'taken' })
    expect(log.slice(2)).toEqual(['shed hurried', 'refused late: shed'])
    queue.leave(running)
    expect(log.at(-1)).toBe('begin patient')
  })

  it('begins a call that is late already when a place is free: nobody else wants it', () => {
    const { log, clock, enter } = scene()
    clock.nowMs = 50
    enter('a', 0, { latestBeginMs: 10 })
    expect(log).toEqual(['begin a0'])
  })
})

/** The same rules, spelt out as a list that is looked through. */
class PlainQueue {
  readonly log: string[] = []
  readonly #limits: CallQueueLimits
  readonly #waiting: (QueuedCall & { name: string })[] = []
  readonly running: (QueuedCall & { name: string })[] = []

  constructor(limits: CallQueueLimits) {
    this.#limits = limits
  }

  enter(call: QueuedCall & { name: string }, nowMs: number): void {
    if (this.#fits(call)) {
      this.#begin(call)
      return
    }
    this.#shed(nowMs)
    const { maxQueued, maxQueuedPerCaller } = this.#limits
    const own = this.#waiting.filter(({ caller }) => caller === call.caller).length
    if (call.latestBeginMs < nowMs || own >= maxQueuedPerCaller) {
      this.#say(call.latestBeginMs < nowMs ? 'shed' : 'queueFull', call)
      return
    }
    if (this.#waiting.length >= maxQueued) {
      const last = this.#waiting.at(-1)
      if (last === undefined || last.priority >= call.priority) {
        this.#say('queueFull', call)
        return
      }
      this.#waiting.pop()
      this.#say('displaced', last)
    }
    const at = this.#waiting.findIndex(({ priority }) => priority < call.priority)
    this.#waiting.splice(at === -1 ? this.#waiting.length : at, 0, call)
  }

  withdraw(name: string): void {
    const at = this.#waiting.findIndex((call) => call.name === name)
    if (at !== -1) this.#waiting.splice(at, 1)
  }

  leave(name: string, nowMs: number): void {
    this.running.splice(
      this.running.findIndex((call) => call.name === name),
      1,
    )
    this.#shed(nowMs)
    for (;;) {
      const at = this.#waiting.findIndex((call) => this.#fits(call))
      const [next] = at === -1 ? [] : this.#waiting.splice(at, 1)
      if (next === undefined) return
      this.#begin(next)
    }
  }

  get waiting(): readonly string[] {
    return this.#waiting.map(({ name }) => name)
  }

  #fits(call: QueuedCall): boolean {
    const { maxRunning, maxRunningPerCaller, keptRunning } = this.#limits
    const own = this.running.filter(({ caller }) => caller === call.caller).length
    const strangers = this.running.filter(({ hasStanding }) => !hasStanding).length
    if (this.running.length >= maxRunning || own >= maxRunningPerCaller) return false
    return call.hasStanding || strangers < maxRunning - keptRunning
  }

  #begin(call: QueuedCall & { name: string }): void {
    this.running.push(call)
    this.#say('begin', call)
  }

  /** The earliest first, as they become shed. */
  #shed(nowMs: number): void {
    const gone = this.#waiting.filter(({ latestBeginMs }) => latestBeginMs < nowMs)
    gone.sort((a, b) => a.latestBeginMs - b.latestBeginMs)
    for (const call of gone) {
      this.withdraw(call.name)
      this.#say('shed', call)
    }
  }

  #say(what: LostPlace | 'begin' | 'queueFull', { name }: { name: string }): void {
    this.log.push(`${what} ${name}`)
  }
}

describe('CallQueue, on random histories,', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('does what a list does that is looked through (seed %i)', (seed) => {
    const random = new SeededRandom(`queue ${seed}`)
    const limits = {
      maxRunning: 5,
      maxRunningPerCaller: 2,
      maxQueued: 12,
      maxQueuedPerCaller: 4,
      keptRunning: 2,
    }
    let nowMs = 0
    const log: string[] = []
    const queue = new CallQueue(limits, () => nowMs)
    const plain = new PlainQueue(limits)
    const calls = new Map<string, QueuedCall & { name: string }>()
    for (let step = 0; step < 3_000; step++) {
      nowMs += random.int(3)
      const kind = random.int(10)
      if (kind < 6) {
        const name = String(step)
        const caller = `c${random.int(7)}` as Hotkey
        const call = {
          name,
          caller,
          hasStanding: random.int(3) === 0,
          priority: random.int(3),
          // Apart from each other, so that their order is told.
          latestBeginMs: nowMs + random.int(40) - 3 + step / 10_000,
          begin: () => log.push(`begin ${name}`),
          lost: (why: LostPlace) => log.push(`${why} ${name}`),
        }
        calls.set(name, call)
        const why = queue.enter(call)
        if (why !== undefined) log.push(`${why} ${name}`)
        plain.enter(call, nowMs)
      } else if (kind < 9 && plain.running.length > 0) {
        const { name } = plain.running[random.int(plain.running.length)]!
        queue.leave(calls.get(name)!)
        plain.leave(name, nowMs)
      } else if (plain.waiting.length > 0) {
        const name = plain.waiting[random.int(plain.waiting.length)]!
        queue.withdraw(calls.get(name)!)
        plain.withdraw(name)
      }
      expect(log.splice(0)).toEqual(plain.log.splice(0))
      expect([queue.runningCount, queue.queuedCount]).toEqual([plain.running.length, plain.waiting.length])
    }
  })
})
