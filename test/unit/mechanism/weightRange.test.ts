import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../../src/math/index.js'
import { normalizeWeights, rankDecay, sharpen, weightsToU16 } from '../../../src/mechanism/index.js'
import { type Address, asHotkey, type Hotkey } from '../../../src/units/index.js'

const key = (name: string | number): Hotkey => asHotkey(`h${name}` as Address)
const mapOf = (values: readonly number[]) => new Map(values.map((value, at) => [key(at), value]))

/** A number as mantissa * 2^exponent, exactly. */
function exact(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0]!
  const raw = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xf_ffff_ffff_ffffn
  return raw === 0
    ? { mantissa: fraction, exponent: -1_074 }
    : { mantissa: fraction | (1n << 52n), exponent: raw - 1_075 }
}

/** a^k * 2^bits over b^k, rounded down. */
function powerRatio(a: number, b: number, k: number, bits: number): bigint {
  const [x, y] = [exact(a), exact(b)]
  const shift = BigInt(k * (x.exponent - y.exponent) + bits)
  const top = x.mantissa ** BigInt(k)
  const bottom = y.mantissa ** BigInt(k)
  return shift >= 0n ? (top << shift) / bottom : top / (bottom << -shift)
}

/** Holds results to the exact k-th powers, both relative to the largest. */
function expectPowers(inputs: readonly number[], results: readonly number[], k: number): void {
  const largestInput = Math.max(...inputs)
  const largestResult = Math.max(...results)
  const bits = 1_300
  expect(Number.isFinite(largestResult) && largestResult > 0).toBe(true)
  for (const [at, result] of results.entries()) {
    expect(result === 0 || result >= 2.2250738585072014e-308).toBe(true)
    const want = powerRatio(inputs[at]!, largestInput, k, bits)
    const threshold = 1n << BigInt(bits - 1_022)
    if (want < threshold - threshold / 1_000_000_000_000n) {
      expect(result).toBe(0)
      continue
    }
    if (want < threshold + threshold / 1_000_000_000_000n) continue
    const got = powerRatio(result, largestResult, 1, bits)
    const off = got > want ? got - want : want - got
    expect(off * 1_000_000_000_000n <= want, `input ${inputs[at]} ^ ${k}`).toBe(true)
  }
}

/** From 1e-300 to 1e300, and close to each other too. */
function wideInputs(random: SeededRandom, count: number): number[] {
  const centre = random.int(600) - 300
  const spread = [0, 1, 20, 600][random.int(4)]!
  return Array.from({ length: count }, () => {
    const exponent = Math.max(-300, Math.min(299, centre + random.int(spread + 1) - Math.floor(spread / 2)))
    return Number(`${(1 + 9 * random.float()).toFixed(15)}e${exponent}`)
  })
}

describe('weight helpers over the whole range of numbers', () => {
  test('sharpen keeps proportions to 1e-12 and order, whatever the scale and exponent', () => {
    const random = new SeededRandom(new Uint8Array(32).fill(7))
    for (let run = 0; run < 300; run++) {
      const inputs = wideInputs(random, 12)
      const k = 1 + random.int(64)
      const results = [...sharpen(mapOf(inputs), k).values()]
      expectPowers(inputs, results, k)
      const order = inputs.map((_, at) => at).sort((a, b) => inputs[a]! - inputs[b]!)
      for (let at = 1; at < order.length; at++) {
        expect(results[order[at - 1]!]! <= results[order[at]!]!).toBe(true)
      }
    }
  })

  test('normalizeWeights keeps proportions and sums to 1 where the plain sum is too large or too small', () => {
    const random = new SeededRandom(new Uint8Array(32).fill(8))
    for (let run = 0; run < 300; run++) {
      const inputs = wideInputs(random, 12)
      const results = [...normalizeWeights(mapOf(inputs)).values()]
      expectPowers(inputs, results, 1)
      expect(results.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
    }
    expect([...normalizeWeights(mapOf([1e308, 1e308])).values()]).toEqual([0.5, 0.5])
    expect([...normalizeWeights(mapOf([5e-324, 5e-324])).values()]).toEqual([0.5, 0.5])
    expect([...normalizeWeights(mapOf([Number.MAX_VALUE, 5e-324])).values()]).toEqual([1, 0])
  })

  test('many equal weights sum to 1 all the same', () => {
    const results = [...normalizeWeights(mapOf(new Array<number>(65_535).fill(1e300 / 3))).values()]
    expect(new Set(results).size).toBe(1)
    expect(Math.abs(results[0]! * 65_535 - 1)).toBeLessThan(1e-12)
  })

  test('the best miner has a weight however small its score is', () => {
    expect([...weightsToU16(sharpen(mapOf([1e-6, 5e-7]), 64)).values()]).toEqual([65_535, 0])
    expect([...weightsToU16(sharpen(mapOf([1e6, 5e5]), 64)).values()]).toEqual([65_535, 0])
    expect([...weightsToU16(mapOf([5e-324, 1e-323])).values()]).toEqual([32_768, 65_535])
    expect([...weightsToU16(mapOf([Number.MAX_VALUE, Number.MAX_VALUE / 2])).values()]).toEqual([
      65_535, 32_768,
    ])
    expect([...sharpen(mapOf([1e300, 1e-300]), 64).values()][1]).toBe(0)
  })

  test('plain powers that are numbers stay the plain powers', () => {
    expect([...sharpen(mapOf([3, 0.5, 0]), 2).values()]).toEqual([9, 0.25, 0])
    expect([...sharpen(mapOf([0, 0]), 9).values()]).toEqual([0, 0])
    expect([...sharpen(mapOf([7e-300]), 1).values()]).toEqual([7e-300])
  })

  test('have the same bytes on every machine', () => {
    const bytes = new Float64Array([
      ...sharpen(mapOf([1e-6, 9.7e-7, 3e-9]), 63).values(),
      ...normalizeWeights(mapOf([1e-300, 3e-300, 1e-301])).values(),
    ])
    const words = [...new BigUint64Array(bytes.buffer)].map((word) => word.toString(16))
    expect(words).toEqual(WORDS)
  })

  test('rankDecay leaves no rank with a number that lost its precision', () => {
    const ranks = [...rankDecay(mapOf(Array.from({ length: 400 }, (_, at) => 400 - at)), 1e-3).values()]
    expect(ranks.every((rank) => rank === 0 || rank >= 2.2250738585072014e-308)).toBe(true)
    expect(ranks.filter((rank) => rank > 0)).toHaveLength(103)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 'much', undefined])(
    'refuse the score %s by its hotkey',
    (score) => {
      const scores = new Map([
        [key(0), 1],
        [key(1), score],
      ]) as never
      for (const helper of [normalizeWeights, weightsToU16])
        expect(() => helper(scores)).toThrow('Invalid weights[h1]')
      expect(() => sharpen(scores, 2)).toThrow('Invalid weights[h1]')
      expect(() => rankDecay(scores, 0.5)).toThrow('Invalid scores[h1]')
    },
  )
})

/** From the same steps in another language: `math.ldexp` and IEEE multiplication. */
const WORDS: readonly string[] = [
  '2113d9ff863ab0c5',
  '20e74ed4c5b165cb',
  '13f710348ed0f4',
  '3fcf3831f3831f38',
  '3fe76a2576a2576b',
  '3f98f9c18f9c18fa',
]
