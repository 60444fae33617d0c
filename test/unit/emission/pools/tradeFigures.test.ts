import { describe, expect, it } from 'vitest'
import {
  alphaWorth,
  figuresAfterPurchase,
  figuresAfterSale,
  PRICE_ONE_BITS,
} from '../../../../src/emission/index.js'

const reserves = { taoRao: 0n, alphaIn: 0n }
const figures = { alphaOut: 50n, totalStakeRao: 70n, volumeRao: 3n }

describe('figuresAfterPurchase', () => {
  it('counts all that was offered as stake and volume, also what the limit left over', () => {
    const purchase = { ok: true, inRao: 5n, feeRao: 1n, outAlpha: 9n, reserves } as const
    expect(figuresAfterPurchase(figures, purchase, 8n)).toEqual({
      alphaOut: 59n,
      totalStakeRao: 78n,
      volumeRao: 11n,
    })
  })
})

describe('figuresAfterSale', () => {
  it('leaves the fee out, and ends at 0', () => {
    const sale = { ok: true, inAlpha: 20n, feeAlpha: 2n, outRao: 30n, reserves } as const
    expect(figuresAfterSale(figures, sale)).toEqual({ alphaOut: 30n, totalStakeRao: 40n, volumeRao: 33n })
    expect(figuresAfterSale(figures, { ...sale, inAlpha: 51n, outRao: 71n })).toMatchObject({
      alphaOut: 0n,
      totalStakeRao: 0n,
    })
  })
})

describe('alphaWorth', () => {
  it('floors, and is nothing without a price', () => {
    expect(alphaWorth(10n, PRICE_ONE_BITS * 3n)).toBe(3n)
    expect(alphaWorth(10n, 0n)).toBe(0n)
  })
})
