import { describe, expect, test } from 'vitest'
import { axisFigures, fixed, smallShare, tao } from '../../../src/report/figures.js'

describe('figures of a page', () => {
  test.each([
    [0, '0.0000'],
    [0.000_123_456, '0.0001235'],
    [0.000_001, '0.000001000'],
    [0.009_9, '0.009900'],
    [0.229_74, '0.2297'],
    [12.345, '12.35'],
    [12_345.678, '12,345.68'],
  ])('a price of %d is %s', (price, text) => {
    expect(tao(price)).toBe(text)
  })

  test.each([
    [0, '0.0%'],
    [0.000_98, '0.098%'],
    [0.126, '12.6%'],
    [1, '100.0%'],
  ])('a share of %d is %s', (share, text) => {
    expect(smallShare(share)).toBe(text)
  })

  test('thousands have commas, parts have none', () => {
    expect([fixed(1_234_567.891_23, 4), fixed(999, 0), fixed(-1_000, 0)]).toEqual([
      '1,234,567.8912',
      '999',
      '-1,000',
    ])
  })

  test('no two figures of an axis are alike, however short or long it is', () => {
    for (let most = 1e-11; most < 1e12; most *= 1.7) {
      const write = axisFigures(most)
      const labels = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => write((step * most) / 8))
      expect(new Set(labels).size).toBe(9)
    }
    expect([0, 0.2, 1].map(axisFigures(0))).toEqual(['0.0', '0.2', '1.0'])
  })
})
