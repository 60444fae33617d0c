import type { Timer } from '../clock/index.js'
import type { Candidate } from './Candidate.js'
import type { RouteServices } from './RouteServices.js'
import { hashOf } from './rendezvous.js'

/** Longest wait for a turn; then it is looked again, since nothing tells that time has made a miner due. */
const LOOK_MS = 100

/** Wait before those are asked once more that have all failed; each round doubles it. */
const FIRST_PAUSE_MS = 25
const LONGEST_PAUSE_MS = 500

/** Miners that have told earlier calls that they do not answer the synapse, and are asked again by one call for lack of others. */
const MOST_LAST_RESORTS = 3

/** One call's search for the next miner to ask: each once, and all over again after a pause when none is left. */
export class Search {
  readonly #services: RouteServices
  readonly #synapse: string
  readonly #session: number | undefined
  readonly #isBeingAsked: (candidate: Candidate) => boolean
  readonly #tried = new Set<Candidate>()
  #isFirst = true
  #rounds = 0
  #lastResorts = 0
  #timer: Timer | undefined
  #leaveQueue: (() => void) | undefined
  #isWaiting = false

  constructor(
    services: RouteServices,
    wish: {
      synapse: string
      session: string | undefined
      isBeingAsked: (candidate: Candidate) => boolean
    },
  ) {
    this.#services = services
    this.#isBeingAsked = wish.isBeingAsked
    this.#synapse = wish.synapse
    this.#session = wish.session === undefined ? undefined : hashOf(wish.session)
  }

  /** Whether the next miner is looked for, and not found yet. */
  get isWaiting(): boolean {
    return this.#isWaiting
  }

  /**
   * Finds the next miner, now or later.
   *
   * @param found - called once, perhaps at once; with `undefined` when there is nobody to ask but those that are being asked.
   * @param isUrgent - not to wait: one that can be asked now and was not asked, or none.
   */
  next(found: (candidate: Candidate | undefined) => void, isUrgent: boolean): void {
    this.stop()
    const choice = this.#choose()
    if (choice.kind === 'candidate') {
      this.#tried.add(choice.candidate)
      this.#isFirst = false
      found(choice.candidate)
    } else if (isUrgent) found(undefined)
    else if (choice.kind === 'wait') this.#await(() => this.next(found, false), choice.ms)
    else if (!this.#beginRound()) found(undefined)
    else {
      const { clock, random } = this.#services
      this.#isWaiting = true
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#rounds++)
      this.#timer = clock.setTimer(() => this.next(found, false), pauseMs * (0.5 + random.float()))
    }
  }

  /** Looks no further. */
  stop(): void {
    this.#isWaiting = false
    this.#timer?.cancel()
    this.#leaveQueue?.()
  }

  /** All may be asked again but those that are being asked, or have refused the synapse; false when that is none. */
  #beginRound(): boolean {
    const before = this.#tried.size
    const nowMs = this.#services.clock.now()
    for (const candidate of this.#tried) {
      const hasRefused = candidate.health.isUnserved(this.#synapse, nowMs)
      if (!hasRefused && !this.#isBeingAsked(candidate)) this.#tried.delete(candidate)
    }
    return this.#tried.size < before
  }

  #choose(): ReturnType<RouteServices['book']['choose']> {
    const { book, clock } = this.#services
    const wish = {
      synapse: this.#synapse,
      tried: this.#tried,
      mayExplore: this.#isFirst,
      takesUnserved: false,
      session: this.#session,
      nowMs: clock.now(),
    }
    const choice = book.choose(wish)
    if (choice.kind !== 'none' || this.#lastResorts >= MOST_LAST_RESORTS) return choice
    const last = book.choose({ ...wish, takesUnserved: true })
    if (last.kind === 'candidate') this.#lastResorts++
    return last
  }

  #await(look: () => void, ms = LOOK_MS): void {
    const { clock, room } = this.#services
    this.#isWaiting = true
    this.#leaveQueue = room.add(look)
    this.#timer = clock.setTimer(look, Math.min(ms, LOOK_MS))
  }
}
