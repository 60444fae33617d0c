import type { Clock } from '../../clock/index.js'
import type { Channel } from '../../transport/index.js'
import type { Fate, FaultPlan, LinkName } from './FaultPlan.js'
import { type EndOwner, FaultyEnd } from './FaultyEnd.js'
import type { FaultCounters, FaultDirection, ToldOfCut } from './types.js'

interface LinkDetails {
  readonly name: LinkName
  readonly plan: FaultPlan
  readonly clock: Clock
  readonly counters: FaultCounters
  readonly onOver: (link: FaultyLink) => void
}

/** A connection between two peers, both ends of it. */
export class FaultyLink implements EndOwner {
  readonly name: LinkName
  readonly clock: Clock
  readonly #plan: FaultPlan
  readonly #counters: FaultCounters
  readonly #onOver: (link: FaultyLink) => void
  #dialler: FaultyEnd | undefined
  #listener: FaultyEnd | undefined
  #told: ToldOfCut | undefined
  /** What those hear who are told. */
  #code: number | undefined
  #isOver = false

  constructor(details: LinkDetails) {
    this.name = details.name
    this.clock = details.clock
    this.#plan = details.plan
    this.#counters = details.counters
    this.#onOver = details.onOver
  }

  /** The listener's end, which comes first. */
  accept(inner: Channel): Channel {
    this.#listener = new FaultyEnd({ inner, direction: 'toDialler', owner: this })
    return this.#listener
  }

  /** The dialler's end; the connection stands. */
  connect(inner: Channel): Channel {
    this.#dialler = new FaultyEnd({ inner, direction: 'toListener', owner: this })
    for (const direction of ['toListener', 'toDialler'] as const) this.#cutWhenDue(direction, 0)
    // Its listener may have gone down in the very moment.
    if (this.#told !== undefined) this.#loseEnds(this.#told)
    return this.#dialler
  }

  /** Loses the connection. Who is not told believes it open, until another cut tells. */
  cut(told: ToldOfCut, code?: number): void {
    if (this.#isOver) return
    if (this.#told === undefined) this.#counters.cuts++
    this.#told = told
    this.#code = code
    this.#loseEnds(told)
  }

  /** Faults are others now. */
  pump(): void {
    this.#dialler?.pump()
    this.#listener?.pump()
  }

  fateOf(frame: Uint8Array, number: number, direction: FaultDirection): Fate {
    return this.#plan.fateOf(frame, number, this.name, direction, this.clock.now())
  }

  delayOf(direction: FaultDirection): number {
    return this.#plan.delayOf(this.name, direction, this.clock.now())
  }

  silentUntilMs(direction: FaultDirection): number {
    return this.#plan.silentUntilMs(this.name, direction, this.clock.now())
  }

  delayed(): void {
    this.#counters.framesDelayed++
  }

  arrived(direction: FaultDirection): void {
    const sender = direction === 'toDialler' ? this.#dialler : this.#listener
    sender?.written()
  }

  handedOver(direction: FaultDirection, count: number): void {
    this.#cutWhenDue(direction === 'toDialler' ? 'toListener' : 'toDialler', count)
  }

  ended(): void {
    if (this.#isOver || this.#dialler === undefined || this.#listener === undefined) return
    const ends = [this.#dialler, this.#listener]
    if (ends.some((end) => end.isHalfOpen)) return
    // A close that is under way ends the other end when it arrives.
    if (this.#told === undefined && !ends.every((end) => end.isClosed)) return
    this.#isOver = true
    for (const end of ends) end.dispose()
    this.#onOver(this)
  }

  #loseEnds(told: ToldOfCut): void {
    const ends = [
      [this.#dialler, 'dialler'],
      [this.#listener, 'listener'],
    ] as const
    for (const [end, name] of ends) {
      if (told === 'both' || told === name) end?.lose(this.#code)
      else end?.strand()
    }
    this.ended()
  }

  #cutWhenDue(direction: FaultDirection, count: number): void {
    if (this.#told !== undefined || this.#isOver) return
    const fault = this.#plan.cutAfter(this.name, direction, count, this.clock.now())
    if (fault !== undefined) this.cut(fault.told ?? 'both', fault.code)
  }
}
