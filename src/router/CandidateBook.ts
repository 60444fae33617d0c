import type { SeededRandom } from '../math/index.js'
import type { Hotkey } from '../units/index.js'
import { Candidate, type CandidateFacts } from './Candidate.js'
import type { HealthBook } from './HealthBook.js'
import { hushed } from './hushed.js'
import { pullOf } from './rendezvous.js'
import { WeightTree } from './WeightTree.js'
import { type CandidateWorth, defaultWeight } from './weigh.js'

/** Draws that may name a candidate which the call cannot use, before all are looked at. */
const DRAWS = 16

/** Candidates of a kind that are looked at for one to try. */
const LOOKS = 8

/** Smallest and largest weight, so that no candidate is out of reach and no sum overflows. */
const LEAST_WEIGHT = 1e-9
const MOST_WEIGHT = 1e9

/** What a call asks of the choice. */
export interface Wish {
  readonly synapse: string
  /** Those that it has asked already. */
  readonly tried: ReadonlySet<Candidate>
  /** Whether one may be chosen for being unknown. */
  readonly mayExplore: boolean
  /** Whether those may be asked that lately did not answer this synapse. */
  readonly takesUnserved: boolean
  /** The hash of its session. */
  readonly session: number | undefined
  readonly nowMs: number
}

/** Whom a call is to ask; or that it waits for a change, for so long at most; or that nobody is left to ask. */
export type Choice =
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  | { readonly kind: 'wait'; readonly ms: number | undefined }
  | { readonly kind: 'none' }

const none: Choice = { kind: 'none' }

/** How candidates are weighed. */
export interface BookOptions {
  readonly health: HealthBook
  readonly random: SeededRandom
  readonly exploreShare: number
  readonly weigh: (worth: CandidateWorth) => number
  /** Is told of a weight that is none. */
  readonly onUnfit: (worth: CandidateWorth, cause: unknown) => void
}

/**
 * All candidates, and the choice among them.
 *
 * PERF: a choice costs the log of the candidates; one within a session, or in trouble (nearly all tried, open or busy), looks at each once.
 */
export class CandidateBook {
  readonly #options: BookOptions
  #all: readonly Candidate[] = []
  #byHotkey = new Map<Hotkey, Candidate>()
  #weights = new WeightTree(0)
  /** Never asked, as far as is known. */
  #fresh = new Set<Candidate>()
  /** The others whose breaker is closed, those that were not asked for longest first. */
  #used = new Set<Candidate>()
  /** Those whose breaker is not, in the same order. */
  readonly #open = new Set<Candidate>()
  /** Whose weight is made anew next: what grows old changes it without a call. */
  #cursor = 0

  constructor(options: BookOptions) {
    this.#options = options
  }

  get all(): readonly Candidate[] {
    return this.#all
  }

  has(hotkey: Hotkey): boolean {
    return this.#byHotkey.has(hotkey)
  }

  /** Candidates whose breaker is not closed. */
  get openCount(): number {
    return this.#open.size
  }

  weightOf(candidate: Candidate): number {
    return candidate.place < 0 ? 0 : this.#weights.weightOf(candidate.place)
  }

  /**
   * Takes other candidates, or other facts of the same ones.
   *
   * PERF: a walk over all.
   */
  update(facts: readonly CandidateFacts[], nowMs: number): void {
    const before = this.#byHotkey
    for (const candidate of this.#all) candidate.place = -1
    this.#all = facts.map((one) => this.#taken(one, before.get(one.target.hotkey)))
    this.#byHotkey = new Map(this.#all.map((candidate) => [candidate.target.hotkey, candidate]))
    this.#weights = new WeightTree(this.#all.length)
    this.#fresh = new Set(this.#all.filter(({ health }) => health.lastUsedMs === 0))
    const used = this.#all.filter(({ health }) => health.lastUsedMs > 0)
    this.#used = new Set(used.sort((a, b) => a.health.lastUsedMs - b.health.lastUsedMs))
    this.#open.clear()
    for (const [place, candidate] of this.#all.entries()) {
      candidate.place = place
      this.weigh(candidate, nowMs)
    }
    this.#options.health.keep(new Set(this.#byHotkey.keys()))
  }

  choose(wish: Wish): Choice {
    if (wish.session !== undefined) return this.#ofSession(wish, wish.session)
    const { random, exploreShare } = this.#options
    if (wish.mayExplore && random.float() < exploreShare) {
      const candidate = this.#toTry(wish)
      if (candidate !== undefined) return { kind: 'candidate', candidate }
    }
    for (let draw = 0; draw < DRAWS; draw++) {
      const place = this.#weights.pick(random.float())
      const candidate = place === undefined ? undefined : this.#all[place]
      if (candidate === undefined) break
      if (isAllowed(candidate, wish)) return { kind: 'candidate', candidate }
    }
    return this.#ofAll(wish)
  }

  /** A call to it begins. */
  used(candidate: Candidate, nowMs: number): void {
    // To the end of where it stands; `weigh` puts it there.
    for (const place of [this.#fresh, this.#used, this.#open]) place.delete(candidate)
    this.weigh(candidate, nowMs)
    const next = this.#all[this.#cursor++ % Math.max(1, this.#all.length)]
    if (next !== undefined) this.weigh(next, nowMs)
  }

  /** Gives it the weight that it has now. */
  weigh(candidate: Candidate, nowMs: number): void {
    if (candidate.place < 0) return
    if (candidate.health.breaker.isClosed) {
      this.#open.delete(candidate)
      if (candidate.health.lastUsedMs > 0) this.#used.add(candidate)
    } else {
      this.#used.delete(candidate)
      this.#open.add(candidate)
    }
    this.#weights.set(candidate.place, candidate.isFreeAt(nowMs) ? this.#weight(candidate, nowMs) : 0)
  }

  worthOf({ target, facts, health }: Candidate, nowMs: number): CandidateWorth {
    return {
      hotkey: target.hotkey,
      incentive: facts.incentive,
      price: facts.price,
      successRate: health.successRateAt(nowMs),
      pace: health.paceAt(nowMs),
      inFlight: health.concurrency.inFlight,
    }
  }

  #weight(candidate: Candidate, nowMs: number): number {
    const worth = this.worthOf(candidate, nowMs)
    let weight: unknown
    try {
      weight = hushed(this.#options.weigh(worth))
      if (typeof weight === 'number' && weight >= 0 && Number.isFinite(weight)) return within(weight)
      this.#options.onUnfit(worth, weight)
    } catch (thrown) {
      this.#options.onUnfit(worth, thrown)
    }
    return within(defaultWeight(worth))
  }

  #taken(facts: CandidateFacts, before: Candidate | undefined): Candidate {
    const { target } = facts
    const isSame =
      before !== undefined && before.target.host === target.host && before.target.port === target.port
    if (isSame) {
      before.facts = facts
      return before
    }
    const health = this.#options.health.of(target.hotkey)
    // At another address it may be up.
    if (before !== undefined) health.breaker.close()
    return new Candidate(facts, health)
  }

  /** One that is to be tried: whose breaker is due, that was never asked, or not for longest. */
  #toTry(wish: Wish): Candidate | undefined {
    const { nowMs } = wish
    const isDue = ({ health }: Candidate): boolean =>
      !health.breaker.isProbingAt(nowMs) && nowMs >= health.breaker.dueAtMs
    return (
      firstOf(this.#open, (one) => isDue(one) && isAllowed(one, wish)) ??
      firstOf(this.#fresh, (one) => one.isFreeAt(nowMs) && isAllowed(one, wish)) ??
      firstOf(this.#used, (one) => one.isFreeAt(nowMs) && isAllowed(one, wish))
    )
  }

  #ofSession(wish: Wish, session: number): Choice {
    let best: Candidate | undefined
    let strongest = -1
    for (const candidate of this.#all) {
      const { breaker, concurrency } = candidate.health
      const isUp = breaker.isClosed || (!breaker.isProbingAt(wish.nowMs) && wish.nowMs >= breaker.dueAtMs)
      if (!isUp || concurrency.isRestingAt(wish.nowMs) || !isAllowed(candidate, wish)) continue
      const pull = pullOf(session, candidate.hash)
      if (pull <= strongest) continue
      strongest = pull
      best = candidate
    }
    if (best === undefined) return this.#ofAll(wish)
    // A session waits for its miner rather than leave it for being busy.
    const { concurrency } = best.health
    if (!concurrency.hasRoomAt(wish.nowMs) && !concurrency.isStuckAt(wish.nowMs))
      return { kind: 'wait', ms: undefined }
    return { kind: 'candidate', candidate: best }
  }

  /** Looks at each: the best that is free, else waits for one that is busy, else tries one whose breaker is open. */
  #ofAll(wish: Wish): Choice {
    let free: Candidate | undefined
    let isOneBusy = false
    let soonest: Candidate | undefined
    let isOneProbed = false
    for (const candidate of this.#all) {
      if (!isAllowed(candidate, wish)) continue
      const { breaker, concurrency } = candidate.health
      if (candidate.isFreeAt(wish.nowMs) || (breaker.isClosed && concurrency.isStuckAt(wish.nowMs))) {
        if (free === undefined || this.weightOf(candidate) > this.weightOf(free)) free = candidate
      } else if (breaker.isClosed) isOneBusy = true
      else if (breaker.isProbingAt(wish.nowMs)) isOneProbed = true
      else if (soonest === undefined || breaker.retryAtMs < soonest.health.breaker.retryAtMs)
        soonest = candidate
    }
    if (free !== undefined) return { kind: 'candidate', candidate: free }
    if (isOneBusy) return { kind: 'wait', ms: undefined }
    if (soonest !== undefined) {
      const ms = soonest.health.breaker.retryAtMs - wish.nowMs
      return ms <= 0 ? { kind: 'candidate', candidate: soonest } : { kind: 'wait', ms }
    }
    return isOneProbed ? { kind: 'wait', ms: undefined } : none
  }
}

function isAllowed(candidate: Candidate, { tried, takesUnserved, synapse, nowMs }: Wish): boolean {
  return !tried.has(candidate) && (takesUnserved || !candidate.health.isUnserved(synapse, nowMs))
}

/** The first that fits, of those that come first. */
function firstOf(candidates: Iterable<Candidate>, fits: (one: Candidate) => boolean): Candidate | undefined {
  let looks = 0
  for (const candidate of candidates) {
    if (fits(candidate)) return candidate
    if (++looks >= LOOKS) return undefined
  }
  return undefined
}

function within(weight: number): number {
  return Math.min(MOST_WEIGHT, Math.max(LEAST_WEIGHT, weight))
}
