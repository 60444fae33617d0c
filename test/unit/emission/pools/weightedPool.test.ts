import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Injection,
  type MechanismReserves,
  mechanismPool,
  openPool,
  PRICE_ONE_BITS,
  rootProportionBits,
  type WeightedReserves,
  weightedPool,
} from '../../../../src/emission/index.js'
import { describeRefusals } from '../../../arguments/refuses.js'

const TAO = 10n ** 9n
const E18 = 10n ** 18n

const weighted = (taoRao: bigint, alphaIn: bigint, quoteWeightE18 = E18 / 2n): WeightedReserves => ({
  taoRao,
  alphaIn,
  quoteWeightE18,
  feeU16: 33,
})

describe('weightedPool', () => {
  const held = weighted(1_000n * TAO, 2_000n * TAO)

  it('takes what a reserve has no room for, and counts the most that there is', () => {
    const most = 2n ** 64n - 1n
    const sold = weightedPool.sell(weighted(1_000_000n * TAO, most - 50n * TAO), 100n * TAO)
    expect(sold).toMatchObject({ ok: true, reserves: { alphaIn: most } })
    const bought = weightedPool.buy(weighted(most - 500_000n * TAO, most / 2n), 1_000_000n * TAO)
    expect(bought).toMatchObject({ ok: true, reserves: { taoRao: most } })
  })

  // The worked trades of the fact sheet.
  it('takes the fee out of what is offered', () => {
    expect(weightedPool.buy(held, 100n * TAO)).toMatchObject({
      inRao: 99_949_645_228n,
      feeRao: 50_354_772n,
      outAlpha: 181_734_946_979n,
    })
    expect(weightedPool.sell(held, 100n * TAO)).toMatchObject({
      feeAlpha: 50_354_772n,
      outRao: 47_596_210_440n,
    })
  })

  it('takes an input of 1,000 times the reserve at most', () => {
    const limitRaoPerAlpha = 2n ** 64n - 1n
    const terms = { limitRaoPerAlpha, takesFee: false }
    expect(weightedPool.buy(held, 1_000n * held.taoRao, terms).ok).toBe(true)
    expect(weightedPool.buy(held, 1_000n * held.taoRao + 1n, terms)).toEqual({
      ok: false,
      error: 'SwapInputTooLarge',
    })
  })

  it('tells an empty reserve before a price past the limit', () => {
    const low = weighted(1_000n * TAO, 999_999n)
    const refusal = { ok: false, error: 'ReservesTooLow' }
    expect(weightedPool.buy(low, 5n, { limitRaoPerAlpha: 1n })).toEqual(refusal)
    expect(weightedPool.buy(weighted(1_000n * TAO, 1_000_000n), 5n, { limitRaoPerAlpha: 1n })).toEqual({
      ok: false,
      error: 'PriceLimitExceeded',
    })
  })

  it('keeps what its reserves hold beside', () => {
    const named = { ...held, name: 'mine' }
    const trade = weightedPool.sell(named, TAO)
    expect(trade.ok && trade.reserves.name).toBe('mine')
    expect(weightedPool.inject(named, { taoInRao: 5n, alphaIn: 5n, excessRao: 5n }).reserves.name).toBe(
      'mine',
    )
  })

  it.each([
    [1n, 1n],
    [3n, 1n],
    [1n, 4n],
    [9n, 1n],
  ])('never lowers alpha^%s * TAO^%s, to the decimals of the power', (w1, w2) => {
    const reserve = fc.bigInt(10n ** 6n, 10n ** 16n)
    const product = ({ taoRao, alphaIn }: WeightedReserves): bigint => alphaIn ** w1 * taoRao ** w2
    fc.assert(
      fc.property(reserve, reserve, reserve, fc.boolean(), (taoRao, alphaIn, amount, isPurchase) => {
        const before = weighted(taoRao, alphaIn, (E18 * w2) / (w1 + w2))
        const trade = weightedPool[isPurchase ? 'buy' : 'sell'](before, amount, { takesFee: false })
        if (!trade.ok) return
        // Of the reserve that pays out up to two parts of 10^18 may be too much, and counted so often as its exponent says.
        const paid = isPurchase ? [alphaIn, trade.reserves.alphaIn] : [taoRao, trade.reserves.taoRao]
        const slack = paid[1] === 0n ? 1n : (2n * (w1 + w2) * paid[0]!) / paid[1]! + 1n
        expect(product(trade.reserves) * E18).toBeGreaterThanOrEqual(product(before) * (E18 - slack))
      }),
      { numRuns: 300 },
    )
  })

  it('sends in with TAO the alpha that it is worth, as far as root allows, and counts the rest as excess', () => {
    const offer = { taoBits: 1_000n << 32n, alphaOut: 0n, rootProportionBits: 1n << 32n }
    // Price one half: an alpha of 2,000 for 1,000 rao.
    expect(weightedPool.planInjection(held, offer)).toEqual({
      taoInRao: 1_000n,
      alphaIn: 2_000n,
      alphaOut: TAO,
      excessRao: 0n,
    })
    // Root has 2^-20 of it: 10^9 / 2^20 = 953.67 alpha, for 476.8 rao.
    expect(weightedPool.planInjection(held, { ...offer, rootProportionBits: 1n << 12n })).toEqual({
      taoInRao: 476n,
      alphaIn: 953n,
      alphaOut: TAO,
      excessRao: 523n,
    })
  })

  it('has no alpha for TAO without a price', () => {
    const offer = { taoBits: 1_000n << 32n, alphaOut: 0n, rootProportionBits: 1n << 32n }
    expect(weightedPool.planInjection(weighted(5n, 0n), offer)).toMatchObject({
      taoInRao: 1_000n,
      alphaIn: 0n,
    })
  })

  it('refuses an injection whole when a side would weigh less than one percent, and buys all the same', () => {
    const edge = weighted(1_000n * TAO, 1_000n * TAO, E18 / 100n)
    const plan = { taoInRao: 0n, alphaIn: 10n * TAO, excessRao: TAO }
    const done = weightedPool.inject(edge, plan)
    expect(done).toMatchObject({ taoInRao: 0n, alphaIn: 0n, spentRao: TAO })
    expect(done.reserves.quoteWeightE18).toBe(edge.quoteWeightE18)
    expect(done.reserves.taoRao).toBe(1_001n * TAO)
  })

  it('spends nothing of an excess that cannot buy', () => {
    const empty = weighted(1_000n * TAO, 999_999n)
    expect(weightedPool.inject(empty, { taoInRao: 0n, alphaIn: 0n, excessRao: TAO })).toMatchObject({
      spentRao: 0n,
      boughtAlpha: 0n,
      reserves: { taoRao: 1_000n * TAO, alphaIn: 999_999n },
    })
  })
})

describe('mechanismPool', () => {
  // Block 3,595,400 of a subnet of mechanism 0 in the reference's coinbase.
  it('moves the weights of a subnet that trades 1:1, before its excess buys', () => {
    const held: MechanismReserves = {
      ...weighted(4_449_837_362_758_193n, 23_658_502_444n, E18 / 4n),
      mechanism: 0,
    }
    const alphaOut = 1_995_115_826n
    const state = {
      rootTaoRao: 2_510_693_740n,
      alphaIn: held.alphaIn,
      alphaOut,
      taoWeightU64: 2n ** 64n - 1n,
    }
    const plan = mechanismPool.planInjection(held, {
      taoBits: TAO << 32n,
      alphaOut,
      rootProportionBits: rootProportionBits(state),
    })
    const expected: Injection = {
      taoInRao: 89_144_507n,
      alphaIn: 89_144_507n,
      alphaOut: TAO,
      excessRao: 910_855_492n,
    }
    expect(plan).toEqual(expected)
    expect(mechanismPool.inject(held, plan).reserves).toEqual({
      ...held,
      taoRao: 4_449_838_362_758_192n,
      alphaIn: 22_836_791_459n,
      quoteWeightE18: 249_295_500_446_287_961n,
    })
  })

  it('is the weighted pool where the mechanism is 1', () => {
    const held: MechanismReserves = { ...weighted(5_000n * TAO, 7_000n * TAO, E18 / 3n), mechanism: 1 }
    const plan = { taoInRao: 5n, alphaIn: 7n, excessRao: 10n ** 6n }
    expect(mechanismPool.price(held)).toBe(weightedPool.price(held))
    expect(mechanismPool.buy(held, TAO)).toEqual(weightedPool.buy(held, TAO))
    expect(mechanismPool.sell(held, TAO)).toEqual(weightedPool.sell(held, TAO))
    expect(mechanismPool.inject(held, plan)).toEqual(weightedPool.inject(held, plan))
  })
})

describe('openPool', () => {
  it('weighs both sides equally without a price', () => {
    expect(openPool({ taoRao: 5n, alphaIn: 0n })).toEqual({ ok: true, reserves: weighted(5n, 0n) })
  })

  it('finds the weights for a price, which the pool then has', () => {
    const opened = openPool({ taoRao: 4n * TAO, alphaIn: TAO, priceBits: PRICE_ONE_BITS })
    expect(opened).toMatchObject({ ok: true, reserves: { quoteWeightE18: (E18 * 4n) / 5n } })
    if (opened.ok) expect(weightedPool.price(opened.reserves)).toBe(PRICE_ONE_BITS)
  })

  it('refuses a price out of all proportion', () => {
    const refusal = { ok: false, error: 'ReservesOutOfBalance' }
    expect(openPool({ taoRao: 1n, alphaIn: 100n, priceBits: PRICE_ONE_BITS })).toEqual(refusal)
    expect(openPool({ taoRao: 0n, alphaIn: 0n, priceBits: PRICE_ONE_BITS })).toEqual(refusal)
  })
})

const amounts = [-1n, 2n ** 64n, 1]
const asked = {
  free: ['reserves.unheardOf'],
  optional: ['terms', 'terms.limitRaoPerAlpha', 'terms.takesFee'],
  alsoRight: { terms: [{}] },
}
const wrong = {
  'reserves.taoRao': amounts,
  'reserves.alphaIn': amounts,
  'reserves.quoteWeightE18': [E18 / 100n - 1n, (99n * E18) / 100n + 1n, 0.5],
  'reserves.feeU16': [65_536, -1, 1.5],
}
const held = () => weighted(50n, 50n)
const terms = () => ({ limitRaoPerAlpha: TAO, takesFee: true })

describeRefusals(
  'weightedPool',
  { price: weightedPool.price, buy: weightedPool.buy, sell: weightedPool.sell },
  {
    price: {
      free: asked.free,
      params: ['reserves'],
      args: () => [held()],
      call: weightedPool.price,
      alsoWrong: wrong,
    },
    buy: {
      ...asked,
      params: ['reserves', 'taoRao', 'terms'],
      args: () => [held(), 5n, terms()],
      call: weightedPool.buy,
      alsoWrong: { ...wrong, taoRao: amounts, 'terms.limitRaoPerAlpha': amounts },
    },
    sell: {
      ...asked,
      params: ['reserves', 'alpha', 'terms'],
      args: () => [held(), 5n, terms()],
      call: weightedPool.sell,
      alsoWrong: { ...wrong, alpha: amounts, 'terms.limitRaoPerAlpha': amounts },
    },
  },
)

const ofMechanism = (mechanism: 0 | 1) => (): MechanismReserves => ({ ...held(), mechanism })

for (const mechanism of [0, 1] as const) {
  const reserves = ofMechanism(mechanism)
  const alsoWrong = { ...wrong, 'reserves.mechanism': [2, -1] }
  describeRefusals(
    `mechanismPool, mechanism ${mechanism}`,
    { price: mechanismPool.price, buy: mechanismPool.buy, sell: mechanismPool.sell },
    {
      price: {
        free: asked.free,
        params: ['reserves'],
        args: () => [reserves()],
        call: mechanismPool.price,
        alsoWrong,
      },
      buy: {
        ...asked,
        params: ['reserves', 'taoRao', 'terms'],
        args: () => [reserves(), 5n, terms()],
        call: mechanismPool.buy,
        alsoWrong: { ...alsoWrong, taoRao: amounts, 'terms.limitRaoPerAlpha': amounts },
      },
      sell: {
        ...asked,
        params: ['reserves', 'alpha', 'terms'],
        args: () => [reserves(), 5n, terms()],
        call: mechanismPool.sell,
        alsoWrong: { ...alsoWrong, alpha: amounts, 'terms.limitRaoPerAlpha': amounts },
      },
    },
  )
}
