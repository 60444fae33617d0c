/** Which half of a 64-bit number in memory is the upper one. */
const UPPER = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0

/**
 * Sorts positions by u32 keys, equal keys by position: each pair is one 64-bit number, key above position, since numbers
 * alone are sorted natively, without a call of JavaScript per comparison.
 */
export class Sorter {
  readonly #pairs: BigUint64Array
  readonly #words: Uint32Array

  constructor(length: number) {
    this.#pairs = new BigUint64Array(length)
    this.#words = new Uint32Array(this.#pairs.buffer)
  }

  /** Gives a position its key; all of them, before each `sort`. */
  put(position: number, key: number): void {
    this.#words[2 * position + UPPER] = key
    this.#words[2 * position + 1 - UPPER] = position
  }

  /** Keys for a row of finite floats that grow as they fall: the largest comes first, and both zeros are equal. */
  putFalling(data: Float32Array, from: number): void {
    const bits = new Uint32Array(data.buffer, data.byteOffset, data.length)
    for (let j = 0; j < this.#pairs.length; j++) {
      const word = bits[from + j]!
      // Negative numbers fall as their bits grow; the other way round from 0 on.
      const isNegative = word > SIGN
      this.put(j, isNegative ? word : ~(word | SIGN) >>> 0)
    }
  }

  sort(): void {
    this.#pairs.sort()
  }

  /** The position in this place, after `sort`. */
  at(place: number): number {
    return this.#words[2 * place + 1 - UPPER]!
  }

  /** The key in this place, after `sort`. */
  keyAt(place: number): number {
    return this.#words[2 * place + UPPER]!
  }
}

const SIGN = 0x8000_0000
