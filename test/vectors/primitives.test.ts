import { describe, expect, it } from 'vitest'
import { liquidAlpha, liquidAlphaBounds } from '../../src/consensus/liquidAlpha.js'
import { weightedMedian } from '../../src/consensus/weightedMedianCol.js'
import {
  divFloor,
  divI32F32,
  expI32F32,
  expRaw,
  mulFloor,
  mulI32F32,
  mulShare,
  ONE_RAW,
  shareOfU16,
  u16OfI32F32,
  u16OfShare,
} from '../../src/math/index.js'
import { epochParams } from '../support/epochs.js'
import { vectorFiles } from './vectorsDir.js'

type Integer = number | string
interface Primitives {
  readonly description: string
  readonly columns: Readonly<Record<string, string>>
  readonly multiply: readonly (readonly [Integer, Integer, Integer])[]
  readonly divide: readonly (readonly [Integer, Integer, Integer])[]
  readonly proportion_to_u16: readonly (readonly [Integer, number])[]
  readonly exp: readonly (readonly [Integer, Integer])[]
  readonly liquid_alpha: readonly (readonly [number, number, number, number, number, number, number])[]
  readonly weighted_median: readonly (readonly [
    stake: readonly number[],
    score: readonly number[],
    kappa: number,
    median: number,
  ])[]
}

describe.each(vectorFiles('epoch/primitives'))('$name', ({ content }) => {
  const table = content as Primitives

  it('holds the known tables and no other', () => {
    const names = ['multiply', 'divide', 'proportion_to_u16', 'exp', 'liquid_alpha', 'weighted_median']
    expect(Object.keys(table)).toEqual(['description', 'columns', ...names])
    expect(Object.keys(table.columns)).toEqual(names)
  })

  it('multiplies over the whole signed range, saturating', () => {
    expect(table.multiply.length).toBeGreaterThan(0)
    for (const [a, b, product] of table.multiply) {
      expect(mulI32F32(BigInt(a), BigInt(b)), `${a} * ${b}`).toBe(BigInt(product))
    }
  })

  it('multiplies in doubles wherever they hold both factors and the product', () => {
    const exact = table.multiply.filter((row) => row.every(Number.isSafeInteger)) as [
      number,
      number,
      number,
    ][]
    expect(exact.length).toBeGreaterThan(0)
    for (const [a, b, product] of exact) {
      expect(mulFloor(a, b), `${a} * ${b}`).toBe(product)
      if (a >= 0 && b >= 0 && a <= 2 ** 36 && b <= ONE_RAW)
        expect(mulShare(a, b), `${a} * ${b}`).toBe(product)
    }
  })

  it('divides over the whole signed range, towards zero, with 0 for what does not fit', () => {
    expect(table.divide.length).toBeGreaterThan(0)
    for (const [a, b, quotient] of table.divide) {
      expect(divI32F32(BigInt(a), BigInt(b)), `${a} / ${b}`).toBe(BigInt(quotient))
    }
  })

  it('divides in doubles wherever the bounds allow', () => {
    const exact = table.divide.filter(
      ([a, b, quotient]) =>
        [a, b, quotient].every(Number.isSafeInteger) &&
        Number(a) >= 0 &&
        Number(b) >= 0 &&
        Number(b) < 2 ** 52 &&
        Number(a) * 2 ** 32 < Number(b) * 2 ** 53,
    ) as [number, number, number][]
    expect(exact.length).toBeGreaterThan(0)
    for (const [a, b, quotient] of exact) expect(divFloor(a, b), `${a} / ${b}`).toBe(quotient)
  })

  it('turns raw numbers into u16 proportions', () => {
    expect(table.proportion_to_u16.length).toBeGreaterThan(0)
    for (const [raw, proportion] of table.proportion_to_u16) {
      expect(u16OfI32F32(BigInt(raw)), String(raw)).toBe(proportion)
      if (Number.isSafeInteger(raw)) expect(u16OfShare(Number(raw)), String(raw)).toBe(proportion)
    }
  })

  it('takes exponentials, in doubles up to 13', () => {
    expect(table.exp.length).toBeGreaterThan(0)
    for (const [x, result] of table.exp) {
      expect(expI32F32(BigInt(x)), String(x)).toBe(BigInt(result))
      if (Math.abs(Number(x)) <= 13 * ONE_RAW) expect(expRaw(Number(x)), String(x)).toBe(result)
    }
  })

  it("takes each pair's liquid alpha", () => {
    expect(table.liquid_alpha.length).toBeGreaterThan(0)
    for (const [consensus, weight, bond, alphaLowU16, alphaHighU16, steepness, alpha] of table.liquid_alpha) {
      const bounds = liquidAlphaBounds(
        epochParams({ alphaLowU16, alphaHighU16, alphaSigmoidSteepnessHundredths: steepness }),
      )
      expect(liquidAlpha({ consensus, weight, bond }, bounds), `${[consensus, weight, bond]}`).toBe(alpha)
    }
  })

  it('finds each weighted median', () => {
    expect(table.weighted_median.length).toBeGreaterThan(0)
    for (const [stake, score, kappaU16, median] of table.weighted_median) {
      const total = stake.reduce((sum, share) => sum + share, 0)
      const minority = total - shareOfU16(kappaU16)
      const votes = score.map((entry, i) => ({ score: entry, stake: stake[i]! }))
      const found = weightedMedian(votes, minority)
      expect(found, JSON.stringify({ stake, score, kappaU16 })).toBe(median)
    }
  })
})
