import { describe, expect, it } from 'vitest'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import { type XoshiroState, xoshiro128StarStar } from '../../../src/math/xoshiro.js'

const take = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw)

describe('xoshiro128StarStar', () => {
  it('gives the published outputs of the reference implementation for state 1, 2, 3, 4', () => {
    const state: XoshiroState = [1, 2, 3, 4]
    expect(take(10, () => xoshiro128StarStar(state))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ])
  })
})

// Expected values of this suite: the same rules written in Python with hashlib's SHA-256.
describe('SeededRandom', () => {
  it('draws the words that its hashed seed determines', () => {
    const random = new SeededRandom('subnetkit')
    expect(take(6, () => random.nextU32())).toEqual([
      1820046304, 54153352, 2732127799, 133876978, 2338306018, 353934434,
    ])
  })

  it('takes text as its UTF-8 bytes, the empty text included', () => {
    const bytes = new SeededRandom(new TextEncoder().encode('subnetkit'))
    expect(bytes.nextU32()).toBe(1820046304)
    const empty = new SeededRandom('')
    expect(take(2, () => empty.nextU32())).toEqual([986381763, 2024087887])
  })

  it('is not moved by later changes to the seed bytes', () => {
    const seed = new TextEncoder().encode('subnetkit')
    const random = new SeededRandom(seed)
    seed.fill(0)
    expect(random.fork('questions').nextU32()).toBe(1058597296)
  })

  it('makes floats of 53 bits from two words', () => {
    const random = new SeededRandom('subnetkit')
    expect(take(3, () => random.float())).toEqual([
      0.42376255253410755, 0.6361230688629348, 0.5444292953789739,
    ])
  })

  it('draws integers without bias by refusing the uneven tail', () => {
    const random = new SeededRandom('subnetkit')
    expect(take(12, () => random.int(10))).toEqual([4, 2, 9, 8, 8, 4, 7, 2, 5, 3, 3, 2])
    const wide = new SeededRandom('subnetkit')
    // 2^31 + 1 refuses about half of all words: the third and the fifth here.
    expect(take(4, () => wide.int(2 ** 31 + 1))).toEqual([1820046304, 54153352, 133876978, 353934434])
  })

  it('accepts the whole range of a word and the range of one', () => {
    expect(new SeededRandom('subnetkit').int(2 ** 32)).toBe(1820046304)
    expect(new SeededRandom('subnetkit').int(1)).toBe(0)
  })

  it('shuffles a copy', () => {
    const list = take(10, () => 0).map((_, index) => index)
    expect(new SeededRandom('subnetkit').shuffled(list)).toEqual([0, 2, 3, 8, 5, 6, 9, 7, 1, 4])
    expect(list).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(new SeededRandom('subnetkit').shuffled([])).toEqual([])
  })

  it('picks by one draw', () => {
    expect(new SeededRandom('subnetkit').pick(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'])).toBe('e')
  })

  it('forks by label alone, however many numbers were drawn', () => {
    const untouched = new SeededRandom('subnetkit')
    const drawn = new SeededRandom('subnetkit')
    take(100, () => drawn.nextU32())
    const expected = [1058597296, 3322042945, 2212634161, 2236847335]
    const first = untouched.fork('questions')
    const second = drawn.fork('questions')
    expect(take(4, () => first.nextU32())).toEqual(expected)
    expect(take(4, () => second.nextU32())).toEqual(expected)
    expect(untouched.nextU32()).toBe(1820046304)
    expect(untouched.fork('answers').nextU32()).not.toBe(expected[0])
  })

  it.each([0, -1, 1.5, Number.NaN, 2 ** 32 + 1])('refuses %s as the end of a range', (end) => {
    const random = new SeededRandom('subnetkit')
    expect(() => random.int(end)).toThrow(InvalidArgumentError)
    expect(() => random.int(end)).toThrow(/^Invalid maxExclusive: .*Pass an integer from 1 to 2\^32\.$/)
  })

  it('refuses to pick from nothing and a seed that is neither bytes nor text', () => {
    const random = new SeededRandom('subnetkit')
    expect(() => random.pick([])).toThrow('Invalid list: array of 0. Pass at least one element.')
    expect(() => new SeededRandom(7 as unknown as string)).toThrow(
      'Invalid seed: 7. Pass a Uint8Array or a string.',
    )
  })
})
