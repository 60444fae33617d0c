import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  limitPriceBits,
  type MechanismReserves,
  mechanismPool,
  mostToBuy,
  mostToSell,
  mostToSwap,
} from '../../../../src/emission/index.js'

const TAO = 10n ** 9n
const E18 = 10n ** 18n
const EVERYTHING = { ok: true, amount: 2n ** 64n - 1n }
const NOTHING = { ok: true, amount: 0n }

const dynamic = (taoRao: bigint, alphaIn: bigint, quoteWeightE18 = E18 / 2n): MechanismReserves => ({
  taoRao,
  alphaIn,
  quoteWeightE18,
  feeU16: 33,
  mechanism: 1,
})
const stable: MechanismReserves = { ...dynamic(5n * TAO, 0n), mechanism: 0 }
const even = dynamic(1_000n * TAO, 1_000n * TAO)

describe('mostToBuy', () => {
  it('is what brings the price to the limit, with the fee on top', () => {
    // Four times the price takes as much TAO again, of which 33 / 65502 come on top.
    expect(mostToBuy(even, 4n * TAO)).toEqual({ ok: true, amount: 1_000n * TAO + 503_801_410n })
  })

  it('takes, offered to the pool, to the limit and not beyond', () => {
    const reserve = fc.bigInt(10n ** 9n, 10n ** 16n)
    const weight = fc.bigInt((E18 * 4n) / 10n, (E18 * 6n) / 10n)
    fc.assert(
      fc.property(
        reserve,
        reserve,
        weight,
        fc.bigInt(1n, 10n ** 13n),
        (taoRao, alphaIn, quoteWeight, limit) => {
          const held = dynamic(taoRao, alphaIn, quoteWeight)
          const most = mostToBuy(held, limit)
          const priced = mechanismPool.price(held)
          if (!most.ok) {
            expect(['PriceLimitExceeded', 'SwapInputTooLarge']).toContain(most.error)
            return
          }
          expect(priced).toBeLessThan(limitPriceBits(limit))
          const trade = mechanismPool.buy(held, most.amount, { limitRaoPerAlpha: limit })
          if (trade.ok) expect(trade.inRao + trade.feeRao).toBeGreaterThanOrEqual(most.amount - 1n)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('is refused by a pool past its limit, or too small', () => {
    expect(mostToBuy(even, TAO)).toEqual({ ok: false, error: 'PriceLimitExceeded' })
    expect(mostToBuy(dynamic(TAO, 5n), TAO)).toEqual({ ok: false, error: 'ReservesTooLow' })
  })

  it('is all or nothing where an alpha is a TAO', () => {
    expect(mostToBuy(stable, TAO)).toEqual(EVERYTHING)
    expect(mostToBuy(stable, TAO - 1n)).toEqual(NOTHING)
  })
})

describe('mostToSell', () => {
  it('is what brings the price to the limit, with the fee on top', () => {
    expect(mostToSell(even, TAO / 4n)).toEqual({ ok: true, amount: 1_000n * TAO + 503_801_410n })
  })

  // A sale of the reference that its limit stopped: 222,307 went in, and 111 were the fee.
  it('is what the reference sells', () => {
    const held = dynamic(46_204_065_052_458n, 150_835_838n)
    const limitRaoPerAlpha = 305_419_264_773_668n
    const most = mostToSell(held, limitRaoPerAlpha)
    expect(most).toEqual({ ok: true, amount: 222_307n + 111n })
    const trade = mechanismPool.sell(held, 222_418n, { limitRaoPerAlpha })
    expect(trade).toMatchObject({ reserves: { taoRao: 46_136_068_142_463n, alphaIn: 151_058_145n } })
  })

  it('is refused where no sale comes down to the limit', () => {
    expect(mostToSell(even, 0n)).toEqual({ ok: false, error: 'SwapInputTooLarge' })
  })

  it('is all or nothing where an alpha is a TAO', () => {
    expect(mostToSell(stable, TAO)).toEqual(EVERYTHING)
    expect(mostToSell(stable, TAO + 1n)).toEqual(NOTHING)
  })
})

describe('mostToSwap', () => {
  it('is all or nothing between subnets that trade 1:1', () => {
    expect(mostToSwap(stable, stable, TAO)).toEqual(EVERYTHING)
    expect(mostToSwap(stable, stable, TAO + 1n)).toEqual(NOTHING)
  })

  it('is what buys from the destination up to the inverse of the limit, where the origin trades 1:1', () => {
    expect(mostToSwap(stable, even, TAO / 4n)).toEqual(mostToBuy(even, 4n * TAO))
    // 10^18 / 3 with 64 fractional bits, floored twice.
    expect(mostToSwap(stable, dynamic(TAO, TAO), 3n)).toEqual(
      mostToBuy(dynamic(TAO, TAO), 333_333_333_333_333_333n),
    )
    expect(mostToSwap(stable, even, 0n)).toEqual(EVERYTHING)
    expect(mostToSwap(stable, even, TAO)).toEqual({ ok: false, error: 'PriceLimitExceeded' })
  })

  it('is what the origin sells down to the limit, where the destination trades 1:1', () => {
    expect(mostToSwap(even, stable, TAO / 4n)).toEqual(mostToSell(even, TAO / 4n))
  })

  it('is a closed form between pools whose price moves', () => {
    // 3000 * (1 / 4) / 0.5 - 1000 * (3 / 4) = 750 alpha.
    const destination = dynamic(3_000n * TAO, 3_000n * TAO)
    expect(mostToSwap(even, destination, TAO / 2n)).toEqual({ ok: true, amount: 750n * TAO })
    expect(mostToSwap(even, destination, TAO + 1n)).toEqual(NOTHING)
    expect(mostToSwap(even, destination, TAO)).toEqual(NOTHING)
    expect(mostToSwap(even, destination, 0n)).toEqual(EVERYTHING)
  })
})
