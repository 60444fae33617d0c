import type { Played, Reply, Round } from 'subnetkit/mechanism'
import { given, type ReplyParts, replied, roundOf } from 'subnetkit/testing'
import type { Hotkey } from 'subnetkit/units'
import { describe, expect, test } from 'vitest'
import type { Book } from '../../examples/rental/book.js'
import { MATRIX_BYTES, productOf } from '../../examples/rental/matrices.js'
import { type Defence, Rental } from '../../examples/rental/mechanism.js'
import {
  describe as describeCards,
  type Model,
  multiply,
  type Offer,
  rent,
  run,
  workOf,
} from '../../examples/rental/protocol.js'

/** What a miner does in a round; honest where nothing is said. */
interface Acts {
  readonly model?: Model
  readonly cards: readonly string[]
  readonly proofMs?: number
  readonly runMs?: number
  /** Of the proofs, so many come. */
  readonly proofs?: number
  /** Of the products of a rental, so many come. */
  readonly runs?: number
  readonly lies?: 'proof' | 'run'
  readonly refuses?: boolean
  readonly leaves?: boolean
  readonly says?: ReplyParts<Offer>
}

const [gpuA, gpuB, gpuC, gpuD] = ['GPU-aaaaaaaa', 'GPU-bbbbbbbb', 'GPU-cccccccc', 'GPU-dddddddd'] as const
const noise = new Uint8Array(MATRIX_BYTES)

/** Plays and judges one round in which the miner of each uid does what is said. */
async function judged(acts: readonly Acts[], state: Book = {}, { without = [], sold }: Extra = {}) {
  const rental = new Rental({ without })
  const actsOf = ({ uid }: { readonly uid: number }): Acts => acts[uid] ?? { cards: [] }
  const productFor = (model: Model, seed: number): Uint8Array => productOf(workOf(model, seed))
  const round: Round<Book> = roundOf({
    miners: acts.length,
    state,
    ...(sold === undefined ? {} : { sold: { run: sold(hotkeysOf(acts.length)) } }),
    outside: [
      given(describeCards, (_, miner) => {
        const { model = 'H200', cards, says } = actsOf(miner)
        return says === undefined ? { model, cards } : replied(says)
      }),
      given(multiply, ({ model, work }, miner) => {
        const { proofMs = 100, proofs = work.length, lies } = actsOf(miner)
        const products = work.map(({ seed }) => (lies === 'proof' ? noise : productFor(model, seed)))
        return replied({ answer: { products: products.slice(0, proofs) }, elapsedMs: proofMs })
      }),
      given(rent, (_, miner) => ({ lease: actsOf(miner).refuses ? null : 'lease' })),
      given(run, ({ model, seeds }, miner) => {
        const { runMs = 100, runs = seeds.length, lies, leaves = false } = actsOf(miner)
        const products = seeds.map((seed) => (lies === 'run' ? noise : productFor(model, seed)))
        const answer = { products: leaves ? null : products.slice(0, runs) }
        return replied({ answer, elapsedMs: runMs })
      }),
    ],
  })
  const played = await rental.play(round)
  const { seed, block } = round
  const { scores, state: book } = rental.score({ ...played, seed, block, state })
  const hotkeys = hotkeysOf(acts.length)
  return {
    scores: hotkeys.map((one) => scores.get(one)),
    accounts: hotkeys.map((one) => book[one]),
    book,
    hotkeys,
  }
}

interface Extra {
  readonly without?: readonly Defence[]
  readonly sold?: (hotkeys: readonly Hotkey[]) => Played<Rental>['sold']
}

const hotkeysOf = (count: number): Hotkey[] => roundOf({ miners: count }).miners.map(({ hotkey }) => hotkey)

/** A book in which the first miner has had its cards for long, with a full deposit. */
const settledBook = (cards: readonly string[], more: Partial<Book[string]> = {}): Book => ({
  [hotkeysOf(1)[0] ?? '']: {
    model: 'H200',
    cards: Object.fromEntries(cards.map((card) => [card, 20])),
    deposit: 100,
    ...more,
  },
})

describe('A card earns', () => {
  test('the portion of its model, shared among all cards of that model', async () => {
    const without = ['uptime', 'deposit'] as const
    const acts: Acts[] = [
      { cards: [gpuA, gpuB] },
      { cards: [gpuC] },
      { model: 'A100', cards: [gpuD] },
      { cards: [] },
    ]
    const { scores } = await judged(acts, {}, { without })
    // 0.6 for three H200, 0.3 for one A100; 0.1 is for L4, of which there is none, and is burned.
    expect(scores.map((one) => one?.toFixed(6))).toEqual(['0.400000', '0.200000', '0.300000', '0.000000'])
  })

  test('a twentieth at first, of which half is kept back, a sixth more in each round, and then all', async () => {
    let book: Book = {}
    const earned: number[] = []
    for (let nth = 0; nth < 14; nth++) {
      const { scores, book: next } = await judged([{ model: 'L4', cards: [gpuA] }], book)
      book = next
      earned.push((scores[0] ?? 0) / 0.1)
    }
    const parts = [0.05, 0.05 + 1 / 6, 0.05 + 2 / 6, 0.05 + 3 / 6, 0.05 + 4 / 6, 0.05 + 5 / 6, 1]
    for (const [nth, part] of parts.entries()) expect(earned[nth], `${nth}`).toBeCloseTo(part / 2, 12)
    // Kept back by then: 0.5 (0.3 + 15/6) = 1.4 and 0.5 for each round that follows; six of them make it more than 4.
    expect(earned.slice(7)).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 1, 1].map((one) => expect.closeTo(one, 12)))
  })
})

describe('A miner earns nothing in a round', () => {
  const alone = async (acts: Partial<Acts>, without: readonly Defence[] = []) =>
    await judged([{ cards: [gpuA, gpuB], ...acts }], settledBook([gpuA, gpuB]), { without })

  test('unless all is as it ought to be', async () => {
    expect((await alone({})).scores).toEqual([0.6])
    expect((await alone({ proofMs: 150, runMs: 150 })).scores).toEqual([0.6])
  })

  test.each<{ what: string; acts: Partial<Acts>; without?: Defence }>([
    { what: 'a proof is late', acts: { proofMs: 151 }, without: 'speed' },
    { what: 'a proof is wrong', acts: { lies: 'proof' }, without: 'products' },
    { what: 'a proof is missing', acts: { proofs: 1 } },
    { what: 'it says nothing', acts: { says: { status: 'timeout' } } },
    { what: 'it claims no card', acts: { cards: [] } },
    { what: 'nobody can rent a card', acts: { refuses: true }, without: 'heartbeats' },
  ])('in which $what, and it loses its uptime, and no deposit', async ({ acts, without }) => {
    const { scores, accounts } = await alone(acts)
    expect(scores).toEqual([0])
    expect(accounts[0]?.deposit).toBe(100)
    expect(Object.values(accounts[0]?.cards ?? {}).every((rounds) => rounds === 0)).toBe(true)
    if (without !== undefined) expect((await alone(acts, [without])).scores).toEqual([0.6])
  })

  test.each<{ what: string; acts: Partial<Acts>; without: Defence }>([
    { what: 'slow', acts: { runMs: 151 }, without: 'speed' },
    { what: 'wrong', acts: { lies: 'run' }, without: 'products' },
    { what: 'left', acts: { leaves: true }, without: 'heartbeats' },
    { what: 'kept by fewer cards than were rented', acts: { runs: 0 }, without: 'heartbeats' },
  ])('in which a rental is $what, and it loses the pay of four rounds', async ({ acts, without }) => {
    const { scores, accounts } = await alone(acts)
    expect(scores).toEqual([0])
    // 4 x 0.6, as it has all cards of its model. It was there, so its uptime goes on.
    expect(accounts[0]).toEqual({ model: 'H200', cards: { [gpuA]: 21, [gpuB]: 21 }, deposit: 100 - 2.4 })
    expect((await alone(acts, [without])).scores).toEqual([0.6])
    const unslashed = await alone(acts, ['deposit'])
    expect([unslashed.scores, unslashed.accounts[0]?.deposit]).toEqual([[0], 100])
  })

  test('while it owes, and half of it until the deposit is full', async () => {
    const cards = [gpuA]
    const owing = await judged([{ cards }], settledBook(cards, { deposit: -0.7 }))
    expect([owing.scores[0], owing.accounts[0]?.deposit]).toEqual([0, expect.closeTo(-0.1, 12)])
    const half = await judged([{ cards }], settledBook(cards, { deposit: 2.3 }))
    expect([half.scores[0], half.accounts[0]?.deposit]).toEqual([0.3, expect.closeTo(2.6, 12)])
    const full = await judged([{ cards }], settledBook(cards, { deposit: 2.4 }))
    expect([full.scores[0], full.accounts[0]?.deposit]).toEqual([0.6, 2.4])
  })
})

describe('What customers bought', () => {
  type Ran = { products: Uint8Array[] | null }
  const bought = (reply: Partial<Reply<Ran>>) => (hotkeys: readonly Hotkey[]) => {
    const [hotkey, customer] = [hotkeys[0], hotkeys[1]]
    if (hotkey === undefined || customer === undefined) throw new Error('two miners')
    const request = { lease: 'lease', model: 'H200' as const, seeds: [7] }
    const whole = { hotkey, uid: 0, status: 'ok', sentAtMs: 0, elapsedMs: 100, ...reply } as Reply<Ran>
    return [{ hotkey, uid: 0, customer, request, reply: whole }]
  }
  const acts: Acts[] = [{ cards: [gpuA] }, { cards: [] }]
  const following = async (reply: Partial<Reply<Ran>>, first: Partial<Acts> = {}) => {
    const [one = { cards: [] }, other = { cards: [] }] = acts
    return await judged([{ ...one, ...first }, other], settledBook([gpuA]), { sold: bought(reply) })
  }

  test('costs the deposit where a product is wrong, which nobody but the miner can be the cause of', async () => {
    const wrong = await following({ answer: { products: [noise] } })
    expect([wrong.scores[0], wrong.accounts[0]?.deposit]).toEqual([0, 100 - 2.4])
    const tooFew = await following({ answer: { products: [] } })
    expect([tooFew.scores[0], tooFew.accounts[0]?.deposit]).toEqual([0, 100 - 2.4])
    const right = await following({ answer: { products: [productOf(workOf('H200', 7))] } })
    expect([right.scores[0], right.accounts[0]?.deposit]).toEqual([0.6, 100])
  })

  test('says nothing where a customer may be the cause', async () => {
    for (const reply of [
      { answer: { products: null } },
      { answer: { products: [productOf(workOf('H200', 7))] }, elapsedMs: 900 },
      { status: 'timeout' as const, answer: undefined },
      { status: 'cancelled' as const, answer: undefined },
    ] as const)
      expect((await following(reply as Partial<Reply<Ran>>)).scores[0]).toBe(0.6)
  })

  test('costs no less where the miner says nothing in the round that finds it out, or claims less', async () => {
    for (const first of [
      { says: { status: 'timeout' } },
      { cards: [] },
      { model: 'L4', cards: [gpuB] },
    ] satisfies Partial<Acts>[]) {
      const { accounts } = await following({ answer: { products: [noise] } }, first)
      expect(accounts[0]?.deposit).toBeCloseTo(100 - 2.4, 12)
    }
  })
})

describe('The id of a card', () => {
  const two: Acts[] = [{ cards: [gpuA] }, { cards: [gpuA, gpuB] }]

  test('is whose it was before, also after a round in which that miner was silent', async () => {
    const { book } = await judged([{ cards: [gpuA], says: { status: 'timeout' } }], settledBook([gpuA]))
    const { scores, accounts } = await judged(two, book, { without: ['uptime', 'deposit'] })
    expect(scores).toEqual([0.6, 0])
    expect(accounts[1]?.cards).toEqual({})
  })

  test('is nobody’s where two claim it anew; that of who shows no proof is no claim', async () => {
    const { scores, accounts } = await judged(two, {}, { without: ['uptime', 'deposit'] })
    // What nobody else claims is not lost with it.
    expect([scores, accounts.map((one) => one?.cards)]).toEqual([
      [0, 0.6],
      [{}, { [gpuB]: 1 }],
    ])
    const silent: Acts[] = [{ cards: [gpuA] }, { cards: [gpuA], proofMs: 200 }]
    expect((await judged(silent, {}, { without: ['uptime', 'deposit'] })).scores).toEqual([0.6, 0])
  })

  test('is free again once its miner gives it up, and begins anew with another model', async () => {
    const first = await judged([{ cards: [gpuB] }, { cards: [] }], settledBook([gpuA]))
    const { accounts } = await judged([{ cards: [gpuB] }, { cards: [gpuA] }], first.book)
    expect(accounts.map((one) => one?.cards)).toEqual([{ [gpuB]: 2 }, { [gpuA]: 1 }])
    const other = await judged([{ model: 'A100', cards: [gpuA] }], settledBook([gpuA]))
    expect(other.accounts[0]).toMatchObject({ model: 'A100', cards: { [gpuA]: 1 } })
  })

  test('counts for both where unique is left out', async () => {
    const { scores } = await judged(two, {}, { without: ['unique', 'uptime', 'deposit'] })
    expect(scores.map((one) => one?.toFixed(6))).toEqual(['0.200000', '0.400000'])
  })
})

describe('The book', () => {
  test('forgets who left', () => {
    const [ann = '', bob = ''] = hotkeysOf(2)
    const account = { model: 'H200' as const, cards: { [gpuA]: 3 }, deposit: 1 }
    expect(new Rental().forget({ [ann]: account, [bob]: account }, ann as Hotkey)).toEqual({ [bob]: account })
  })

  test('burns what nobody earned', async () => {
    const [owner, ann] = hotkeysOf(2) as [Hotkey, Hotkey]
    const standing = { mean: 0.4, count: 1, failuresInRow: 0, lastSeenBlock: 1 }
    const none = (): undefined => undefined
    const doors = { uidOf: none, validators: none, weightsOf: none }
    const metagraph = { ...doors, columns: { ownerUid: 0 }, row: () => ({ hotkey: owner }) }
    const view = { standings: new Map([[ann, standing]]), state: {}, metagraph, hotkey: owner }
    const weights = new Rental().weights(view as unknown as Parameters<Rental['weights']>[0])
    expect([...weights]).toEqual([
      [ann, 0.4],
      [owner, 0.6],
    ])
  })
})
