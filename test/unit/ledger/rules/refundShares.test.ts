import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refundShares } from '../../../../src/ledger/rules/refundShares.js'

const claim = (coldkey: string | null, alpha: bigint) => ({ coldkey, alpha })

describe('refundShares', () => {
  it('keeps the order of the claims where nothing is left over', () => {
    expect(refundShares(6n, [claim('b', 1n), claim('a', 2n), claim(null, 3n)])).toEqual([
      { coldkey: 'b', amountRao: 1n },
      { coldkey: 'a', amountRao: 2n },
      { coldkey: null, amountRao: 3n },
    ])
  })

  it('gives a rao more to those that lost most, first among equals first', () => {
    // 10/4 = 2 rest 2, 10/4 = 2 rest 2, 20/4 = 5 rest 0.
    expect(refundShares(10n, [claim('a', 1n), claim('b', 1n), claim('c', 2n)])).toEqual([
      { coldkey: 'a', amountRao: 3n },
      { coldkey: 'b', amountRao: 2n },
      { coldkey: 'c', amountRao: 5n },
    ])
    // 7 of 3, 2 and 5 tenths: 2.1, 1.4, 3.5.
    expect(refundShares(7n, [claim('a', 3n), claim('b', 2n), claim('c', 5n)])).toEqual([
      { coldkey: 'c', amountRao: 4n },
      { coldkey: 'b', amountRao: 1n },
      { coldkey: 'a', amountRao: 2n },
    ])
  })

  it('gives nothing to nobody', () => {
    expect(refundShares(7n, [])).toEqual([])
    expect(refundShares(7n, [claim('a', 0n), claim(null, 0n)])).toEqual([])
  })

  it('divides the whole pot, each part within a rao of its due', () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    const alphas = fc.array(amount, { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(amount, alphas, (potRao, all) => {
        const total = all.reduce((sum, alpha) => sum + alpha, 0n)
        fc.pre(total > 0n)
        const parts = refundShares(
          potRao,
          all.map((alpha, coldkey) => ({ coldkey, alpha })),
        )
        expect(parts.reduce((sum, { amountRao }) => sum + amountRao, 0n)).toBe(potRao)
        for (const { coldkey, amountRao } of parts) {
          const more = amountRao - (potRao * (all[coldkey ?? 0] ?? 0n)) / total
          expect(more === 0n || more === 1n).toBe(true)
        }
      }),
    )
  })
})
