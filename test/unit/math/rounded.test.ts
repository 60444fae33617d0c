import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { roundedExp, roundedLn, roundedPow } from '../../../src/math/index.js'

/** What another program says, from 400 digits: `makeRounded.py` beside the file. */
const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/math/rounded.json', import.meta.url), 'utf8'),
) as {
  readonly exp: readonly (readonly [x: number, result: number | 'Infinity'])[]
  readonly ln: readonly (readonly [x: number, result: number])[]
  readonly pow: readonly (readonly [x: number, y: number, result: number | 'Infinity'])[]
}

const positive = fc.double({ min: 5e-324, noNaN: true, noDefaultInfinity: true })
const any = fc.double({ noNaN: true, noDefaultInfinity: true })

describe('rounded functions', () => {
  test('e^x is the nearest number, for every vector', () => {
    expect(vectors.exp.length).toBeGreaterThan(200)
    const wrong = vectors.exp.filter(([x, result]) => roundedExp(x) !== Number(result))
    expect(wrong).toEqual([])
  })

  test('ln x is the nearest number, for every vector', () => {
    expect(vectors.ln.length).toBeGreaterThan(200)
    expect(vectors.ln.filter(([x, result]) => roundedLn(x) !== result)).toEqual([])
  })

  test('x^y is the nearest number, for every vector', () => {
    expect(vectors.pow.length).toBeGreaterThan(200)
    expect(vectors.pow.filter(([x, y, result]) => roundedPow(x, y) !== Number(result))).toEqual([])
  })

  test('powers that one rounded step gives are that step', () => {
    fc.assert(
      fc.property(positive, (x) => {
        expect(roundedPow(x, 1)).toBe(x)
        expect(roundedPow(x, 2)).toBe(x * x)
        expect(roundedPow(x, -1)).toBe(1 / x)
        expect(roundedPow(x, 0.5)).toBe(Math.sqrt(x))
      }),
      { numRuns: 1_000 },
    )
  })

  test('e^x and ln x are within a unit or two of what the engine says', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), positive, (x, y) => {
        expect(Math.abs(roundedExp(x) / Math.exp(x) - 1)).toBeLessThan(1e-15)
        const ln = Math.log(y)
        expect(Math.abs(roundedLn(y) - ln)).toBeLessThanOrEqual(1e-15 * Math.abs(ln))
      }),
    )
  })

  test('they never fall where they should rise', () => {
    fc.assert(
      fc.property(any, any, (x, y) => {
        const [low, high] = x < y ? [x, y] : [y, x]
        expect(roundedExp(low)).toBeLessThanOrEqual(roundedExp(high))
        const [less, more] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b) as [number, number]
        if (less > 0) expect(roundedLn(less)).toBeLessThanOrEqual(roundedLn(more))
        expect(roundedPow(less, 2.5)).toBeLessThanOrEqual(roundedPow(more, 2.5))
      }),
    )
  })

  test('what has no power, and every border', () => {
    expect([roundedExp(0), roundedExp(-0), roundedLn(1)]).toEqual([1, 1, 0])
    expect([roundedPow(0, 0), roundedPow(0, 2.5), roundedPow(-0, 2.5)]).toEqual([1, 0, 0])
    expect([roundedPow(1, -1e300), roundedPow(7, 0)]).toEqual([1, 1])
    expect([roundedPow(2, 1e300), roundedPow(2, -1e300), roundedPow(0.5, 1e300)]).toEqual([
      Number.POSITIVE_INFINITY,
      0,
      0,
    ])
    expect([roundedPow(3, 1e300), roundedPow(3, -1e300), roundedPow(0.3, 2 ** 64)]).toEqual([
      Number.POSITIVE_INFINITY,
      0,
      0,
    ])
    expect([roundedExp(1e308), roundedExp(-1e308)]).toEqual([Number.POSITIVE_INFINITY, 0])
  })

  test.each([
    ['roundedExp of NaN', () => roundedExp(Number.NaN), 'x', 'Pass a finite number.'],
    ['roundedExp of infinity', () => roundedExp(Number.NEGATIVE_INFINITY), 'x', 'Pass a finite number.'],
    ['roundedLn of 0', () => roundedLn(0), 'x', 'Pass a number above 0.'],
    ['roundedLn of -1', () => roundedLn(-1), 'x', 'Pass a number above 0.'],
    ['roundedPow of -1', () => roundedPow(-1, 2), 'x', 'Pass a finite number from 0.'],
    ['roundedPow to NaN', () => roundedPow(2, Number.NaN), 'y', 'Pass a finite number.'],
    ['0 to a negative power', () => roundedPow(0, -1), 'y', 'Pass 0 or more'],
  ])('%s is refused', (_what, call, field, remedy) => {
    expect(call).toThrow(InvalidArgumentError)
    expect(call).toThrow(`Invalid ${field}`)
    expect(call).toThrow(remedy)
  })
})
