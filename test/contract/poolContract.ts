import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Injection,
  limitPriceBits,
  type Purchase,
  type Reserves,
  type Sale,
  type SubnetPool,
  type TradeTerms,
} from '../../src/emission/index.js'

export interface PoolUnderTest<R extends Reserves> {
  readonly pool: SubnetPool<R>
  readonly reserves: fc.Arbitrary<R>
  /** Hands out what it is asked for, and a reserve that does not hold it ends at 0, as mechanism 0 of the reference does. */
  readonly isUnlimited?: boolean
}

const ERRORS = ['PriceLimitExceeded', 'ReservesTooLow', 'SwapInputTooLarge', 'InsufficientLiquidity']

const amounts = fc.oneof(fc.bigInt(0n, 1_000n), fc.bigInt(0n, 10n ** 16n))
const limits = fc.oneof(fc.bigInt(1n, 10n ** 12n), fc.bigInt(5n * 10n ** 8n, 2n * 10n ** 9n))
const terms: fc.Arbitrary<TradeTerms> = fc.record(
  { limitRaoPerAlpha: limits, takesFee: fc.boolean() },
  { requiredKeys: [] },
)

/** A price computed in fixed point may miss by its last digits. */
const slack = (priceBits: bigint): bigint => (priceBits >> 30n) + 1n

/** What every pool must do, whatever its curve. */
export function describePoolContract<R extends Reserves>(name: string, tested: PoolUnderTest<R>): void {
  const { pool, isUnlimited = false } = tested
  // Frozen: a pool that writes into what it was given throws.
  const reserves = tested.reserves.map((held) => Object.freeze(held))
  const after = (held: bigint, out: bigint): bigint => (isUnlimited && out > held ? 0n : held - out)

  const bought = (held: R, taoRao: bigint, given?: TradeTerms): Purchase<R> | undefined => {
    const trade = pool.buy(held, taoRao, given)
    if (trade.ok) return trade
    expect(ERRORS).toContain(trade.error)
    return undefined
  }
  const sold = (held: R, alpha: bigint, given?: TradeTerms): Sale<R> | undefined => {
    const trade = pool.sell(held, alpha, given)
    if (trade.ok) return trade
    expect(ERRORS).toContain(trade.error)
    return undefined
  }

  describe(`a purchase from the ${name} pool`, () => {
    it('takes at most what was offered, and pays out of the reserve into which it went', () => {
      fc.assert(
        fc.property(reserves, amounts, terms, (held, taoRao, given) => {
          const trade = bought(held, taoRao, given)
          if (trade === undefined) return
          const { inRao, feeRao, outAlpha } = trade
          expect(inRao >= 0n && feeRao >= 0n && outAlpha >= 0n).toBe(true)
          expect(inRao + feeRao).toBeLessThanOrEqual(taoRao)
          if (!isUnlimited) expect(outAlpha).toBeLessThanOrEqual(held.alphaIn)
          expect(trade.reserves.taoRao).toBe(held.taoRao + inRao)
          expect(trade.reserves.alphaIn).toBe(after(held.alphaIn, outAlpha))
        }),
      )
    })

    it('never lowers the price, nor raises it past the limit', () => {
      fc.assert(
        fc.property(reserves, amounts, terms, (held, taoRao, given) => {
          const before = pool.price(held)
          const trade = bought(held, taoRao, given)
          const { limitRaoPerAlpha } = given
          if (trade === undefined) return
          const now = pool.price(trade.reserves)
          // All alpha was bought, and none is left to price.
          if (now === 0n && trade.reserves.alphaIn === 0n) return
          expect(now).toBeGreaterThanOrEqual(before)
          if (limitRaoPerAlpha === undefined) return
          const limit = limitPriceBits(limitRaoPerAlpha)
          expect(now).toBeLessThanOrEqual(limit + slack(limit))
        }),
      )
    })

    it('is refused when the price is past the limit before it starts', () => {
      fc.assert(
        fc.property(reserves, limits, (held, limitRaoPerAlpha) => {
          fc.pre(limitPriceBits(limitRaoPerAlpha) < pool.price(held))
          const trade = pool.buy(held, 10n ** 7n, { limitRaoPerAlpha })
          if (!trade.ok) expect(ERRORS).toContain(trade.error)
          expect(trade.ok).toBe(false)
        }),
      )
    })
  })

  describe(`a sale to the ${name} pool`, () => {
    it('takes at most what was offered, and pays out of the reserve into which it went', () => {
      fc.assert(
        fc.property(reserves, amounts, terms, (held, alpha, given) => {
          const trade = sold(held, alpha, given)
          if (trade === undefined) return
          const { inAlpha, feeAlpha, outRao } = trade
          expect(inAlpha >= 0n && feeAlpha >= 0n && outRao >= 0n).toBe(true)
          expect(inAlpha + feeAlpha).toBeLessThanOrEqual(alpha)
          if (!isUnlimited) expect(outRao).toBeLessThanOrEqual(held.taoRao)
          expect(trade.reserves.alphaIn).toBe(held.alphaIn + inAlpha)
          expect(trade.reserves.taoRao).toBe(after(held.taoRao, outRao))
        }),
      )
    })

    it('never raises the price, nor lowers it past the limit', () => {
      fc.assert(
        fc.property(reserves, amounts, terms, (held, alpha, given) => {
          const before = pool.price(held)
          const trade = sold(held, alpha, given)
          const { limitRaoPerAlpha } = given
          if (trade === undefined) return
          expect(pool.price(trade.reserves)).toBeLessThanOrEqual(before)
          if (limitRaoPerAlpha === undefined) return
          const limit = limitPriceBits(limitRaoPerAlpha)
          expect(pool.price(trade.reserves)).toBeGreaterThanOrEqual(limit - slack(limit))
        }),
      )
    })

    it('is refused when the price is past the limit before it starts', () => {
      fc.assert(
        fc.property(reserves, limits, (held, limitRaoPerAlpha) => {
          fc.pre(limitPriceBits(limitRaoPerAlpha) > pool.price(held))
          expect(pool.sell(held, 10n ** 7n, { limitRaoPerAlpha }).ok).toBe(false)
        }),
      )
    })
  })

  describe(`trades with the ${name} pool`, () => {
    it('give nothing for nothing', () => {
      fc.assert(
        fc.property(reserves, (held) => {
          expect(bought(held, 0n) ?? { inRao: 0n, feeRao: 0n, outAlpha: 0n, reserves: held }).toMatchObject({
            inRao: 0n,
            feeRao: 0n,
            outAlpha: 0n,
            reserves: held,
          })
          expect(sold(held, 0n) ?? { inAlpha: 0n, feeAlpha: 0n, outRao: 0n, reserves: held }).toMatchObject({
            inAlpha: 0n,
            feeAlpha: 0n,
            outRao: 0n,
            reserves: held,
          })
        }),
      )
    })

    it('there and back earn nothing', () => {
      fc.assert(
        fc.property(reserves, amounts, (held, taoRao) => {
          const there = bought(held, taoRao)
          const back = there && sold(there.reserves, there.outAlpha)
          if (back) expect(back.outRao).toBeLessThanOrEqual(taoRao)
        }),
      )
    })

    it('cost the chain itself no fee', () => {
      fc.assert(
        fc.property(reserves, amounts, (held, amount) => {
          expect(bought(held, amount, { takesFee: false })?.feeRao ?? 0n).toBe(0n)
          expect(sold(held, amount, { takesFee: false })?.feeAlpha ?? 0n).toBe(0n)
        }),
      )
    })
  })

  describe(`the ${name} pool under emission`, () => {
    const emission = fc.record({
      taoBits: fc.bigInt(0n, (10n ** 9n) << 32n),
      alphaOut: amounts,
      rootProportionBits: fc.bigInt(0n, 1n << 32n),
    })

    it('divides at most what it was offered', () => {
      fc.assert(
        fc.property(reserves, emission, (held, offer) => {
          const { taoInRao, alphaIn, alphaOut, excessRao } = pool.planInjection(held, offer)
          expect([taoInRao, alphaIn, alphaOut, excessRao].every((amount) => amount >= 0n)).toBe(true)
          expect((taoInRao + excessRao) << 32n).toBeLessThanOrEqual(offer.taoBits)
        }),
      )
    })

    it('takes in at most what was planned, and its reserves grow by just that', () => {
      fc.assert(
        fc.property(reserves, emission, (held, offer) => {
          const plan = pool.planInjection(held, offer)
          const done = pool.inject(held, plan)
          expect(done.taoInRao).toBeLessThanOrEqual(plan.taoInRao)
          expect(done.alphaIn).toBeLessThanOrEqual(plan.alphaIn)
          expect(done.spentRao).toBeLessThanOrEqual(plan.excessRao)
          expect(done.reserves.taoRao).toBe(held.taoRao + done.taoInRao + done.spentRao)
          expect(done.reserves.alphaIn).toBe(after(held.alphaIn, done.boughtAlpha) + done.alphaIn)
        }),
      )
    })

    it('keeps its price when nothing is excess', () => {
      fc.assert(
        fc.property(reserves, emission, (held, offer) => {
          const plan: Injection = { ...pool.planInjection(held, offer), excessRao: 0n }
          const before = pool.price(held)
          if (before === 0n) return
          const now = pool.price(pool.inject(held, plan).reserves)
          // Amounts are whole: each may miss by one unit, which weighs the more the smaller the reserve.
          const unit = (before * 2n) / (held.alphaIn + 1n) + (2n << 64n) / (held.alphaIn + 1n)
          // So are the products of both reserves with a weight, of at least a hundredth, that a weight is made of.
          const { taoRao, alphaIn }: Reserves = held
          const ofWeights = (before * 100n) / (taoRao * alphaIn + 1n)
          const missed = now > before ? now - before : before - now
          expect(missed).toBeLessThanOrEqual(unit + ofWeights + slack(before))
        }),
      )
    })
  })
}
