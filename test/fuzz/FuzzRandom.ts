/**
 * Random numbers of one input: a pure function of the run's seed, the target's name and the input's number, so that any input is made
 * again without those before it. Far quicker to begin than a hash would be.
 */
export class FuzzRandom {
  #a: number
  #b: number
  #c: number
  #count = 1

  constructor(seed: string, index: number) {
    this.#a = hashOf(seed, 0x811c_9dc5)
    this.#b = hashOf(seed, 0x2f0b_4c47)
    this.#c = Math.imul(index + 1, 0x9e37_79b1) ^ Math.floor(index / 0x1_0000_0000)
    for (let round = 0; round < 8; round++) this.#next()
  }

  /** A whole number from 0 to `end - 1`. */
  below(end: number): number {
    return Math.floor((this.#next() / 0x1_0000_0000) * end)
  }

  oneIn(chances: number): boolean {
    return this.below(chances) === 0
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#next() & 0xff)
  }

  /** The small fast counter of 32 bits by C. Doty-Humphrey. */
  #next(): number {
    const sum = (this.#a + this.#b + this.#count++) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    this.#c |= 0
    return sum >>> 0
  }
}

function hashOf(text: string, basis: number): number {
  let hash = basis
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  return hash | 0
}
