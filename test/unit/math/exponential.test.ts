import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expI32F32, expRaw, ONE_RAW, SeededRandom, sigmoidOfMinus } from '../../../src/math/index.js'

const exponent = (limit: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: -limit * ONE_RAW, max: limit * ONE_RAW }),
    fc.integer({ min: -1000, max: 1000 }),
    fc.constantFrom(...[-13, -1, 0, 1, 13].flatMap((x) => [x * ONE_RAW - 1, x * ONE_RAW, x * ONE_RAW + 1])),
  )

describe('expI32F32', () => {
  it('lies within a ten-millionth of the true exponential where 31 terms suffice', () => {
    // Math.exp is an independent approximation here, never an exact one.
    for (const x of [-7.25, -1, -0.5, 0.001, 0.5, 1.001, 2, 7.25]) {
      const error = Number(expI32F32(BigInt(Math.round(x * ONE_RAW)))) / ONE_RAW - Math.exp(x)
      expect(Math.abs(error)).toBeLessThan(1e-7 * Math.exp(x) + 1e-9)
    }
  })

  it('is e with 23 fractional bits at exactly 1, 354 units below the rounded value', () => {
    expect(expI32F32(1n << 32n)).toBe(BigInt(Math.floor(Math.E * ONE_RAW)) - 354n)
  })

  it('falls short at 20 by the terms it leaves out', () => {
    // The sum of 20^i / i! for i = 0 to 31, in exact rationals, is 481239357.67...; e^20 is 485165195.4...
    let sum = 0n
    let term = 1n << 200n
    for (let i = 1n; i <= 32n; i++) {
      sum += term
      term = (term * 20n) / i
    }
    const taylor = Number(sum >> 148n) / 2 ** 52
    expect(Number(expI32F32(20n << 32n)) / ONE_RAW / taylor).toBeCloseTo(1, 7)
    expect(taylor / Math.exp(20)).toBeCloseTo(0.9919, 4)
  })

  it('stands still beyond 20 on both sides', () => {
    expect(expI32F32(1n << 62n)).toBe(expI32F32(20n << 32n))
    expect(expI32F32(-(1n << 62n))).toBe(expI32F32(-20n << 32n))
  })
})

describe('expRaw', () => {
  it('equals the bigint exponential up to 13 in magnitude', () => {
    fc.assert(
      fc.property(exponent(13), (x) => {
        fc.pre(Math.abs(x) <= 13 * ONE_RAW)
        expect(BigInt(expRaw(x))).toBe(expI32F32(BigInt(x)))
      }),
      { numRuns: 500 },
    )
  })
})

describe('sigmoidOfMinus', () => {
  it('is the truncated reciprocal of 1 + e^x for every exponent', () => {
    fc.assert(
      fc.property(fc.oneof(exponent(200), exponent(21), exponent(13)), (x) => {
        const one = 1n << 32n
        expect(BigInt(sigmoidOfMinus(x))).toBe((one << 32n) / (one + expI32F32(BigInt(x))))
      }),
      { numRuns: 500 },
    )
  })

  it('is exactly one half at 0', () => {
    expect(sigmoidOfMinus(0)).toBe(2 ** 31)
  })
})

describe('sigmoidOfMinus, on very many exponents', () => {
  const one = 1n << 32n
  const exact = (x: number): number => Number((one << 32n) / (one + expI32F32(BigInt(x))))
  const wrong = (exponents: Iterable<number>): number[] => {
    const found: number[] = []
    for (const x of exponents) if (sigmoidOfMinus(x) !== exact(x)) found.push(x)
    return found
  }

  it('is exact around every limit that decides how it is computed, on both sides of 0', () => {
    const limits = [0, 0.5, 1, 2, 3, 3.5, 4, 8, 13, 20]
    const around = limits.flatMap((limit) =>
      Array.from({ length: 401 }, (_, k) => limit * ONE_RAW + k - 200).flatMap((x) => [x, -x]),
    )
    expect(wrong(around)).toEqual([])
  })

  it('is exact where its result changes: on both sides of a step between two results', () => {
    // Bisection by the exact function finds neighbours x, x + 1 (in steps) with different results.
    const random = new SeededRandom('steps of the sigmoid')
    const steps = Array.from({ length: 400 }, () => {
      let low = Math.floor((random.float() * 40 - 20) * ONE_RAW)
      let high = low + ONE_RAW / 1024
      const middle = (exact(low) + exact(high)) / 2
      while (high - low > 1) {
        const x = Math.floor((low + high) / 2)
        if (exact(x) > middle) low = x
        else high = x
      }
      return [low - 1, low, high, high + 1]
    })
    expect(wrong(steps.flat())).toEqual([])
  })

  it('is exact on random exponents of every size', () => {
    const seed = `sigmoid ${process.hrtime.bigint()}`
    const random = new SeededRandom(seed)
    const exponents = Array.from({ length: 60_000 }, (_, k) => {
      const size = [0.01, 1, 3.5, 5, 13, 20][k % 6]! * ONE_RAW
      return Math.floor((2 * random.float() - 1) * size)
    })
    expect(wrong(exponents), `seed ${seed}`).toEqual([])
  })
})
