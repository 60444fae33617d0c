import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expI64F64 } from '../../../src/math/index.js'

const ONE = 1n << 64n
const numberOf = (raw: bigint): number => Number(raw) / 2 ** 64

describe('e to the power of a number with 64 fractional bits', () => {
  test('is 1 for 0, and a constant of 23 fractional bits for 1', () => {
    expect(expI64F64(0n)).toBe(ONE)
    expect(expI64F64(ONE)).toBe(22_802_600n << 41n)
  })

  test('is the reciprocal of the series for -1', () => {
    expect(numberOf(expI64F64(-ONE))).toBeCloseTo(0.367_879_441_171_442_3, 15)
  })

  test('is within a billionth of the true value, on the whole range that is used', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -40n * ONE, max: 0n }), (raw) => {
        const difference = numberOf(expI64F64(raw)) - Math.exp(numberOf(raw))
        expect(Math.abs(difference)).toBeLessThan(1e-9)
      }),
    )
  })
})
