import type { Hotkey } from 'subnetkit/units'
import { MODELS, type Model, type Offer } from './protocol.js'

/** What a validator knows of a miner. */
export type Account = {
  readonly model: Model | null
  /** The miner's cards by id, and in how many rounds in a row each was proven. */
  readonly cards: { readonly [card: string]: number }
  /** Pay that was kept back, where 1 is the pay of all miners for one round; what it owes is below 0. */
  readonly deposit: number
}
export type Book = { readonly [hotkey: string]: Account }

/** What a round found out about a miner. */
export interface Finding {
  readonly hotkey: Hotkey
  /** What it says that it has; `undefined` for one that said nothing. */
  readonly offer: Offer | undefined
  /** Every card did its work, and one of them could be rented. */
  readonly isProven: boolean
  /** A rental failed. */
  readonly isBroken: boolean
}

export interface BookRules {
  readonly unique: boolean
  readonly uptime: boolean
  readonly deposit: boolean
}

/** Rounds in a row after which a card earns all that one can, and what part it earns in its first. */
export const [UPTIME_ROUNDS, FIRST_PART] = [6, 0.05]
/** What its cards earn in so many rounds is a miner's deposit, and what a failed rental costs. */
export const DEPOSIT_ROUNDS = 4

const newAccount: Account = { model: null, cards: {}, deposit: 0 }

/**
 * What a round pays, and the book after it. A miner earns `portion of its model x its cards / all cards of the model`, each card as far as its uptime goes. Half of that is
 * kept back until its deposit is full, and all of it while it owes.
 */
export function settled(
  findings: readonly Finding[],
  book: Book,
  rules: BookRules,
): { readonly pay: ReadonlyMap<Hotkey, number>; readonly book: Book } {
  const there = thoseThere(findings, book, rules)
  const counted = findings.flatMap(({ hotkey, isBroken }) => (isBroken ? [] : (there.get(hotkey) ?? [])))
  const pay = new Map<Hotkey, number>()
  const next: { [hotkey: string]: Account } = { ...book }
  for (const { hotkey, offer, isBroken } of findings) {
    const before = book[hotkey] ?? newAccount
    const owned = there.get(hotkey)
    const after = owned === undefined ? absent(before, offer) : proven(before, owned)
    const earned = owned === undefined || isBroken ? 0 : earnedBy(after, counted, rules)
    const kept = rules.deposit ? earned * partKept(before.deposit, fullDeposit(after, counted)) : 0
    // To offer less in the round that finds it out helps nobody.
    const lost =
      rules.deposit && isBroken ? Math.max(fullDeposit(before, counted), fullDeposit(after, counted)) : 0
    pay.set(hotkey, earned - kept)
    next[hotkey] = { ...after, deposit: before.deposit + kept - lost }
  }
  return { pay, book: next }
}

/** Of what it earns: all while it owes, half until the deposit is full. */
function partKept(deposit: number, full: number): number {
  if (deposit < 0) return 1
  return deposit < full ? 0.5 : 0
}

function earnedBy(account: Account, counted: readonly Offer[], { uptime }: BookRules): number {
  const parts = Object.values(account.cards).map((rounds) => (uptime ? partIn(rounds) : 1))
  return perCard(account, counted) * parts.reduce((sum, part) => sum + part, 0)
}

/** What part of all that it can a card earns in a round, counted from 1, of those that it was there for in a row. */
const partIn = (round: number): number => FIRST_PART + Math.min(1 - FIRST_PART, (round - 1) / UPTIME_ROUNDS)

const fullDeposit = (account: Account, counted: readonly Offer[]): number =>
  DEPOSIT_ROUNDS * perCard(account, counted) * Object.keys(account.cards).length

/** Its share of what cards of its model earn together, those that count and its own. */
function perCard({ model, cards }: Account, counted: readonly Offer[]): number {
  if (model === null) return 0
  const count = counted.reduce((sum, one) => sum + (one.model === model ? one.cards.length : 0), 0)
  return MODELS[model].portion / Math.max(1, count, Object.keys(cards).length)
}

/** Whose cards are there. With `unique`, a card is whose it was last, and who claims another's has none; one that nobody had and two claim is nobody's, and counts for neither. */
function thoseThere(
  findings: readonly Finding[],
  book: Book,
  { unique }: BookRules,
): ReadonlyMap<Hotkey, Offer> {
  const passed = findings.flatMap(({ hotkey, offer, isProven }) =>
    offer !== undefined && isProven ? [[hotkey, offer] as const] : [],
  )
  if (!unique) return new Map(passed)
  const owners = new Map<string, string>()
  for (const [hotkey, { cards }] of Object.entries(book))
    for (const card of Object.keys(cards)) owners.set(card, hotkey)
  const claims = new Map<string, number>()
  for (const [, { cards }] of passed) for (const card of cards) claims.set(card, (claims.get(card) ?? 0) + 1)
  const isAnothers = (hotkey: Hotkey, card: string): boolean => (owners.get(card) ?? hotkey) !== hotkey
  const isSure = (card: string): boolean => owners.has(card) || claims.get(card) === 1
  const sure = passed.flatMap(([hotkey, offer]) => {
    if (offer.cards.some((card) => isAnothers(hotkey, card))) return []
    const cards = offer.cards.filter(isSure)
    return cards.length === 0 ? [] : [[hotkey, { ...offer, cards }] as const]
  })
  return new Map(sure)
}

/** One more round for each card; one that is of another model than it was begins anew. */
function proven(before: Account, { model, cards }: Offer): Account {
  const roundsOf = (card: string): number => (before.model === model ? (before.cards[card] ?? 0) : 0)
  return { ...before, model, cards: Object.fromEntries(cards.map((card) => [card, roundsOf(card) + 1])) }
}

/** Uptime begins anew, and what the miner had and does not give up stays its own: nobody takes the name of a card that is down for a round. */
function absent(before: Account, offer: Offer | undefined): Account {
  const kept = Object.keys(before.cards).filter((card) => offer === undefined || offer.cards.includes(card))
  return { ...before, cards: Object.fromEntries(kept.map((card) => [card, 0])) }
}
