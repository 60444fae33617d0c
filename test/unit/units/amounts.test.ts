import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import {
  type Address,
  asColdkey,
  asHotkey,
  describeRao,
  formatTao,
  MAX_SUPPLY_RAO,
  parseTao,
  RAO_PER_TAO,
  U16_MAX,
  U64_MAX,
} from '../../../src/units/index.js'

describe('constants', () => {
  test('are those of the chain', () => {
    expect(RAO_PER_TAO).toBe(10n ** 9n)
    expect(MAX_SUPPLY_RAO).toBe(21_000_000_000_000_000n)
    expect(U64_MAX).toBe(18_446_744_073_709_551_615n)
    expect(U16_MAX).toBe(65_535)
  })
})

describe('parseTao', () => {
  test.each([
    ['0', 0n],
    ['1', 1_000_000_000n],
    ['1.5', 1_500_000_000n],
    ['0.000000001', 1n],
    ['21000000', 21_000_000_000_000_000n],
    ['007.10', 7_100_000_000n],
    [3, 3_000_000_000n],
    [0.25, 250_000_000n],
    [12n, 12_000_000_000n],
  ])('reads %s as %s rao', (amount, rao) => {
    expect(parseTao(amount)).toBe(rao)
  })

  test.each(['', '.5', '5.', '-1', '+1', '1e9', '1,000', '0.0000000001', ' 1', '0x10', '٣', '9'.repeat(31)])(
    'refuses %j',
    (text) => {
      expect(() => parseTao(text)).toThrow(InvalidArgumentError)
    },
  )

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 1e-10, 1e30])('refuses the number %d', (amount) => {
    expect(() => parseTao(amount)).toThrow(InvalidArgumentError)
  })

  test('names the field and keeps the value', () => {
    expect(() => parseTao('lots')).toThrow(expect.objectContaining({ field: 'amount', value: 'lots' }))
  })
})

describe('describeRao', () => {
  test.each([
    [0n, '0 rao'],
    [999_999n, '999999 rao'],
    [1_000_000n, '0.001 TAO (1000000 rao)'],
    [1_419_847_836n, '1.419847836 TAO (1419847836 rao)'],
    [-2_000_000_000n, '-2 TAO (-2000000000 rao)'],
  ])('writes %s rao for people, in TAO as well where it is many: %s', (rao, text) => {
    expect(describeRao(rao)).toBe(text)
  })
})

describe('formatTao', () => {
  test.each([
    [0n, undefined, '0'],
    [1n, undefined, '0.000000001'],
    [1_500_000_000n, undefined, '1.5'],
    [-1_500_000_000n, undefined, '-1.5'],
    [1_999_999_999n, 0, '1'],
    [1_999_999_999n, 2, '1.99'],
    [2_000_000_000n, 3, '2.000'],
    [-1n, 9, '-0.000000001'],
  ])('writes %s rao with %s decimals as %s', (rao, decimals, text) => {
    expect(formatTao(rao, decimals)).toBe(text)
  })

  test('is undone by parseTao for every supply', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: U64_MAX }), (rao) => {
        expect(parseTao(formatTao(rao))).toBe(rao)
        expect(parseTao(formatTao(rao, 9))).toBe(rao)
      }),
    )
  })
})

describe('asHotkey and asColdkey', () => {
  test('keep the text: the role is for the type checker', () => {
    const address = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' as Address
    expect(asHotkey(address)).toBe(address)
    expect(asColdkey(address)).toBe(address)
  })
})
