import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alphaEmission, blockEmissionRao, mintableRao } from '../../../src/emission/index.js'
import { MAX_SUPPLY_RAO } from '../../../src/units/index.js'

const anyIssuance = fc.bigInt(0n, MAX_SUPPLY_RAO + 10n ** 9n)

describe('blockEmissionRao', () => {
  it('halves exactly when half of what was missing is issued', () => {
    expect(blockEmissionRao(10_499_999_999_999_999n)).toBe(1_000_000_000n)
    expect(blockEmissionRao(10_500_000_000_000_000n)).toBe(500_000_000n)
    expect(blockEmissionRao(15_750_000_000_000_000n)).toBe(250_000_000n)
  })

  it('ends just short of 21 million TAO', () => {
    expect(blockEmissionRao(20_999_999_980_442_225n)).toBe(1n)
    expect(blockEmissionRao(20_999_999_980_442_226n)).toBe(0n)
    expect(blockEmissionRao(MAX_SUPPLY_RAO)).toBe(0n)
    expect(blockEmissionRao(MAX_SUPPLY_RAO + 1n)).toBe(0n)
  })

  it('never rises with the issuance', () => {
    fc.assert(
      fc.property(anyIssuance, anyIssuance, (a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(blockEmissionRao(less)).toBeGreaterThanOrEqual(blockEmissionRao(more))
      }),
    )
  })
})

describe('alphaEmission', () => {
  it('counts alpha in and out of the pool', () => {
    expect(alphaEmission(10_000_000_000_000_000n, 499_999_999_999_999n)).toBe(1_000_000_000n)
    expect(alphaEmission(10_000_000_000_000_000n, 500_000_000_000_000n)).toBe(500_000_000n)
  })
})

describe('mintableRao', () => {
  it('never lets the balances pass 21 million TAO', () => {
    expect(mintableRao(0n, MAX_SUPPLY_RAO - 7n)).toBe(7n)
    expect(mintableRao(0n, MAX_SUPPLY_RAO + 7n)).toBe(0n)
    fc.assert(
      fc.property(anyIssuance, fc.bigInt(0n, MAX_SUPPLY_RAO), (total, balances) => {
        expect(balances + mintableRao(total, balances)).toBeLessThanOrEqual(MAX_SUPPLY_RAO)
      }),
    )
  })
})
