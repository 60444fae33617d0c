import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  factorOf,
  highHalf,
  lesserOf,
  mulShare,
  mulSplit,
  ONE_RAW,
  reciprocalOf,
  shareOf,
  smallShare,
  wordsOf,
  writeProduct,
} from '../../../src/math/index.js'

const ONE = 1n << 32n
const RUNS = { numRuns: 2000 }
const upTo = (max: number) => fc.oneof(fc.integer({ min: 0, max }), fc.integer({ min: 0, max: 5 }))

describe('shareOf', () => {
  it('is the floored quotient, exact ones included', () => {
    const whole = fc.oneof(upTo(2 ** 48), upTo(2 ** 33), upTo(1000))
    fc.assert(
      fc.property(whole, fc.double({ min: 0, max: 1, noNaN: true }), (w, fraction) => {
        for (const part of [0, Math.floor(w * fraction), w]) {
          const expected = w === 0 ? 0n : (BigInt(part) * ONE) / BigInt(w)
          expect(BigInt(shareOf(part, w, reciprocalOf(w)))).toBe(expected)
        }
      }),
      RUNS,
    )
  })
})

describe('smallShare', () => {
  it('is the floored quotient of a u16 and a sum below 2^31', () => {
    fc.assert(
      fc.property(upTo(65_535), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (part, whole) => {
        expect(BigInt(smallShare(part, ONE_RAW / whole))).toBe((BigInt(part) * ONE) / BigInt(whole))
      }),
      RUNS,
    )
    expect(smallShare(0, 0)).toBe(0)
    expect(smallShare(65_535, ONE_RAW / 65_535)).toBe(ONE_RAW)
  })
})

describe('factorOf', () => {
  it('gives the floored product wherever the estimate is not just below an integer, and mostly it is not', () => {
    let unsure = 0
    fc.assert(
      fc.property(upTo(ONE_RAW), upTo(ONE_RAW), (a, b) => {
        const exact = (BigInt(a) * BigInt(b)) >> 32n
        const estimate = a * factorOf(b)
        const product = Math.floor(estimate)
        if (estimate - product >= 1 - 2 ** -17) unsure++
        else expect(BigInt(product)).toBe(exact)
        expect(BigInt(mulShare(a, b))).toBe(exact)
      }),
      RUNS,
    )
    expect(unsure).toBeLessThan(RUNS.numRuns / 4)
    expect(factorOf(0)).toBe(0)
  })
})

describe('mulSplit', () => {
  it('is the floored product', () => {
    fc.assert(
      fc.property(upTo(2 ** 36), upTo(ONE_RAW), (a, b) => {
        const high = highHalf(b)
        expect(BigInt(mulSplit(a, high, b - high * 65_536))).toBe((BigInt(a) * BigInt(b)) >> 32n)
      }),
      RUNS,
    )
  })
})

describe('lesserOf', () => {
  it('is the smaller of two whole numbers', () => {
    fc.assert(
      fc.property(upTo(2 ** 51), upTo(2 ** 51), (a, b) => lesserOf(a, b) === Math.min(a, b)),
      RUNS,
    )
  })
})

describe('writeProduct', () => {
  it('is a 64-bit amount times a share, floored', () => {
    const share = fc.oneof(upTo(ONE_RAW), fc.constantFrom(ONE_RAW, ONE_RAW - 1))
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), share, (amount, x) => {
        const out = new BigUint64Array(2)
        writeProduct(wordsOf(out), 1, Number(amount >> 32n), Number(amount & 0xffff_ffffn), x)
        expect([...out]).toEqual([0n, (amount * BigInt(x)) >> 32n])
      }),
      RUNS,
    )
  })
})
