import { type Clock, sleep } from 'subnetkit/clock'
import type { SeededRandom } from 'subnetkit/math'
import { answerTo, type SynapseAnswer, type WorkContext } from 'subnetkit/neuron'
import type { Hotkey } from 'subnetkit/units'
import { OPERATIONS, productOf, type Work } from './matrices.js'
import { describe, IDLE_MS, LEASE_RUNS, multiply, type Offer, rent, run, workOf } from './protocol.js'

/** No card is at rest: work takes up to this part more or less. */
const UNREST = 0.05
/** What an answer may take on its way back. */
const TRAVEL_MS = 30
/** Proofs that a card remembers: all validators ask for the same one. */
const MOST_PROOFS = 8

/** How a machine differs from an honest one whose cards are what it says. */
export interface Habits {
  /** How many cards it has. Default: as many as it claims. */
  readonly owns?: number
  /** How many times longer a tenant's run takes, because the card works for somebody else besides. Default 1. */
  readonly sharedBy?: number
  /** So many of its cards serve tenants, whichever are rented; the others work elsewhere except while they prove. Default: all. */
  readonly standIns?: number
  /** Of the tenants that a validator brings, it leaves every one that this divides after the first run. Default: none. */
  readonly dropsEach?: number
  /** What it sends in place of a product, at once. Default: the product, computed. */
  readonly madeUp?: (work: Work) => Uint8Array
  /** Whether its cards are here now. Default: always. */
  readonly isHere?: (nowMs: number) => boolean
}

/** A machine with some cards. It claims what it offers; what it does is up to its cards and habits. */
export class Machine {
  readonly #offer: Offer
  readonly #habits: Habits
  readonly #random: SeededRandom
  readonly #cards: readonly Card[]
  readonly #leases = new Map<string, Lease>()
  /** What tenants wait for, who came first before the others. */
  readonly #wanted = new Set<readonly Card[]>()
  /** How many each validator has brought. */
  readonly #tenants = new Map<Hotkey, number>()

  /** @param speed - of each of its cards, in operations a second. */
  constructor(offer: Offer, speed: number, random: SeededRandom, habits: Habits = {}) {
    this.#offer = offer
    this.#habits = habits
    this.#random = random
    const count = habits.owns ?? offer.cards.length
    this.#cards = Array.from({ length: count }, (_, nth) => new Card(speed, random.fork(`card ${nth}`)))
  }

  describe(nowMs: number): Offer {
    return this.#habits.isHere?.(nowMs) === false ? { ...this.#offer, cards: [] } : this.#offer
  }

  /** All at once; two names of one card are one after the other. */
  async prove(
    work: readonly { readonly card: string; readonly work: Work }[],
    clock: Clock,
  ): Promise<Uint8Array[]> {
    const { madeUp } = this.#habits
    if (madeUp !== undefined) return work.map((one) => madeUp(one.work))
    const proofs = work.flatMap((one) => this.#cardOf(one.card)?.prove(one.work, clock.now()) ?? [])
    const endMs = Math.max(0, ...proofs.map((one) => one.endMs))
    await sleep(clock, Math.max(0, endMs - clock.now()))
    return proofs.map(({ product }) => product)
  }

  /** Waits until nobody else has one of the cards, or came for one before; who does nothing with them makes room. @returns `null` where it has not all of them, or not in time. */
  async rent(
    names: readonly string[],
    { caller, clock, deadlineMs, signal }: WorkContext,
  ): Promise<string | null> {
    const cards = names.flatMap((name) => this.#cardOf(name, this.#habits.standIns) ?? [])
    if (cards.length < names.length) return null
    this.#wanted.add(cards)
    try {
      while (this.#isTaken(cards, clock.now())) {
        if (clock.now() + TRAVEL_MS > deadlineMs) return null
        await sleep(clock, 10, signal)
      }
    } finally {
      this.#wanted.delete(cards)
    }
    const lease = [1, 2, 3, 4].map(() => this.#random.nextU32().toString(16)).join('')
    const tenants = (this.#tenants.get(caller) ?? 0) + 1
    this.#tenants.set(caller, tenants)
    const { dropsEach = Number.POSITIVE_INFINITY } = this.#habits
    const runsLeft = tenants % dropsEach === 0 ? 1 : LEASE_RUNS
    this.#leases.set(lease, { cards, runsLeft, untilMs: clock.now() + IDLE_MS })
    return lease
  }

  /** On all cards at once; two names of one card are one after the other. @returns `null` where there is no such lease, or no more, or not of so many cards. */
  async run(name: string, work: readonly Work[], clock: Clock): Promise<Uint8Array[] | null> {
    const lease = this.#leases.get(name)
    if (lease === undefined || lease.runsLeft === 0 || lease.cards.length !== work.length) return null
    const { sharedBy = 1, madeUp } = this.#habits
    if (madeUp !== undefined) return work.map(madeUp)
    lease.runsLeft--
    lease.untilMs = Number.POSITIVE_INFINITY
    await Promise.all(
      [...new Set(lease.cards)].map((card) => {
        const own = work.filter((_, at) => lease.cards[at] === card)
        return card.run(own, sharedBy, clock)
      }),
    )
    lease.untilMs = clock.now() + IDLE_MS
    if (lease.runsLeft === 0) this.#leases.delete(name)
    return work.map(productOf)
  }

  #isTaken(cards: readonly Card[], nowMs: number): boolean {
    const isShared = (others: readonly Card[]): boolean => others.some((card) => cards.includes(card))
    for (const [name, lease] of this.#leases)
      if (isShared(lease.cards) && lease.untilMs <= nowMs) this.#leases.delete(name)
    if ([...this.#leases.values()].some((lease) => isShared(lease.cards))) return true
    for (const wanted of this.#wanted) {
      if (wanted === cards) return false
      if (isShared(wanted)) return true
    }
    return false
  }

  /** Names beyond the cards that it has are further names of the same ones. */
  #cardOf(name: string, count = this.#cards.length): Card | undefined {
    return this.#cards[this.#offer.cards.indexOf(name) % count]
  }
}

interface Lease {
  readonly cards: readonly Card[]
  runsLeft: number
  untilMs: number
}

/** A worker with a speed in operations a second. What it computes is computed; how long that takes is what its speed says, on the miner's clock. */
class Card {
  readonly #speed: number
  readonly #random: SeededRandom
  readonly #proofs = new Map<number, { readonly endMs: number; readonly product: Uint8Array }>()
  /** When the last of its proofs is done. */
  #proofsUntilMs = 0
  /** What all its proofs took: so long its tenant waited. */
  #provingMs = 0

  constructor(speed: number, random: SeededRandom) {
    this.#speed = speed
    this.#random = random
  }

  /** A proof goes before what a tenant runs. */
  prove(work: Work, nowMs: number): { readonly endMs: number; readonly product: Uint8Array } {
    const known = this.#proofs.get(work.seed)
    if (known !== undefined) return known
    const ms = this.#msOf(work)
    this.#provingMs += ms
    this.#proofsUntilMs = Math.max(nowMs, this.#proofsUntilMs) + ms
    const proof = { endMs: this.#proofsUntilMs, product: productOf(work) }
    this.#proofs.set(work.seed, proof)
    const [oldest] = this.#proofs.keys()
    if (this.#proofs.size > MOST_PROOFS && oldest !== undefined) this.#proofs.delete(oldest)
    return proof
  }

  /** One work after the other. */
  async run(works: readonly Work[], sharedBy: number, clock: Clock): Promise<void> {
    const startMs = clock.now()
    const provedMs = this.#provingMs
    const ms = works.reduce((sum, work) => sum + this.#msOf(work) * sharedBy, 0)
    for (;;) {
      const leftMs = startMs + ms + (this.#provingMs - provedMs) - clock.now()
      if (leftMs <= 0) return
      await sleep(clock, leftMs)
    }
  }

  #msOf({ products }: Work): number {
    const unrest = 1 + UNREST * (2 * this.#random.float() - 1)
    return Math.round(((products * OPERATIONS * 1_000) / this.#speed) * unrest)
  }
}

/** What a miner with such a machine answers, to validators and through them to customers. */
export function answersOf(machineAt: (clock: Clock) => Machine): SynapseAnswer[] {
  return [
    answerTo(describe, (_, { clock }) => machineAt(clock).describe(clock.now())),
    answerTo(multiply, async ({ model, work }, { clock }) => {
      const works = work.map(({ card, seed }) => ({ card, work: workOf(model, seed) }))
      return { products: await machineAt(clock).prove(works, clock) }
    }),
    answerTo(rent, async ({ cards }, context) => ({
      lease: await machineAt(context.clock).rent(cards, context),
    })),
    answerTo(run, async ({ lease, model, seeds }, { clock }) => ({
      products: await machineAt(clock).run(
        lease,
        seeds.map((seed) => workOf(model, seed)),
        clock,
      ),
    })),
  ]
}
