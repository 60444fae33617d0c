import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MechanismReserves, mechanismPool, tradeFee } from '../../../../src/emission/index.js'
import { U64_MAX } from '../../../../src/units/index.js'

const E18 = 10n ** 18n

/** As often small as large. */
const amount = (max: bigint): fc.Arbitrary<bigint> =>
  fc
    .tuple(fc.bigInt({ min: 0n, max: 64n }), fc.bigInt({ min: 0n, max: U64_MAX }))
    .map(([bits, value]) => (value & ((1n << bits) - 1n)) % (max + 1n))

const held: fc.Arbitrary<MechanismReserves> = fc.record({
  taoRao: amount(U64_MAX),
  alphaIn: amount(U64_MAX),
  quoteWeightE18: fc.bigInt({ min: E18 / 100n, max: (99n * E18) / 100n }),
  feeU16: fc.integer({ min: 0, max: 10_000 }),
  mechanism: fc.constantFrom(0, 1),
})

describe('tradeFee', () => {
  it('is what a trade of the whole amount takes, whatever the pool and on both sides', () => {
    let traded = 0
    fc.assert(
      fc.property(held, amount(U64_MAX), (reserves, offered) => {
        const bought = mechanismPool.buy(reserves, offered)
        if (bought.ok && bought.inRao + bought.feeRao === offered) {
          expect(bought.feeRao).toBe(tradeFee(reserves, offered))
          traded++
        }
        const sold = mechanismPool.sell(reserves, offered)
        if (sold.ok && sold.inAlpha + sold.feeAlpha === offered) {
          expect(sold.feeAlpha).toBe(tradeFee(reserves, offered))
          traded++
        }
      }),
      { numRuns: 3_000 },
    )
    expect(traded).toBeGreaterThan(1_000)
  })

  it('is 1,007 of the smallest stake where a pool takes 33 of 65,535, and nothing where an alpha is a TAO', () => {
    const pool = { taoRao: 0n, alphaIn: 0n, quoteWeightE18: E18 / 2n, feeU16: 33 }
    expect(tradeFee({ ...pool, mechanism: 1 }, 2_000_000n)).toBe(1_007n)
    expect(tradeFee({ ...pool, mechanism: 0 }, 2_000_000n)).toBe(0n)
  })
})
