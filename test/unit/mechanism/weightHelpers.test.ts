import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { normalizeWeights, rankDecay, sharpen, topK, weightsToU16 } from '../../../src/mechanism/index.js'
import { type Address, asHotkey, type Hotkey } from '../../../src/units/index.js'

const key = (name: string): Hotkey => asHotkey(name as Address)
const named = (weights: { [name: string]: number }) =>
  new Map(Object.entries(weights).map(([name, weight]) => [key(name), weight]))

describe('normalizeWeights', () => {
  test('makes weights sum to 1 and leaves zeros zero', () => {
    expect(normalizeWeights(named({ a: 1, b: 3 }))).toEqual(named({ a: 0.25, b: 0.75 }))
    expect(normalizeWeights(named({ a: 0, b: 0 }))).toEqual(named({ a: 0, b: 0 }))
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (weight) => {
    expect(() => normalizeWeights(named({ a: weight }))).toThrow('Invalid weights[a]')
  })
})

describe('topK', () => {
  test('keeps the best k; the first hotkey wins a tie', () => {
    expect(topK(named({ b: 5, a: 5, c: 9, d: 1 }), 2)).toEqual(named({ b: 0, a: 5, c: 9, d: 0 }))
    expect(topK(named({ a: 1 }), 0)).toEqual(named({ a: 0 }))
    expect(() => topK(named({ a: 1 }), -1)).toThrow(InvalidArgumentError)
  })
})

describe('rankDecay', () => {
  test('pays powers of the decay by rank', () => {
    expect(rankDecay(named({ low: 0.1, top: 0.91, mid: 0.9 }), 0.5)).toEqual(
      named({ top: 1, mid: 0.5, low: 0.25 }),
    )
  })

  test('equal scores share the mean of their ranks', () => {
    expect(rankDecay(named({ a: 2, b: 7, c: 2 }), 0.5)).toEqual(named({ b: 1, a: 0.375, c: 0.375 }))
  })

  test('decay 0 pays the best alone, decay 1 pays all the same', () => {
    expect(rankDecay(named({ a: 2, b: 1 }), 0)).toEqual(named({ a: 1, b: 0 }))
    expect(rankDecay(named({ a: 2, b: 1 }), 1)).toEqual(named({ a: 1, b: 1 }))
    expect(() => rankDecay(named({ a: 2 }), 1.1)).toThrow('Pass a number from 0 to 1.')
  })
})

describe('sharpen', () => {
  test('raises weights to a whole power', () => {
    expect(sharpen(named({ a: 0.5, b: 3 }), 3)).toEqual(named({ a: 0.125, b: 27 }))
    expect(() => sharpen(named({ a: 1 }), 0.5)).toThrow('whole number from 1 to 64')
  })
})

describe('weightsToU16', () => {
  test('scales the largest to 65535 and rounds half up', () => {
    expect(weightsToU16(named({ a: 2, b: 1, c: 0 }))).toEqual(named({ a: 65_535, b: 32_768, c: 0 }))
    expect(weightsToU16(named({ a: 0 }))).toEqual(named({ a: 0 }))
  })

  test('keeps order and bounds for any weights', () => {
    const weights = fc.dictionary(fc.string({ minLength: 1 }), fc.double({ min: 0, max: 1e9, noNaN: true }))
    fc.assert(
      fc.property(weights, (record) => {
        const before = named(record)
        const after = weightsToU16(before)
        const pairs = [...before].map(([hotkey, weight]) => ({ weight, value: after.get(hotkey)! }))
        const largest = Math.max(0, ...pairs.map(({ value }) => value))
        const ordered = pairs.every((a) =>
          pairs.every((b) => a.weight <= b.weight === a.value <= b.value || a.value === b.value),
        )
        return ordered && largest === (pairs.some(({ weight }) => weight > 0) ? 65_535 : 0)
      }),
    )
  })
})
