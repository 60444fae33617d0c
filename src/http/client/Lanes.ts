import { Agent } from 'node:http'
import type { Clock, Timer } from '../../clock/index.js'
import type { Target } from '../../dendrite/index.js'
import { Nonces } from '../freshness.js'

/** One connection to a target, which carries one call at a time: calls of one nonce sequence never overtake each other. */
export interface Lane {
  readonly agent: Agent
  /** Names the lane to servers that want nonces to rise. */
  readonly uuid: string
  /** Of all lanes together: no two requests of one key share a nonce. */
  readonly nonces: Nonces
}

/** Bounds of all lanes. */
export interface LaneLimits {
  readonly maxLanes: number
  readonly maxLanesPerTarget: number
  readonly maxWaitingPerTarget: number
  readonly idleMs: number
}

interface HeldLane extends Lane {
  readonly target: TargetLanes
  idleTimer: Timer | undefined
  isClosed: boolean
}

interface TargetLanes {
  readonly key: string
  readonly idle: HeldLane[]
  count: number
  readonly waiting: Set<Waiter>
}

interface Waiter {
  take(lane: HeldLane): void
  refuse(): void
}

/** What a call gets in place of a lane. */
export type LaneRefusal = 'tooManyLanes' | 'tooManyWaiting' | 'closed'

/**
 * Connections by target, kept while they are used. A target has its own: one that hangs holds up no other. Of all of them, the one that
 * has been idle for longest gives way.
 */
export class Lanes {
  readonly #limits: LaneLimits
  readonly #clock: Clock
  readonly #nonces: Nonces
  readonly #targets = new Map<string, TargetLanes>()
  /** In the order in which they became idle. */
  readonly #idle = new Set<HeldLane>()
  #count = 0
  #isClosed = false

  constructor(limits: LaneLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
    this.#nonces = new Nonces(clock)
  }

  /** Connections held or being made. */
  get count(): number {
    return this.#count
  }

  /**
   * A lane of its own, at once or when one is free.
   *
   * @param onGone - is handed how to give up waiting.
   */
  take(
    target: Target,
    onGone: (giveUp: () => void) => void,
  ): Lane | LaneRefusal | Promise<Lane | LaneRefusal> {
    if (this.#isClosed) return 'closed'
    const lanes = this.#lanesOf(target)
    const idle = lanes.idle.pop()
    if (idle !== undefined) return this.#use(idle)
    if (lanes.count < this.#limits.maxLanesPerTarget) {
      if (this.#count >= this.#limits.maxLanes && !this.#closeIdlest())
        return this.#dropped(lanes, 'tooManyLanes')
      return this.#open(lanes)
    }
    if (lanes.waiting.size >= this.#limits.maxWaitingPerTarget) return 'tooManyWaiting'
    return new Promise((resolve) => {
      const waiter: Waiter = { take: resolve, refuse: () => resolve('closed') }
      lanes.waiting.add(waiter)
      onGone(() => lanes.waiting.delete(waiter))
    })
  }

  /** Gives a lane back; one whose connection cannot be used again is closed. */
  give(lane: Lane, isUsable: boolean): void {
    const held = lane as HeldLane
    if (held.isClosed) return
    const { target } = held
    if (!isUsable || this.#isClosed) {
      this.#close(held)
      // Another may be opened in its place.
      const next = this.#nextWaiter(target)
      if (next !== undefined) next.take(this.#open(target))
      return
    }
    const next = this.#nextWaiter(target)
    if (next !== undefined) {
      next.take(held)
      return
    }
    target.idle.push(held)
    this.#idle.add(held)
    held.idleTimer = this.#clock.setTimer(() => this.#close(held), this.#limits.idleMs)
  }

  /** Closes every connection; calls that wait for one are refused. */
  close(): void {
    this.#isClosed = true
    for (const lanes of [...this.#targets.values()]) {
      for (const waiter of lanes.waiting) waiter.refuse()
      lanes.waiting.clear()
      for (const lane of [...lanes.idle]) this.#close(lane)
    }
  }

  #lanesOf({ hotkey, host, port }: Target): TargetLanes {
    const key = `${hotkey} ${host} ${port}`
    const known = this.#targets.get(key)
    if (known !== undefined) return known
    const made: TargetLanes = { key, idle: [], count: 0, waiting: new Set() }
    this.#targets.set(key, made)
    return made
  }

  #open(target: TargetLanes): HeldLane {
    target.count++
    this.#count++
    this.#targets.set(target.key, target)
    return {
      agent: new Agent({ keepAlive: true, maxSockets: 1 }),
      uuid: globalThis.crypto.randomUUID(),
      nonces: this.#nonces,
      target,
      idleTimer: undefined,
      isClosed: false,
    }
  }

  #use(lane: HeldLane): HeldLane {
    this.#idle.delete(lane)
    lane.idleTimer?.cancel()
    return lane
  }

  #close(lane: HeldLane): void {
    if (lane.isClosed) return
    lane.isClosed = true
    this.#use(lane)
    lane.agent.destroy()
    const { target } = lane
    const at = target.idle.indexOf(lane)
    if (at >= 0) target.idle.splice(at, 1)
    target.count--
    this.#count--
    this.#dropped(target, undefined)
  }

  #closeIdlest(): boolean {
    const [idlest] = this.#idle
    if (idlest === undefined) return false
    this.#close(idlest)
    return true
  }

  #nextWaiter({ waiting }: TargetLanes): Waiter | undefined {
    const [next] = waiting
    if (next !== undefined) waiting.delete(next)
    return next
  }

  /** Forgets a target that nothing is held for. */
  #dropped<T>(target: TargetLanes, result: T): T {
    if (target.count === 0 && target.waiting.size === 0) this.#targets.delete(target.key)
    return result
  }
}
