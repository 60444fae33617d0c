import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { U64_MAX, valueRao } from '../../../src/units/index.js'

const ONE = 1n << 64n

describe('valueRao', () => {
  test('is amount times price', () => {
    expect(valueRao(7n, ONE)).toBe(7n)
    expect(valueRao(6_000_000_000n, ONE / 4n)).toBe(1_500_000_000n)
    expect(valueRao(3n, 100n * ONE)).toBe(300n)
    expect(valueRao(3n, 0n)).toBe(0n)
  })

  test('is rounded down', () => {
    expect(valueRao(3n, ONE / 2n)).toBe(1n)
    expect(valueRao(1n, ONE - 1n)).toBe(0n)
  })

  test('of two parts is at most one rao below that of the whole', () => {
    const amount = fc.bigInt({ min: 0n, max: U64_MAX })
    fc.assert(
      fc.property(amount, amount, fc.bigInt({ min: 0n, max: ONE * 1_000n }), (a, b, price) => {
        const lost = valueRao(a + b, price) - valueRao(a, price) - valueRao(b, price)
        expect(lost === 0n || lost === 1n).toBe(true)
      }),
    )
  })
})
