import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  creditAll,
  creditPosition,
  debitAll,
  debitPosition,
  EMPTY_SHARE_POOL,
  isCreditPrecise,
  positionAlpha,
  type SharePool,
} from '../../../src/emission/index.js'
import { SAFE_FLOAT_ZERO, type SafeFloat, safeFloat } from '../../../src/math/index.js'

describe('creditPosition', () => {
  it('gives the first position all of the pool', () => {
    const { pool, share } = creditPosition(EMPTY_SHARE_POOL, SAFE_FLOAT_ZERO, 250n)
    expect(pool.totalAlpha).toBe(250n)
    expect(share).toEqual(safeFloat(250n))
    expect(positionAlpha(pool, share)).toBe(250n)
  })

  it('leaves the value of the other positions as it is', () => {
    const alice = creditPosition(EMPTY_SHARE_POOL, SAFE_FLOAT_ZERO, 100n)
    const bob = creditPosition(alice.pool, SAFE_FLOAT_ZERO, 900n)
    expect(positionAlpha(bob.pool, alice.share)).toBe(100n)
    expect(positionAlpha(bob.pool, bob.share)).toBe(900n)
  })
})

describe('debitPosition', () => {
  const alice = creditPosition(EMPTY_SHARE_POOL, SAFE_FLOAT_ZERO, 100n)

  it('takes what is there', () => {
    const after = debitPosition(alice.pool, alice.share, 40n)!
    expect(after.pool.totalAlpha).toBe(60n)
    expect(positionAlpha(after.pool, after.share)).toBe(60n)
  })

  it('empties a position', () => {
    const after = debitPosition(alice.pool, alice.share, 100n)!
    expect(after).toEqual({ pool: EMPTY_SHARE_POOL, share: SAFE_FLOAT_ZERO })
  })

  it('refuses more than the position', () => {
    expect(debitPosition(alice.pool, alice.share, 101n)).toBeNull()
  })

  it('accepts nothing from a pool without shares', () => {
    const pool: SharePool = { totalAlpha: 7n, denominator: SAFE_FLOAT_ZERO }
    expect(debitPosition(pool, SAFE_FLOAT_ZERO, 0n)).toEqual({ pool, share: SAFE_FLOAT_ZERO })
  })
})

describe('creditAll and debitAll', () => {
  it('move every position in proportion', () => {
    const alice = creditPosition(EMPTY_SHARE_POOL, SAFE_FLOAT_ZERO, 100n)
    const bob = creditPosition(alice.pool, SAFE_FLOAT_ZERO, 300n)
    const up = creditAll(bob.pool, 40n)
    expect([positionAlpha(up, alice.share), positionAlpha(up, bob.share)]).toEqual([110n, 330n])
    const down = debitAll(up, 240n)
    expect([positionAlpha(down, alice.share), positionAlpha(down, bob.share)]).toEqual([50n, 150n])
  })

  it('saturate at an empty total and at 2^64 - 1', () => {
    expect(debitAll(EMPTY_SHARE_POOL, 5n).totalAlpha).toBe(0n)
    expect(creditAll({ totalAlpha: 2n ** 64n - 2n, denominator: SAFE_FLOAT_ZERO }, 5n).totalAlpha).toBe(
      2n ** 64n - 1n,
    )
  })
})

describe('isCreditPrecise', () => {
  it('refuses a credit that buys no share: nothing, or anything in a pool with shares and no value', () => {
    const { pool } = creditPosition(EMPTY_SHARE_POOL, SAFE_FLOAT_ZERO, 100n)
    expect(isCreditPrecise(pool, 1n)).toBe(true)
    expect(isCreditPrecise(pool, 0n)).toBe(false)
    expect(isCreditPrecise(debitAll(pool, 100n), 1n)).toBe(false)
    expect(isCreditPrecise(EMPTY_SHARE_POOL, 0n)).toBe(true)
  })
})

describe('a pool under any sequence of stakes, unstakes and dividends', () => {
  it('owes its positions never more than the total, and less by at most one each', () => {
    const operation = fc.record({
      kind: fc.constantFrom('credit', 'debit', 'creditAll'),
      who: fc.integer({ min: 0, max: 4 }),
      amount: fc.oneof(fc.bigInt(1n, 1_000n), fc.bigInt(1n, 10n ** 15n)),
    })
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 12n), fc.array(operation, { maxLength: 60 }), (first, operations) => {
        // The first staker never leaves, so that dividends always find a position.
        const opened = creditPosition(EMPTY_SHARE_POOL, SAFE_FLOAT_ZERO, first)
        const shares: SafeFloat[] = [opened.share, ...Array.from({ length: 5 }, () => SAFE_FLOAT_ZERO)]
        let pool = opened.pool
        for (const { kind, who, amount } of operations) {
          const index = who + 1
          if (kind === 'creditAll') pool = creditAll(pool, amount)
          else {
            const change = (kind === 'credit' ? creditPosition : debitPosition)(pool, shares[index]!, amount)
            if (change !== null) [pool, shares[index]] = [change.pool, change.share]
          }
          const values = shares.map((share) => positionAlpha(pool, share))
          const owed = values.reduce((sum, value) => sum + value, 0n)
          expect(owed).toBeLessThanOrEqual(pool.totalAlpha)
          expect(pool.totalAlpha - owed).toBeLessThanOrEqual(BigInt(shares.length))
        }
      }),
      { numRuns: 200 },
    )
  })
})
