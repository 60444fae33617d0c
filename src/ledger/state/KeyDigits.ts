import type { AccountId } from './account.js'

/** A part of a key: a number of 16 bits (netuid, mechanism, uid), a block number, or an account. */
export type KeyPart = 'u16' | 'block' | 'account'

export type Key = readonly (number | AccountId)[]

/** Hexadecimal digits of each part; a block number has 48 bits. */
const WIDTHS: Readonly<Record<KeyPart, number>> = { u16: 4, block: 12, account: 64 }

/** Keys of one table as rows of hexadecimal digits, in whose order they are kept. */
export class KeyDigits {
  /** Digits of the first parts, by their number. */
  readonly #lengths: readonly number[]
  readonly #part: readonly number[]
  readonly #offset: readonly number[]
  /** What a number is divided by to bring the digit to its end. */
  readonly #scale: readonly number[]

  constructor(parts: readonly KeyPart[]) {
    const widths = parts.map((part) => WIDTHS[part])
    this.#lengths = [0, ...widths].map((_, count) =>
      widths.slice(0, count).reduce((sum, width) => sum + width, 0),
    )
    this.#part = widths.flatMap((width, part) => new Array<number>(width).fill(part))
    this.#offset = widths.flatMap((width) => Array.from({ length: width }, (_, offset) => offset))
    this.#scale = widths.flatMap((width) =>
      Array.from({ length: width }, (_, offset) => powerOf16(width - 1 - offset)),
    )
  }

  at(key: Key, digit: number): number {
    const part = key[this.#part[digit] as number]
    if (typeof part === 'number') return Math.floor(part / (this.#scale[digit] as number)) & 15
    const code = (part as string).charCodeAt(this.#offset[digit] as number)
    return code < 58 ? code - 48 : code - 87
  }

  /** Digits of a prefix. */
  lengthOf(prefix: Key): number {
    return this.#lengths[prefix.length] as number
  }

  /** The first digit in which two keys differ, looking from `from` on; `until` when there is none before. */
  firstApart(a: Key, b: Key, from: number, until: number): number {
    const end = Math.min(until, this.#part.length)
    for (let digit = from; digit < end; digit++) if (this.at(a, digit) !== this.at(b, digit)) return digit
    return end
  }
}

/** As a product: not every engine rounds powers alike. Accounts have no use for it. */
function powerOf16(exponent: number): number {
  let power = 1
  for (let left = Math.min(exponent, 11); left > 0; left--) power *= 16
  return power
}
