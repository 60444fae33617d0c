import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type EmissionScheduler,
  fixedPricePool,
  limitPriceBits,
  PRICE_ONE_BITS,
  type Purchase,
  type Reserves,
  type SubnetPool,
  type TradeRefusal,
} from '../../../../src/emission/index.js'
import { describeRefusals } from '../../../arguments/refuses.js'

interface WeightedReserves extends Reserves {
  readonly quoteWeightE18: bigint
}

describe('fixedPricePool', () => {
  // From swaps of mechanism 0 by the reference: side, amount in, reserves before, reserves after.
  it.each([
    [
      'buy',
      1_765n,
      [12_505_102_321_747_970n, 4_118_502_488_725_958n],
      [12_505_102_321_749_735n, 4_118_502_488_724_193n],
    ],
    // The reserve of alpha ends at 0.
    ['buy', 2_712_475n, [87_546_711n, 971_383n], [90_259_186n, 0n]],
    ['sell', 8_853_120n, [23_757_975_217n, 370_382_115_580n], [23_749_122_097n, 370_390_968_700n]],
    // The reserve of TAO ends at 0.
    ['sell', 18_001_964_490n, [4_250_689_122n, 59_925_852_294n], [0n, 77_927_816_784n]],
  ] as const)('answers a %s of %s as the reference does', (side, amount, before, after) => {
    const trade = fixedPricePool[side]({ taoRao: before[0], alphaIn: before[1] }, amount)
    const paid = side === 'buy' ? { outAlpha: amount, feeRao: 0n } : { outRao: amount, feeAlpha: 0n }
    expect(trade).toMatchObject({ ok: true, ...paid, reserves: { taoRao: after[0], alphaIn: after[1] } })
  })

  it('trades at a limit of exactly its price, and not past it', () => {
    const reserves = { taoRao: 50n, alphaIn: 50n }
    const one = 10n ** 9n
    const refusal = { ok: false, error: 'PriceLimitExceeded' }
    expect(fixedPricePool.buy(reserves, 5n, { limitRaoPerAlpha: one }).ok).toBe(true)
    expect(fixedPricePool.sell(reserves, 5n, { limitRaoPerAlpha: one }).ok).toBe(true)
    expect(fixedPricePool.buy(reserves, 5n, { limitRaoPerAlpha: one - 1n })).toEqual(refusal)
    expect(fixedPricePool.sell(reserves, 5n, { limitRaoPerAlpha: one + 1n })).toEqual(refusal)
  })

  it('keeps every alpha a claim on one rao: all TAO goes in, and as much alpha to the participants', () => {
    const reserves = { taoRao: 50n, alphaIn: 0n }
    const offer = { taoBits: (7n << 32n) + 5n, alphaOut: 50n, rootProportionBits: 0n }
    const plan = fixedPricePool.planInjection(reserves, offer)
    expect(plan).toEqual({ taoInRao: 7n, alphaIn: 0n, alphaOut: 7n, excessRao: 0n })
    expect(fixedPricePool.inject(reserves, plan).reserves).toEqual({ taoRao: 57n, alphaIn: 0n })
  })

  it('spends an excess before alpha goes in, as the reference does', () => {
    // A block of mechanism 0 of the reference's coinbase: 89,144,507 go in on both sides, the rest buys alpha.
    const reserves = { taoRao: 4_449_837_362_758_193n, alphaIn: 23_658_502_444n }
    const plan = { taoInRao: 89_144_507n, alphaIn: 89_144_507n, excessRao: 910_855_492n }
    expect(fixedPricePool.inject(reserves, plan)).toEqual({
      taoInRao: 89_144_507n,
      alphaIn: 89_144_507n,
      spentRao: 910_855_492n,
      boughtAlpha: 910_855_492n,
      reserves: { taoRao: 4_449_838_362_758_192n, alphaIn: 22_836_791_459n },
    })
  })

  it('serves reserves of every kind and keeps what they hold beside', () => {
    const reserves: WeightedReserves = { taoRao: 5n, alphaIn: 5n, quoteWeightE18: 3n }
    const pool: SubnetPool<WeightedReserves> = fixedPricePool
    expect(pool.buy(reserves, 2n)).toMatchObject({
      reserves: { taoRao: 7n, alphaIn: 3n, quoteWeightE18: 3n },
    })
    const trade = fixedPricePool.buy(reserves, 2n)
    expectTypeOf(trade).toEqualTypeOf<Purchase<WeightedReserves> | TradeRefusal>()
  })

  it('does not take the place of a pool that needs more', () => {
    expectTypeOf<SubnetPool<WeightedReserves>['price']>().parameter(0).toEqualTypeOf<WeightedReserves>()
    expectTypeOf<SubnetPool<WeightedReserves>>().not.toExtend<SubnetPool>()
    expectTypeOf<EmissionScheduler<WeightedReserves>['pool']>().toEqualTypeOf<SubnetPool<WeightedReserves>>()
  })
})

describe('limitPriceBits', () => {
  it('floors a limit to a price in U64F64', () => {
    expect(limitPriceBits(10n ** 9n)).toBe(PRICE_ONE_BITS)
    // 2^64 / 10^9 = 18446744073.709...
    expect(limitPriceBits(1n)).toBe(18_446_744_073n)
  })
})

const amounts = [-1n, 2n ** 64n, 1]
const reserves = () => ({ taoRao: 50n, alphaIn: 50n })
const terms = () => ({ limitRaoPerAlpha: 10n ** 9n, takesFee: true })
const asked = {
  free: ['reserves.unheardOf'],
  optional: ['terms', 'terms.limitRaoPerAlpha', 'terms.takesFee'],
  alsoRight: { terms: [{}] },
}

describeRefusals(
  'fixedPricePool',
  { buy: fixedPricePool.buy, sell: fixedPricePool.sell },
  {
    buy: {
      ...asked,
      params: ['reserves', 'taoRao', 'terms'],
      args: () => [reserves(), 5n, terms()],
      call: fixedPricePool.buy,
      alsoWrong: { 'reserves.taoRao': amounts, taoRao: amounts, 'terms.limitRaoPerAlpha': amounts },
    },
    sell: {
      ...asked,
      params: ['reserves', 'alpha', 'terms'],
      args: () => [reserves(), 5n, terms()],
      call: fixedPricePool.sell,
      alsoWrong: { 'reserves.alphaIn': amounts, alpha: amounts, 'terms.limitRaoPerAlpha': amounts },
    },
  },
)
