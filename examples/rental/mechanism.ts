import {
  burnSlotIn,
  burnUnearned,
  type Played,
  ProtocolMechanism,
  type Reply,
  type Round,
  type RoundMiner,
  scoresOf,
  type WeightView,
} from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import { type Book, type Finding, settled } from './book.js'
import { drawVectors, isProduct, type Work } from './matrices.js'
import {
  describe,
  MOST_CARDS,
  multiply,
  proofRequest,
  proofsOf,
  rent,
  run,
  WORK_MS,
  workOf,
} from './protocol.js'
import { type Run, rentAndRun } from './tenant.js'

/** What the market defends itself with; each can be left out, to see who wins then. */
export const defences = {
  products: 'what a card computed is checked, by vectors that no miner knows',
  speed: 'a card has to be as quick as its model is',
  moment:
    'all claimed cards work at the same moment, each on its own; of those rented, too, which are a secret number',
  unique: 'a card belongs to its previous owner; if two claim a new one, to nobody',
  heartbeats: 'validators rent as customers do, at moments that nobody knows',
  deposit: 'half of the pay is kept back until the deposit is full; a failed rental costs four rounds’ pay',
  uptime: 'a card earns a twentieth in its first round, and in full from its seventh in a row',
} as const
export type Defence = keyof typeof defences

export interface RentalOptions {
  readonly without?: readonly Defence[]
  readonly timeoutMs?: number
}

/** An answer may take so many times what the model needs for the work, travel included. */
const SLACK = 1.5
/** A validator rents at a moment within so long after the proofs: a round has to hold the rental as well, or the next one is left out. */
const SPREAD_MS = 750

/**
 * GPU rental: miners are paid for cards that are there, are as fast as they say, and can be had by whoever rents them.
 *
 * A miner earns `portion of its model x its cards / all cards of that model x uptime`. Half of that is kept back until its deposit is full. It earns nothing in a
 * round in which a card is late or wrong, or cannot be rented; a rental that it granted and did not keep costs four rounds' pay besides.
 */
export class Rental extends ProtocolMechanism<Book> {
  /** Customers ask as validators do. A customer's run counts only when its product is wrong. */
  override readonly sells
  /** The mean of a miner's rounds is paid, the last few of which weigh most. */
  override readonly averageOver = 4
  readonly #without: readonly Defence[]
  readonly #timeoutMs: number

  /** @param options.timeoutMs - how long an answer may take, in milliseconds. */
  constructor({ without = [], timeoutMs = 700 }: RentalOptions = {}) {
    super()
    this.#without = without
    this.#timeoutMs = timeoutMs
    const keep = 'onePerMiner' as const
    this.sells = [describe, rent, run].map((synapse) => ({ synapse, keep, timeoutMs }))
  }

  initialState(): Book {
    return {}
  }

  async play(round: Round<Book>) {
    const timeoutMs = this.#timeoutMs
    const offers = await round.askAll(describe, {}, { timeoutMs })
    const offerOf = new Map(offers.map(({ hotkey, answer }) => [hotkey, answer]))
    // All cards of a miner in one ask. Without `moment`: one ask for each card, in turn.
    const moments = this.#has('moment') ? [undefined] : Array.from({ length: MOST_CARDS }, (_, nth) => nth)
    const proofs: Reply<{ readonly products: readonly Uint8Array[] }>[] = []
    for (const nth of moments) {
      const workFor = ({ hotkey }: RoundMiner) => proofRequest(offerOf.get(hotkey), round.seed, nth)
      proofs.push(...(await round.askAll(multiply, workFor, { timeoutMs, together: this.#has('moment') })))
    }
    const isInTime = (reply: Reply<unknown>): boolean => this.#isInTime(reply)
    const tenancy = { several: this.#has('moment'), timeoutMs, withinMs: SPREAD_MS, isInTime }
    const rentals = this.#has('heartbeats')
      ? await round.each(async ({ hotkey }) => {
          const offer = offerOf.get(hotkey)
          return offer?.cards.length ? await rentAndRun(round, hotkey, offer, tenancy) : undefined
        })
      : []
    // Drawn after all answers are in, so that nobody can fit one to them.
    const vectors = drawVectors(round.secret('vectors'))
    return { offers, proofs, rentals, sold: round.sold(run), vectors }
  }

  score({ offers, proofs, rentals, sold, vectors, seed, state }: Played<Rental>) {
    const isRight = (product: Uint8Array | undefined, work: Work): boolean =>
      product !== undefined && (!this.#has('products') || isProduct(product, work, vectors))
    // That there are no products may be the customer's fault, then this is undefined. Wrong ones, or too few, are the miner's.
    const isRunRight = ({ request: { model, seeds }, reply }: Run): boolean | undefined => {
      const products = reply.answer?.products ?? undefined
      const isOneRight = (seed: number, at: number): boolean => isRight(products?.[at], workOf(model, seed))
      return products && products.length === seeds.length && seeds.every(isOneRight)
    }

    const findings = offers.map(({ hotkey, answer: offer }): Finding => {
      const isIts = (one: { readonly hotkey: Hotkey }): boolean => one.hotkey === hotkey
      const own = proofs.filter(isIts)
      const products = own.flatMap(({ answer }) => answer?.products ?? [])
      const isDone = own.length > 0 && own.every((one) => this.#isInTime(one))
      const isProofRight = (work: Work, at: number): boolean => isRight(products[at], work)
      const isProven = isDone && offer !== undefined && proofsOf(offer, seed).every(isProofRight)

      const rental = rentals.find(isIts)?.result
      const isKept = (one: Run): boolean => this.#isInTime(one.reply) && isRunRight(one) === true
      const isRentable = rental?.isGranted === true || !this.#has('heartbeats')
      const isBroken =
        rental?.runs.some((one) => !isKept(one)) === true ||
        sold.some((one) => isIts(one) && isRunRight(one) === false)
      return { hotkey, offer, isProven: isProven && isRentable, isBroken }
    })
    const rules = { unique: this.#has('unique'), uptime: this.#has('uptime'), deposit: this.#has('deposit') }
    const { pay, book } = settled(findings, state, rules)
    return { scores: scoresOf(findings, ({ hotkey }) => pay.get(hotkey)), state: book }
  }

  /** Unearned pay goes to the subnet's owner, where the chain burns it: all scores of a round are 1 together at most. */
  override weights(view: WeightView<Book>) {
    const paid = super.weights(view)
    const earned = [...paid.values()].reduce((sum, one) => sum + one, 0)
    return burnUnearned(paid, { to: burnSlotIn(view.metagraph), earned: Math.min(1, earned) })
  }

  override forget(book: Book, hotkey: Hotkey): Book {
    const { [hotkey]: _gone, ...others } = book
    return others
  }

  #isInTime({ status, elapsedMs }: Reply<unknown>): boolean {
    return status === 'ok' && (elapsedMs <= SLACK * WORK_MS || !this.#has('speed'))
  }

  #has(defence: Defence): boolean {
    return !this.#without.includes(defence)
  }
}
