import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvariantError } from '../../../src/errors/index.js'
import { E18, powRatioE18 } from '../../../src/math/index.js'

const BITS = 420n
const ONE = 1n << BITS

/** Floored. */
function squareRoot(value: bigint): bigint {
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/**
 * Slow and obvious, to more than 100 digits: the whole part of the exponent by products, the rest by a square root for each of
 * its binary digits. No series, and nothing in common with what is tested.
 */
function slowPow(a: bigint, b: bigint, c: bigint, d: bigint): bigint {
  const base = (a << BITS) / b
  let power = ONE
  for (let n = c / d; n > 0n; n--) power = (power * base) >> BITS
  let root = base
  let rest = c % d
  for (let digit = 0n; digit < BITS && rest > 0n; digit++) {
    root = squareRoot(root << BITS)
    rest *= 2n
    if (rest >= d) {
      rest -= d
      power = (power * root) >> BITS
    }
  }
  return power
}

/** What the slow power says to 10^-18, and undefined where it is too near a whole number to say it. */
function slowPowE18(a: bigint, b: bigint, c: bigint, d: bigint): bigint | undefined {
  const power = slowPow(a, b, c, d) * E18
  const error = 1n << (BITS - 60n)
  const low = (power - error) >> BITS
  return low === (power + error) >> BITS ? low : undefined
}

const u64 = fc.oneof(fc.bigInt(1n, 1_000n), fc.bigInt(1n, 10n ** 16n), fc.bigInt(1n, 2n ** 64n - 1n))
const weight = fc.oneof(
  fc.bigInt(E18 / 2n - 10n ** 12n, E18 / 2n + 10n ** 12n),
  fc.bigInt(E18 / 100n, (E18 * 99n) / 100n),
)
/** A reserve, and what is paid into it: mostly little. */
const grown = fc
  .tuple(fc.bigInt(10n ** 6n, 10n ** 16n), fc.oneof(u64, fc.bigInt(1n, 10n ** 9n)))
  .map(([held, paid]) => [held, held + paid] as const)

describe('powRatioE18', () => {
  it('gives the ratio itself for an exponent of 1, floored', () => {
    expect(powRatioE18(2n, 3n, 7n, 7n)).toBe(666_666_666_666_666_666n)
  })

  it('is exact where the power is a whole number', () => {
    expect(powRatioE18(1n, 4n, 1n, 2n)).toBe(E18 / 2n)
    expect(powRatioE18(4n, 1n, 10n ** 17n, 2n * 10n ** 17n)).toBe(2n * E18)
    expect(powRatioE18(8n, 27n, 2n, 3n)).toBe((E18 * 4n) / 9n)
    expect(powRatioE18(2n ** 40n, 5n ** 40n, 3n, 40n)).toBe((E18 * 8n) / 125n)
  })

  it('is 0 for 0 and for what is too small, and 1 for 1', () => {
    expect(powRatioE18(0n, 5n, 1n, 3n)).toBe(0n)
    expect(powRatioE18(1n, 10n ** 16n, 99n, 1n)).toBe(0n)
    expect(powRatioE18(5n, 5n, 1n, 3n)).toBe(E18)
  })

  it('tells from 1 what is only just below it', () => {
    expect(powRatioE18(2n ** 64n - 2n, 2n ** 64n - 1n, E18 / 100n, (E18 * 99n) / 100n)).toBe(E18 - 1n)
  })

  it('refuses what has more than 512 bits', () => {
    expect(() => powRatioE18(2n, 1n, 600n, 1n)).toThrow(InvariantError)
  })

  it('is the floor that whole powers show, for every small exponent', () => {
    const part = fc.bigInt(1n, 60n)
    fc.assert(
      fc.property(u64, u64, part, part, (a, b, c, d) => {
        // No result of more than 512 bits: a base of up to 2^64 to the power of at most 6.
        fc.pre(c <= 6n * d)
        const power = powRatioE18(a, b, c, d)
        const whole = E18 ** d * a ** c
        expect(power ** d * b ** c).toBeLessThanOrEqual(whole)
        expect((power + 1n) ** d * b ** c).toBeGreaterThan(whole)
      }),
      { numRuns: 500 },
    )
  })

  it('agrees with square roots to 100 digits on what trades ask for', () => {
    fc.assert(
      fc.property(grown, weight, ([held, after], weightIn) => {
        const slow = slowPowE18(held, after, weightIn, E18 - weightIn)
        if (slow !== undefined) expect(powRatioE18(held, after, weightIn, E18 - weightIn)).toBe(slow)
      }),
      { numRuns: 150 },
    )
  })

  it('agrees with them on what limits ask for', () => {
    const price = fc.bigInt(1n, 2n ** 128n - 1n)
    fc.assert(
      fc.property(price, price, weight, (far, near, weightOut) => {
        const slow = slowPowE18(far, near, weightOut, E18)
        if (slow !== undefined) expect(powRatioE18(far, near, weightOut, E18)).toBe(slow)
      }),
      { numRuns: 60 },
    )
  })
})
