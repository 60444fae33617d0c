import { readFileSync } from 'node:fs'
import { SeededRandom } from 'subnetkit/math'
import { describe, expect, test } from 'vitest'
import { PROCESS, SEED, seriesText } from '../../examples/prices/data/seriesText.js'
import { fitGarch, usualVariance, variancesOf } from '../../examples/prices/garch.js'
import { STEPS } from '../../examples/prices/protocol.js'
import { drawnMoves, knownMoves, series, shippedMoves, soFar } from '../../examples/prices/series.js'

const page = readFileSync('examples/prices/README.md', 'utf8')

describe('The shipped series', () => {
  test('is what its script makes of its seed, and the page names seed and digest', () => {
    expect(readFileSync('examples/prices/data/series.csv', 'utf8')).toBe(seriesText())
    expect(page).toContain(series.sha256)
    expect(page).toContain(SEED)
    expect(series.value).toHaveLength(6_048)
  })

  test('lets its process be learnt: what a miner fits is near to what made it', () => {
    const { alpha, beta } = fitGarch(series.value)
    expect(alpha).toBeCloseTo(PROCESS.alpha, 1)
    expect(beta).toBeCloseTo(PROCESS.beta, 1)
  })

  test('has quiet and wild hours', () => {
    const variances = [...variancesOf(PROCESS, series.value)].map((one) => one / usualVariance(PROCESS))
    const sorted = variances.toSorted((a, b) => a - b)
    expect(sorted[Math.floor(0.05 * sorted.length)]).toBeLessThan(0.3)
    expect(sorted[Math.floor(0.95 * sorted.length)]).toBeGreaterThan(1.5)
  })
})

describe('An hour', () => {
  test('begins within the series, wherever its block is', () => {
    for (const startsAt of [0, 1, 5, 1_000_003, 0xffff_ffff]) {
      expect(knownMoves(startsAt)).toBeGreaterThanOrEqual(288)
      expect(shippedMoves(startsAt)).toHaveLength(STEPS)
    }
  })

  test('goes on as chance says, with the spread of its time, and the same for all who have that chance', () => {
    const drawn = (label: string) => drawnMoves(7, new SeededRandom(label))
    expect(drawn('a')).toEqual(drawn('a'))
    expect(drawn('a')).not.toEqual(drawn('b'))
    expect(drawn('a')).not.toEqual(shippedMoves(7))
    const expected = variancesOf(PROCESS, series.value)[knownMoves(7)] ?? 0
    const firsts = Array.from({ length: 2_000 }, (_, at) => drawn(`${at}`)[0] ?? 0)
    const variance = firsts.reduce((sum, one) => sum + one * one, 0) / firsts.length
    expect(variance / expected).toBeGreaterThan(0.85)
    expect(variance / expected).toBeLessThan(1.15)
  })

  test('is told by where the price is', () => {
    expect(soFar([1, -3, 5])).toEqual([1, -2, 3])
  })
})
