import { describe, expect, test } from 'vitest'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { formatPrice } from '../../../src/units/index.js'

const ONE = 1n << 64n

describe('formatPrice', () => {
  test.each([
    [0n, '0'],
    [ONE, '1.0000'],
    [ONE / 2n, '0.5000'],
    [(ONE * 99_999n) / 10_000n, '9.9999'],
    [10n * ONE - 1n, '10.0000'],
    [10n * ONE, '10.00'],
    [12_345n * ONE + ONE / 2n, '12345.50'],
    // A tenth has no end in binary, and is written as the tenth that it stands for.
    [ONE / 10n, '0.1000'],
    [ONE / 20n, '0.05000'],
    [ONE / 300n, '0.003333'],
    [ONE / 3_000_000n, '0.0000003333'],
    // The smallest price there is: 2^-64.
    [1n, '0.00000000000000000005421'],
    [2n ** 128n - 1n, '18446744073709551616.00'],
  ])('writes %s as %s', (priceBits, text) => {
    expect(formatPrice(priceBits)).toBe(text)
  })

  test('shows as many decimals as are asked for', () => {
    expect([0, 1, 3, 9].map((decimals) => formatPrice((ONE * 2n) / 3n, decimals))).toEqual([
      '1',
      '0.7',
      '0.667',
      '0.666666667',
    ])
  })

  test.each([
    ['priceBits', -1n, 2],
    ['priceBits', 1, 2],
    ['decimals', ONE, 19],
    ['decimals', ONE, 1.5],
    ['decimals', ONE, -1],
  ])('refuses a wrong %s', (field, priceBits, decimals) => {
    const write = (): string => formatPrice(priceBits as bigint, decimals)
    expect(write).toThrow(InvalidArgumentError)
    expect(write).toThrow(expect.objectContaining({ field }))
  })
})
