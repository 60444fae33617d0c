import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clamp,
  divFloor,
  divI32F32,
  mulFloor,
  mulI32F32,
  mulShare,
  ONE_RAW,
  shareOfU16,
  u16OfI32F32,
  u16OfShare,
} from '../../../src/math/index.js'

/** Whole numbers from `low` to 2^bits with every magnitude equally likely, where rounding mistakes live. */
const magnitude = (bits: number): fc.Arbitrary<number> =>
  fc
    .tuple(fc.integer({ min: 0, max: bits }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([exponent, part]) => Math.floor(2 ** exponent * part))

const share = fc.oneof(magnitude(32), fc.constantFrom(0, 1, 2 ** 31, ONE_RAW - 1, ONE_RAW))

/** Pairs of shares whose product is within a few 2^-32 of an integer: where a rounded product is floored wrongly. */
const besideInteger = fc
  .tuple(fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }), fc.integer({ min: -3, max: 3 }))
  .map(([half, rest]) => {
    const b = 2n * BigInt(half) + 1n
    let inverse = b
    for (let step = 0; step < 5; step++) inverse = BigInt.asUintN(32, inverse * (2n - b * inverse))
    return [Number(BigInt.asUintN(32, inverse * BigInt(rest))), Number(b)] as const
  })

describe('mulShare', () => {
  it('is exact where the true product lies just beside an integer', () => {
    fc.assert(
      fc.property(besideInteger, ([a, b]) => {
        expect(mulShare(a, b)).toBe(Number((BigInt(a) * BigInt(b)) >> 32n))
        expect(mulShare(b, a)).toBe(Number((BigInt(a) * BigInt(b)) >> 32n))
      }),
      { numRuns: 1000 },
    )
  })

  it('gives the exact floor for every pair of shares', () => {
    fc.assert(
      fc.property(fc.oneof(magnitude(36), share), share, (a, b) => {
        expect(mulShare(a, b)).toBe(Number(mulI32F32(BigInt(a), BigInt(b))))
      }),
      { numRuns: 3000 },
    )
  })

  it('is exact at both ends, where a product reaches 2^64', () => {
    expect(mulShare(ONE_RAW, ONE_RAW)).toBe(ONE_RAW)
    expect(mulShare(ONE_RAW - 1, ONE_RAW)).toBe(ONE_RAW - 1)
    // (2^32 - 1)^2 / 2^32 = 2^32 - 2 + 2^-32
    expect(mulShare(ONE_RAW - 1, ONE_RAW - 1)).toBe(ONE_RAW - 2)
    expect(mulShare(2 ** 36, ONE_RAW)).toBe(2 ** 36)
  })
})

describe('mulFloor', () => {
  it('rounds towards minus infinity for either sign', () => {
    const signed = (bits: number): fc.Arbitrary<number> =>
      fc.tuple(magnitude(bits), fc.boolean()).map(([value, negative]) => (negative ? -value : value))
    fc.assert(
      fc.property(signed(52), signed(32), (a, b) => {
        expect(BigInt(mulFloor(a, b))).toBe((BigInt(a) * BigInt(b)) >> 32n)
      }),
      { numRuns: 3000 },
    )
  })

  it('is exact where the true product lies just beside an integer, for either sign', () => {
    fc.assert(
      fc.property(
        besideInteger,
        fc.integer({ min: 0, max: 2 ** 19 }),
        fc.boolean(),
        ([a, b], more, negative) => {
          // Adding a multiple of 2^32 to a factor moves the product by an integer.
          const factor = (a + more * ONE_RAW) * (negative ? -1 : 1)
          expect(BigInt(mulFloor(factor, b))).toBe((BigInt(factor) * BigInt(b)) >> 32n)
          expect(BigInt(mulFloor(b, factor))).toBe((BigInt(factor) * BigInt(b)) >> 32n)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('keeps a negative trace as -1, never 0', () => {
    expect(mulFloor(-1, 1)).toBe(-1)
    expect(mulFloor(2 ** 52, -1)).toBe(-(2 ** 20))
    expect(mulFloor(2 ** 52 + 1, -1)).toBe(-(2 ** 20) - 1)
  })
})

describe('divFloor', () => {
  it('gives the exact floor for every dividend and divisor within its bounds', () => {
    fc.assert(
      fc.property(magnitude(53), magnitude(52), (most, b) => {
        const a = Math.min(most, b * 2 ** 20)
        expect(divFloor(a, b)).toBe(b === 0 ? 0 : Number((BigInt(a) << 32n) / BigInt(b)))
      }),
      { numRuns: 3000 },
    )
  })

  it('is exact where the true quotient is an integer or just below one', () => {
    fc.assert(
      fc.property(magnitude(32), magnitude(46), (below, belowDivisor) => {
        const quotient = below + 1
        const b = belowDivisor + 1
        // The smallest dividend whose quotient reaches `quotient`, and the one before it.
        const a = Number((BigInt(quotient) * BigInt(b) + 0xffff_ffffn) >> 32n)
        for (const dividend of [a, a - 1]) {
          expect(divFloor(dividend, b)).toBe(Number((BigInt(dividend) << 32n) / BigInt(b)))
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('agrees with the saturating type for shares', () => {
    fc.assert(
      fc.property(share, share, (one, other) => {
        const [a, b] = one <= other ? [one, other] : [other, one]
        expect(divFloor(a, b)).toBe(Number(divI32F32(BigInt(a), BigInt(b))))
      }),
    )
  })

  it('gives 0 for a divisor of 0 and exactly 1 for equal operands', () => {
    expect(divFloor(5, 0)).toBe(0)
    expect(divFloor(2 ** 46 - 3, 2 ** 46 - 3)).toBe(ONE_RAW)
  })
})

describe('shareOfU16', () => {
  it('floors k / 65535 for every k', () => {
    for (let k = 0; k <= 65_535; k++) {
      if (BigInt(shareOfU16(k)) !== (BigInt(k) << 32n) / 65_535n) expect.fail(`k = ${k}`)
    }
    expect(shareOfU16(65_535)).toBe(ONE_RAW)
    expect(shareOfU16(32_767)).toBeLessThan(ONE_RAW / 2)
  })
})

describe('u16OfShare', () => {
  it('floors, and holds what lies outside 0 to 1', () => {
    fc.assert(
      fc.property(fc.oneof(magnitude(53), share), fc.boolean(), (value, negative) => {
        const raw = negative ? -value : value
        expect(u16OfShare(raw)).toBe(u16OfI32F32(BigInt(raw)))
      }),
    )
    expect(u16OfShare(ONE_RAW - 1)).toBe(65_534)
  })
})

describe('clamp', () => {
  it('holds a value between its bounds and gives the low one where they cross', () => {
    expect([clamp(-1, 0, 5), clamp(3, 0, 5), clamp(9, 0, 5), clamp(3, 7, 2)]).toEqual([0, 3, 5, 7])
  })
})
