import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addSafeFloat,
  divideSafeFloat,
  grownSafeFloat,
  isSafeFloatGreater,
  mulDivSafeFloat,
  SAFE_FLOAT_ZERO,
  type SafeFloat,
  safeFloat,
  safeFloatToU64,
  subtractSafeFloat,
} from '../../../src/math/index.js'

const of = (mantissa: bigint, exponent = 0): SafeFloat => safeFloat(mantissa, exponent)!

describe('safeFloat', () => {
  it('normalises the mantissa to 21 digits, 10^21 itself included and 10^20 not', () => {
    expect(of(10n ** 21n)).toEqual({ mantissa: 10n ** 21n, exponent: 0 })
    expect(of(10n ** 20n)).toEqual({ mantissa: 10n ** 21n, exponent: -1 })
    expect(of(7n, 3)).toEqual({ mantissa: 7n * 10n ** 20n, exponent: -17 })
  })

  it('has one zero, whatever the exponent', () => {
    expect(of(0n, 12)).toBe(SAFE_FLOAT_ZERO)
  })

  it('refuses a negative mantissa, one above 10^21, and an exponent beyond the safe integers', () => {
    expect(safeFloat(-1n)).toBeNull()
    expect(safeFloat(10n ** 21n + 1n)).toBeNull()
    expect(safeFloat(1n, Number.MIN_SAFE_INTEGER)).toBeNull()
  })
})

describe('addSafeFloat and subtractSafeFloat', () => {
  it('cut the digits of the smaller number that do not fit', () => {
    const large = of(123_456_789_012_345_678_901n, 2)
    expect(addSafeFloat(large, of(299n))).toEqual({ mantissa: 123_456_789_012_345_678_903n, exponent: 2 })
    expect(subtractSafeFloat(large, of(299n))).toEqual({
      mantissa: 123_456_789_012_345_678_899n,
      exponent: 2,
    })
  })

  it('leave the larger unchanged when the other lies below its last digit', () => {
    const large = of(5n, 60)
    expect(addSafeFloat(of(1n), large)).toEqual(large)
    expect(subtractSafeFloat(large, of(1n))).toEqual(large)
  })

  it('subtract down to zero, and refuse to take something from zero', () => {
    expect(subtractSafeFloat(of(1n), of(2n))).toBe(SAFE_FLOAT_ZERO)
    expect(subtractSafeFloat(SAFE_FLOAT_ZERO, of(2n))).toBeNull()
    expect(subtractSafeFloat(SAFE_FLOAT_ZERO, SAFE_FLOAT_ZERO)).toBe(SAFE_FLOAT_ZERO)
  })
})

describe('grownSafeFloat', () => {
  /** Of any number of digits, so that small parts of large totals are as likely as equal ones. */
  const u64 = fc
    .tuple(fc.bigInt(0n, 2n ** 64n - 1n), fc.integer({ min: 0, max: 63 }))
    .map(([bits, shift]) => bits >> BigInt(shift))

  it('gives what the part, multiplied, divided and added in four steps, gives', () => {
    const mantissas = fc.oneof(
      fc.bigInt(10n ** 20n + 1n, 10n ** 21n),
      fc.constantFrom(10n ** 20n + 1n, 10n ** 21n, 10n ** 21n - 1n),
    )
    fc.assert(
      fc.property(
        mantissas,
        fc.integer({ min: -40, max: 40 }),
        u64,
        u64,
        (mantissa, exponent, one, other) => {
          const [numerator, divisor] = one < other ? [one, other] : [other, one]
          if (divisor === 0n) return
          const a = { mantissa, exponent }
          const part = mulDivSafeFloat(of(numerator), a, of(divisor))
          expect(grownSafeFloat(a, numerator, divisor)).toEqual(addSafeFloat(a, part ?? SAFE_FLOAT_ZERO))
        },
      ),
      { numRuns: 20_000 },
    )
  })

  it('doubles what grows by all of it', () => {
    expect(grownSafeFloat(of(6n), 5n, 5n)).toEqual(of(12n))
    expect(grownSafeFloat(of(6n), 0n, 5n)).toEqual(of(6n))
  })
})

describe('divideSafeFloat and mulDivSafeFloat', () => {
  it('floor the quotient', () => {
    expect(divideSafeFloat(of(2n), of(3n))).toEqual({ mantissa: 666_666_666_666_666_666_666n, exponent: -21 })
    expect(safeFloatToU64(mulDivSafeFloat(of(10n), of(7n), of(3n))!)).toBe(23n)
  })

  it('refuse to divide by zero', () => {
    expect(divideSafeFloat(of(1n), SAFE_FLOAT_ZERO)).toBeNull()
    expect(mulDivSafeFloat(of(1n), of(1n), SAFE_FLOAT_ZERO)).toBeNull()
  })
})

describe('isSafeFloatGreater', () => {
  it('orders values across exponents', () => {
    expect(isSafeFloatGreater(of(11n), of(9n))).toBe(true)
    expect(isSafeFloatGreater(of(9n), of(11n))).toBe(false)
    expect(isSafeFloatGreater(of(5n), of(5n))).toBe(false)
    expect(isSafeFloatGreater(of(5n), of(5_000n))).toBe(false)
    expect(isSafeFloatGreater(of(5_000n), of(5n))).toBe(true)
  })
})

describe('safeFloatToU64', () => {
  it('floors fractions and saturates at 2^64 - 1', () => {
    expect(safeFloatToU64(of(1_999n, -3))).toBe(1n)
    expect(safeFloatToU64(of(1n, -40))).toBe(0n)
    expect(safeFloatToU64(of(1n, 30))).toBe(2n ** 64n - 1n)
    expect(safeFloatToU64(SAFE_FLOAT_ZERO)).toBe(0n)
  })
})

describe('normalisation', () => {
  /** As the reference does it: one digit at a time. */
  const digitByDigit = (value: bigint, power: number): SafeFloat => {
    let [mantissa, exponent] = [value, power]
    for (; mantissa > 10n ** 21n; exponent++) mantissa /= 10n
    for (; mantissa !== 0n && mantissa <= 10n ** 20n; exponent--) mantissa *= 10n
    return { mantissa, exponent: mantissa === 0n ? 0 : exponent }
  }
  /** Numbers of every length, and those beside the powers of ten. */
  const values = fc.oneof(
    fc.bigInt({ min: 0n, max: 10n ** 21n }),
    fc.tuple(fc.nat(20), fc.integer({ min: -2, max: 2 })).map(([power, by]) => {
      const value = 10n ** BigInt(power) + BigInt(by)
      return value < 0n ? 0n : value
    }),
  )

  it('cuts and adds all digits at once, and ends where one at a time ends', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -50, max: 50 }), (mantissa, exponent) => {
        expect(safeFloat(mantissa, exponent)).toEqual(digitByDigit(mantissa, exponent))
      }),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(values, values, values, (a, b, divisor) => {
        const raw = (mantissa: bigint): SafeFloat => ({ mantissa, exponent: 0 })
        const expected = divisor === 0n ? null : digitByDigit((a * b) / divisor, 0)
        expect(mulDivSafeFloat(raw(a), raw(b), raw(divisor))).toEqual(expected)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('exponents far beyond those of any amount', () => {
  const far = 10 ** 15
  const exponents = [-far, -100_000, -1_001, 0, 1_001, 100_000, far]

  it('give what numbers of the same distance give', () => {
    const [a, b] = [of(7n), of(3n, 2)]
    const shifted = ({ mantissa, exponent }: SafeFloat, by: number): SafeFloat => ({
      mantissa,
      exponent: exponent + by,
    })
    for (const by of exponents) {
      const [x, y] = [shifted(a, by), shifted(b, by)]
      expect(addSafeFloat(x, y)).toEqual(shifted(addSafeFloat(a, b)!, by))
      expect(subtractSafeFloat(y, x)).toEqual(shifted(subtractSafeFloat(b, a)!, by))
      expect(mulDivSafeFloat(x, a, y)).toEqual(mulDivSafeFloat(a, a, b))
      expect(divideSafeFloat(x, y)).toEqual(divideSafeFloat(a, b))
      expect([isSafeFloatGreater(x, y), isSafeFloatGreater(y, x)]).toEqual([false, true])
      expect(grownSafeFloat(x, 1n, 7n)).toEqual(shifted(grownSafeFloat(a, 1n, 7n), by))
    }
  })

  it('make one of two numbers nothing beside the other, and cost no large power of ten', () => {
    const [small, large] = [of(7n, -far), of(3n, far)]
    expect(addSafeFloat(small, large)).toEqual(large)
    expect(subtractSafeFloat(large, small)).toEqual(large)
    expect(subtractSafeFloat(small, large)).toBe(SAFE_FLOAT_ZERO)
    expect([isSafeFloatGreater(large, small), isSafeFloatGreater(small, large)]).toEqual([true, false])
    expect([safeFloatToU64(small), safeFloatToU64(large)]).toEqual([0n, 2n ** 64n - 1n])
    // It has ended: a power of ten with 10^15 digits could not even be kept in memory.
  })

  it('are refused beyond the safe integers', () => {
    const edge = of(7n, Number.MIN_SAFE_INTEGER + 20)
    expect(mulDivSafeFloat(edge, of(1n), of(10n ** 9n))).toBeNull()
  })
})
