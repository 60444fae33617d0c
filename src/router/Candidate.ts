import type { Target } from '../dendrite/index.js'
import type { MinerHealth } from './MinerHealth.js'
import { hashOf } from './rendezvous.js'

/** A miner that may be asked, as its source tells it. */
export interface CandidateFacts {
  readonly target: Target
  /** In multiples of the mean of all. */
  readonly incentive: number
  readonly price: number
}

/** A miner that may be asked, and what is known of it. */
export class Candidate {
  readonly target: Target
  readonly health: MinerHealth
  /** Where it stands in rendezvous hashing. */
  readonly hash: number
  facts: CandidateFacts
  /** Its place in the list of all; -1 once it is no candidate any more. */
  place = -1

  constructor(facts: CandidateFacts, health: MinerHealth) {
    this.target = facts.target
    this.facts = facts
    this.health = health
    this.hash = hashOf(facts.target.hotkey)
  }

  /** Whether its breaker lets any call through, and there is room for one. */
  isFreeAt(nowMs: number): boolean {
    return this.health.breaker.isClosed && this.health.concurrency.hasRoomAt(nowMs)
  }
}
