import { limitLine, type RefusalReason, type RefusedEvent } from '../axon/index.js'
import type { MinerEvent } from './minerEvents.js'

type LimitMet = Extract<MinerEvent, { type: 'limitMet' }>

interface Met {
  last: RefusedEvent
  count: number
  told: number
}

/**
 * Tells which limits of its axon a miner meets: of each the first time, the 10th, the 100th and so on, and what is left at the end, so that a
 * flood of calls makes no flood of events.
 */
export class LimitsMet {
  readonly #tell: (event: LimitMet) => void
  /** One entry a reason: a closed set. */
  readonly #met = new Map<RefusalReason, Met>()

  constructor(tell: (event: LimitMet) => void) {
    this.#tell = tell
  }

  /** Takes note of a refusal, where a limit is its reason. */
  refused(event: RefusedEvent): void {
    if (limitLine(event) === undefined) return
    const met = this.#met.get(event.reason) ?? { last: event, count: 0, told: 0 }
    this.#met.set(event.reason, met)
    met.last = event
    met.count++
    if (met.count >= 10 * met.told) this.#say(met)
  }

  /** Tells how often each came since it was last told. */
  close(): void {
    for (const met of this.#met.values()) if (met.count > met.told) this.#say(met)
    this.#met.clear()
  }

  #say(met: Met): void {
    const { reason, synapse = null, caller = null, requestId = null } = met.last
    const times = met.count - met.told
    met.told = met.count
    this.#tell({ type: 'limitMet', limit: reason, synapse, caller, requestId, times })
  }
}
