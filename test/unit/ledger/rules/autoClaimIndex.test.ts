import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawnFrom } from '../../../../src/ledger/rules/autoClaimIndex.js'

/** The same in big integers: each draw adds the next word to the place before, up to 2^64 - 1, and takes the rest by the length. */
function drawnPlainly(length: bigint, words: readonly bigint[], count: number): number[] {
  const places = new Set<bigint>()
  let place = words[0] ?? 0n
  for (let draw = 0; draw < count; draw++) {
    const sum = place + (words[draw % 4] ?? 0n)
    place = (sum > 2n ** 64n - 1n ? 2n ** 64n - 1n : sum) % length
    places.add(place)
  }
  return [...places].map(Number).sort((a, b) => a - b)
}

const word = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n),
)

describe('drawnFrom', () => {
  it('counts in 64 bits, whatever the length of the list', () => {
    const words = fc.array(word, { minLength: 4, maxLength: 4 })
    const length = fc.integer({ min: 0, max: 35 }).chain((bits) => fc.integer({ min: 1, max: 2 ** bits }))
    fc.assert(
      fc.property(length, words, fc.integer({ min: 0, max: 50 }), (length, words, count) => {
        const hash = new Uint8Array(32)
        const view = new DataView(hash.buffer)
        for (const [at, each] of words.entries()) view.setBigUint64(8 * at, each)
        const list = { length, at: (place: number) => place, placeOf: () => undefined }
        expect(drawnFrom(list, hash, count)).toEqual(drawnPlainly(BigInt(length), words, count))
      }),
      { numRuns: 2_000 },
    )
  })

  it('draws nobody from an empty list', () => {
    const empty = { length: 0, at: () => undefined, placeOf: () => undefined }
    expect(drawnFrom(empty, new Uint8Array(32).fill(255), 5)).toEqual([])
  })
})
