import { describe, expect, it } from 'vitest'
import { absorbedUnchecked } from '../../../../src/emission/index.js'

const HALF = 5n * 10n ** 17n
/** Even weights at a price of 1: what comes on one side alone may be 98 times what is there. */
const held = { taoRao: 1_000_000n, alphaIn: 1_000_000n, quoteWeightE18: HALF, feeU16: 33 }

describe('absorbedUnchecked', () => {
  it('takes all that waits where both sides keep their weight', () => {
    const { reserves, taken, left } = absorbedUnchecked(held, { taoRao: 10n ** 9n, alpha: 10n ** 9n })
    expect(taken).toEqual({ taoRao: 10n ** 9n, alpha: 10n ** 9n })
    expect(left).toEqual({ taoRao: 0n, alpha: 0n })
    expect(reserves).toMatchObject({
      taoRao: 1_001_000_000n,
      alphaIn: 1_001_000_000n,
      quoteWeightE18: HALF,
    })
  })

  it('takes one side alone where only that keeps the weights, and leaves the other', () => {
    const tao = absorbedUnchecked(held, { taoRao: 10n ** 9n, alpha: 1_000_000n })
    expect(tao).toMatchObject({
      taken: { taoRao: 0n, alpha: 1_000_000n },
      left: { taoRao: 10n ** 9n, alpha: 0n },
    })
    // Twice the alpha at the same price: two thirds of the weight are the alpha's.
    expect(tao.reserves.quoteWeightE18).toBe(333_333_333_333_333_333n)
    const alpha = absorbedUnchecked(held, { taoRao: 1_000_000n, alpha: 10n ** 9n })
    expect(alpha).toMatchObject({
      taken: { taoRao: 1_000_000n, alpha: 0n },
      left: { taoRao: 0n, alpha: 10n ** 9n },
    })
  })

  it('takes nothing where no side fits', () => {
    const waiting = { taoRao: 10n ** 9n, alpha: 10n ** 12n }
    expect(absorbedUnchecked(held, waiting)).toEqual({
      reserves: held,
      taken: { taoRao: 0n, alpha: 0n },
      left: waiting,
    })
  })
})
