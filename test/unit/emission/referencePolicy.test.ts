import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EmittingSubnets, referencePolicy, referencePolicyWith } from '../../../src/emission/index.js'

const ONE_BITS = 1n << 64n
const ONE_U96F32_BITS = 1n << 32n

type Row = { price: bigint; burned: bigint; root: bigint; enabled: boolean }

function subnetsOf(rows: readonly Row[]): EmittingSubnets {
  return {
    netuid: rows.map((_, row) => row + 1),
    reserves: rows.map(() => ({ taoRao: 0n, alphaIn: 0n })),
    alphaOut: rows.map(() => 0n),
    priceBits: rows.map(() => 0n),
    movingPriceBits: rows.map(({ price }) => price),
    minerBurnedBits: rows.map(({ burned }) => burned),
    rootProportionBits: rows.map(({ root }) => root),
    emissionEnabled: rows.map(({ enabled }) => enabled),
  }
}

const plain: Row = { price: ONE_BITS, burned: 0n, root: ONE_U96F32_BITS, enabled: true }
const shared = (rows: readonly Row[], policy = referencePolicy) =>
  policy.split(1_000n << 32n, subnetsOf(rows)).map((bits) => bits >> 32n)

describe('the reference policy', () => {
  test('shares by moving price', () => {
    expect(shared([plain, { ...plain, price: 3n * ONE_BITS }])).toEqual([250n, 750n])
  })

  test('gives nothing to who burned everything, unless all did', () => {
    const burned = { ...plain, burned: ONE_U96F32_BITS }
    expect(shared([plain, burned])).toEqual([1_000n, 0n])
    expect(shared([burned, burned])).toEqual([500n, 500n])
  })

  test('shares among those that are enabled, and gives nobody anything where none is', () => {
    const off = { ...plain, enabled: false }
    expect(shared([plain, off, off])).toEqual([1_000n, 0n, 0n])
    expect(shared([off, off])).toEqual([0n, 0n])
  })

  test('counts root proportions only when it is told to', () => {
    // Shares are floored to 64 fractional bits, so a whole number of rao is just missed.
    const old = { ...plain, root: ONE_U96F32_BITS / 4n }
    expect(shared([plain, old])).toEqual([500n, 500n])
    expect(shared([plain, old], referencePolicyWith({ weighsRootProportion: true }))).toEqual([799n, 199n])
    expect(referencePolicyWith({ weighsRootProportion: false })).toBe(referencePolicy)
  })

  test('never hands out more than there is', () => {
    const row = fc.record({
      price: fc.bigInt({ min: 0n, max: 1n << 70n }),
      burned: fc.bigInt({ min: 0n, max: 1n << 33n }),
      root: fc.bigInt({ min: 0n, max: 1n << 32n }),
      enabled: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 20 }),
        fc.boolean(),
        fc.bigInt({ min: 0n, max: 1n << 96n }),
        (rows, weighsRootProportion, emissionBits) => {
          const parts = referencePolicyWith({ weighsRootProportion }).split(emissionBits, subnetsOf(rows))
          expect(parts.length).toBe(rows.length)
          expect(parts.every((part) => part >= 0n)).toBe(true)
          expect(parts.reduce((sum, part) => sum + part, 0n) <= emissionBits).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })
})
