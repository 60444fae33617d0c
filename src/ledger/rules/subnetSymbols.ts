/** First and last code point of letters, by script. The list is this library's own: no file of facts holds the reference's. */
const LETTERS: readonly (readonly [first: number, last: number])[] = [
  // Greek, without the form of sigma that ends words.
  [0x3b1, 0x3c1],
  [0x3c3, 0x3c9],
  // Hebrew.
  [0x5d0, 0x5ea],
  // Arabic.
  [0x627, 0x63a],
  [0x641, 0x64a],
  // Georgian.
  [0x10d0, 0x10f0],
  // Armenian.
  [0x561, 0x586],
  // Cyrillic.
  [0x430, 0x44f],
  // Devanagari.
  [0x905, 0x914],
  [0x915, 0x939],
  // Thai.
  [0xe01, 0xe2e],
  // Hangul.
  [0x3131, 0x3163],
  // Glagolitic.
  [0x2c30, 0x2c5e],
  // Tifinagh.
  [0x2d30, 0x2d65],
]

/**
 * Symbols of subnets. The first is root's; a new subnet has the one at its number, if no other has it.
 *
 * @source spec: `spec/chain.md` 6.5
 *
 * @example
 * ```ts
 * import { SUBNET_SYMBOLS } from 'subnetkit/ledger'
 *
 * SUBNET_SYMBOLS[1] // 'α'
 * ```
 */
export const SUBNET_SYMBOLS: readonly string[] = Object.freeze([
  'Τ',
  ...LETTERS.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)),
  ),
])

/** Place of root's symbol, which a subnet has when no other is left. */
export const ROOT_SYMBOL = 0

/**
 * The place of a new subnet's symbol: its number, or else the lowest that nobody has, but root's.
 *
 * @param isTaken - whether a subnet has the symbol at a place.
 * PERF: one question where the number's own is free, and at most one per symbol.
 */
export function placeOfNewSymbol(netuid: number, isTaken: (place: number) => boolean): number {
  if (netuid < SUBNET_SYMBOLS.length && !isTaken(netuid)) return netuid
  for (let place = 1; place < SUBNET_SYMBOLS.length; place++) if (!isTaken(place)) return place
  return ROOT_SYMBOL
}
