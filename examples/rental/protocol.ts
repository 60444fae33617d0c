import type { TaskSeed } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'
import { MATRIX_BYTES, OPERATIONS, type Work } from './matrices.js'

/** How long a card of any model works on what it is given, in milliseconds: a faster model gets more. */
export const WORK_MS = 100

/** What cards there are: how many products one does in `WORK_MS`, its part of the emission, and the price of one run. */
export const MODELS = {
  H200: { products: 3, portion: 0.6, priceRao: 900_000n },
  A100: { products: 2, portion: 0.3, priceRao: 400_000n },
  L4: { products: 1, portion: 0.1, priceRao: 100_000n },
} as const
export type Model = keyof typeof MODELS

/** Operations a second of an honest card. */
export const speedOf = (model: Model): number => (MODELS[model].products * OPERATIONS * 1_000) / WORK_MS

export const workOf = (model: Model, seed: number): Work => ({ seed, products: MODELS[model].products })

/** Most cards of one machine, and so of one miner. */
export const MOST_CARDS = 6
/** A lease is for so many runs, whoever rents. */
export const LEASE_RUNS = 2
/** A lease on which nothing runs for so long is over when somebody else wants one of its cards. */
export const IDLE_MS = 500

const models = Object.keys(MODELS) as [Model, ...Model[]]
const model = z.enum(models)
/** As a driver tells it. */
const card = z.string().regex(/^GPU-[0-9a-f]{8,32}$/)
const seed = z.number().int().min(0).max(0xffff_ffff)
const product: z.ZodType<Uint8Array> = z
  .instanceof(Uint8Array)
  .refine(({ length }) => length === MATRIX_BYTES, {
    message: `Give a product as ${MATRIX_BYTES} bytes.`,
  })
const lease = z.string().min(1).max(64)
const areDistinct = (cards: readonly string[]): boolean => new Set(cards).size === cards.length

/** What a miner has: a machine with cards of one model. */
export interface Offer {
  readonly model: Model
  /** The ids of its cards. */
  readonly cards: readonly string[]
}

const offer: z.ZodType<Offer> = z.object({
  model,
  cards: z.array(card).max(MOST_CARDS).refine(areDistinct, { message: 'Name each card once.' }),
})

export const describe = defineSynapse({
  name: 'describe',
  request: z.object({}),
  answer: offer,
  idempotent: true,
})

/** Work for cards, each its own, all at once. The answer has the products in the order of the work. */
export const multiply = defineSynapse({
  name: 'multiply',
  request: z.object({ model, work: z.array(z.object({ card, seed })).min(1).max(MOST_CARDS) }),
  answer: z.object({ products: z.array(product).max(MOST_CARDS) }),
})

/** Rents cards together, all of them or none. They are the tenant's alone until its runs are over. Whoever comes while one of them is let waits, or gets no lease: who came first is served first. */
export const rent = defineSynapse({
  name: 'rent',
  request: z.object({
    cards: z.array(card).min(1).max(MOST_CARDS).refine(areDistinct, { message: 'Name each card once.' }),
  }),
  answer: z.object({ lease: lease.nullable() }),
  // To rent twice does no harm: a lease on which nothing runs makes room.
  idempotent: true,
})

/**
 * One run on rented cards, on all of them at the same moment, each with a seed of its own. It is a heartbeat as well: where the products come in time, the cards are there.
 * No products where there is no such lease, or not of so many cards.
 */
export const run = defineSynapse({
  name: 'run',
  request: z.object({ lease, model, seeds: z.array(seed).min(1).max(MOST_CARDS) }),
  answer: z.object({ products: z.array(product).max(MOST_CARDS).nullable() }),
})

/** A card has work of its own, the same for all validators: they ask at the same block, and it does it once for all of them. */
const seedOf = ({ random }: TaskSeed, card: string): number => random.fork(`work of ${card}`).nextU32()

/** What the cards of a miner are to do in a round, in their order. */
export const proofsOf = ({ model, cards }: Offer, seed: TaskSeed): Work[] =>
  cards.map((card) => workOf(model, seedOf(seed, card)))

/** How a miner's cards are asked for it, all of them or its nth alone; `undefined` where there is none. */
export function proofRequest(offer: Offer | undefined, seed: TaskSeed, nth: number | undefined) {
  const cards = offer?.cards.filter((_, at) => nth === undefined || at === nth) ?? []
  if (offer === undefined || cards.length === 0) return undefined
  return { model: offer.model, work: cards.map((card) => ({ card, seed: seedOf(seed, card) })) }
}
