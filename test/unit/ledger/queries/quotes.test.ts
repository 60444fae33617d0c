import { describe, expect, it } from 'vitest'
import type { StakeQuote, UnstakeQuote } from '../../../../src/ledger/index.js'
import { RAO_PER_TAO, valueRao } from '../../../../src/units/index.js'
import { Harness } from '../harness.js'

const TAO = RAO_PER_TAO

/** A subnet whose pool nothing moves but trades: root lets no TAO in, and no epoch pays. */
function quiet(): Harness {
  const h = new Harness({
    preset: 'reference',
    endowedTao: { alice: 1_000_000, bob: 1_000_000 },
    hyperparameters: { tempoBlocks: 5_000 },
  })
  h.startSubnet()
  return h
}

const place = (h: Harness) => ({ netuid: 1, hotkey: h.hotkey('alice-hot') })

type Made<Q> = Extract<Q, { readonly refusal: null }>

function made<Q extends StakeQuote | UnstakeQuote>(quote: Q | null): Made<Q> {
  if (quote === null || quote.refusal !== null) throw new TypeError(`no trade: ${quote?.refusal.error}`)
  return quote as Made<Q>
}

describe('stakeQuote', () => {
  it('is what the next block gives, fee and price after it included', () => {
    const h = quiet()
    for (const amountRao of [1n * TAO, 100n * TAO, 5_000n * TAO]) {
      const quote = made(h.ledger.query('stakeQuote', { netuid: 1, amountRao }))
      const { priceBits } = h.subnet()
      const { events } = h.call('bob', 'addStake', { ...place(h), amountRao })
      const added = events.flatMap(({ name, data }) => (name === 'StakeAdded' ? [data] : []))
      expect(added).toMatchObject([
        { amountRao: quote.spentRao, amountAlpha: quote.amountAlpha, feeRao: quote.feeRao },
      ])
      expect([quote.spentRao, quote.priceBits, quote.priceAfterBits]).toEqual([
        amountRao,
        priceBits,
        h.subnet().priceBits,
      ])
      expect(quote.priceAfterBits).toBeGreaterThan(quote.priceBits)
    }
  })

  it('says what is lost against the spot price, and what the fee takes besides', () => {
    const h = quiet()
    // 1,000 TAO and 1,000 alpha: 10 TAO buy 1000 - 1000 * 1000 / (1000 + 10 - fee) alpha.
    const quote = made(h.ledger.query('stakeQuote', { netuid: 1, amountRao: 10n * TAO }))
    expect(quote.feeRao).toBe((10n * TAO * 33n) / 65_535n)
    expect(quote.slippageAlpha).toBe(10n * TAO - quote.feeRao - quote.amountAlpha)
    expect(Number(quote.amountAlpha) / 1e9).toBeCloseTo(1_000 - 1e6 / (1_010 - Number(quote.feeRao) / 1e9), 6)
    expect(quote.leastRao).toBe(2_001_007n)
  })

  it('takes what a limit lets in, as the call does', () => {
    const h = quiet()
    const offer = { amountRao: 500n * TAO, limitRaoPerAlpha: (TAO * 11n) / 10n }
    const quote = made(h.ledger.query('stakeQuote', { netuid: 1, ...offer }))
    expect(quote.spentRao).toBeLessThan(offer.amountRao)
    const call = { ...place(h), ...offer, allowPartial: true }
    const { events } = h.call('bob', 'addStakeLimit', call)
    const [added] = events.flatMap(({ name, data }) => (name === 'StakeAdded' ? [data] : []))
    expect(added).toMatchObject({ amountRao: quote.spentRao, amountAlpha: quote.amountAlpha })
  })

  it.each([
    ['PriceLimitExceeded', { amountRao: TAO, limitRaoPerAlpha: TAO / 2n }],
    ['InsufficientLiquidity', { amountRao: 2_000_000n * TAO }],
  ])('is refused with %s as the call is', (error, offer) => {
    const h = quiet()
    const quote = h.ledger.query('stakeQuote', { netuid: 1, ...offer })
    const { limitRaoPerAlpha } = { limitRaoPerAlpha: undefined, ...offer }
    const call =
      limitRaoPerAlpha === undefined
        ? h.call('bob', 'addStake', { ...place(h), ...offer })
        : h.call('bob', 'addStakeLimit', { ...place(h), ...offer, limitRaoPerAlpha, allowPartial: true })
    expect(quote?.refusal).toMatchObject({ error })
    expect(quote).toEqual({ refusal: call.refusal })
  })

  it('is one for one on root, and none where there is no subnet', () => {
    const { ledger } = quiet()
    const one = 1n << 64n
    expect(ledger.query('stakeQuote', { netuid: 0, amountRao: 7n * TAO })).toEqual({
      refusal: null,
      spentRao: 7n * TAO,
      feeRao: 0n,
      amountAlpha: 7n * TAO,
      slippageAlpha: 0n,
      priceBits: one,
      priceAfterBits: one,
      leastRao: 2_000_000n,
    })
    expect(ledger.query('stakeQuote', { netuid: 7, amountRao: TAO })).toBe(null)
    expect(ledger.query('unstakeQuote', { netuid: 7, amountAlpha: TAO })).toBe(null)
  })
})

describe('unstakeQuote', () => {
  it('is what the next block pays, fee and price after it included', () => {
    const h = quiet()
    h.call('bob', 'addStake', { ...place(h), amountRao: 400n * TAO })
    for (const amountAlpha of [1n * TAO, 50n * TAO, 100n * TAO]) {
      const quote = made(h.ledger.query('unstakeQuote', { netuid: 1, amountAlpha }))
      const { priceBits } = h.subnet()
      const before = h.balance('bob')
      const { events } = h.call('bob', 'removeStake', { ...place(h), amountAlpha })
      const removed = events.flatMap(({ name, data }) => (name === 'StakeRemoved' ? [data] : []))
      expect(removed).toMatchObject([{ amountRao: quote.amountRao, amountAlpha, feeAlpha: quote.feeAlpha }])
      expect([h.balance('bob') - before, quote.priceBits, quote.priceAfterBits]).toEqual([
        quote.amountRao,
        priceBits,
        h.subnet().priceBits,
      ])
      expect(quote.slippageRao).toBe(valueRao(amountAlpha - quote.feeAlpha, priceBits) - quote.amountRao)
    }
  })

  it('takes what a limit lets out, and is refused as the call is', () => {
    const h = quiet()
    h.call('bob', 'addStake', { ...place(h), amountRao: 400n * TAO })
    const { priceBits } = h.subnet()
    const limitRaoPerAlpha = valueRao(TAO, priceBits) - TAO / 20n
    const offer = { amountAlpha: 200n * TAO, limitRaoPerAlpha }
    const quote = made(h.ledger.query('unstakeQuote', { netuid: 1, ...offer }))
    const { events } = h.call('bob', 'removeStakeLimit', { ...place(h), ...offer, allowPartial: true })
    const [removed] = events.flatMap(({ name, data }) => (name === 'StakeRemoved' ? [data] : []))
    expect(removed).toMatchObject({ amountAlpha: quote.spentAlpha, amountRao: quote.amountRao })
    const dear = { amountAlpha: TAO, limitRaoPerAlpha: 5n * TAO }
    const { refusal } = h.call('bob', 'removeStakeLimit', { ...place(h), ...dear, allowPartial: true })
    expect(h.ledger.query('unstakeQuote', { netuid: 1, ...dear })).toEqual({ refusal })
    const all = h.ledger.query('unstakeQuote', { netuid: 1, amountAlpha: 10_000_000n * TAO })
    expect(all?.refusal).toMatchObject({ error: 'InsufficientLiquidity', data: { because: 'tooMuchAlpha' } })
  })
})
