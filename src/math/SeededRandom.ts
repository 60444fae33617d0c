import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { InvalidArgumentError } from '../errors/index.js'
import { type XoshiroState, xoshiro128StarStar } from './xoshiro.js'

const ROOT_TAG = utf8ToBytes('subnetkit/random/root/1')
const FORK_TAG = utf8ToBytes('subnetkit/random/fork/1')
const TWO_POW_32 = 0x1_0000_0000

/**
 * A stream of pseudo-random numbers that is a pure function of its seed, the same on every machine.
 *
 * The seed is hashed (SHA-256) into the state of a xoshiro128** generator, so neighbouring seeds give unrelated
 * streams. It is meant for tasks, samples and simulations; it is no source of secrets.
 *
 * @example
 * ```ts
 * import { SeededRandom } from 'subnetkit/math'
 *
 * const random = new SeededRandom('run 7')
 * random.int(6) // 0 to 5
 * random.fork('questions').float() // a stream of its own: draws here do not move `random`
 * ```
 */
export class SeededRandom {
  readonly #key: Uint8Array
  readonly #state: XoshiroState

  /** @param seed - any bytes, or text that stands for its UTF-8 bytes. */
  constructor(seed: Uint8Array | string) {
    this.#key = keyOf(seed)
    this.#state = stateOf(this.#key)
  }

  /** The next 32 bits, as an integer from 0 to 2^32 - 1. */
  nextU32(): number {
    return xoshiro128StarStar(this.#state)
  }

  /** A number in [0, 1) with 53 random bits; takes two draws of 32 bits. */
  float(): number {
    const high = this.nextU32() >>> 5
    const low = this.nextU32() >>> 6
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000
  }

  /**
   * An integer from 0 to `maxExclusive - 1`, every one equally likely.
   *
   * @throws InvalidArgumentError unless `maxExclusive` is an integer from 1 to 2^32.
   */
  int(maxExclusive: number): number {
    if (!Number.isInteger(maxExclusive) || maxExclusive < 1 || maxExclusive > TWO_POW_32) {
      throw new InvalidArgumentError({
        field: 'maxExclusive',
        value: maxExclusive,
        remedy: 'Pass an integer from 1 to 2^32.',
      })
    }
    // Draws past the last whole multiple would favour small results: draw again (less than once on average).
    const fair = TWO_POW_32 - (TWO_POW_32 % maxExclusive)
    let draw = this.nextU32()
    while (draw >= fair) draw = this.nextU32()
    return draw % maxExclusive
  }

  /**
   * One element of the list, every position equally likely.
   *
   * @throws InvalidArgumentError when the list is empty.
   */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) {
      throw new InvalidArgumentError({ field: 'list', value: list, remedy: 'Pass at least one element.' })
    }
    return list[this.int(list.length)] as T
  }

  /** A copy of the list in random order, every order equally likely. Cost: one draw per element. */
  shuffled<T>(list: readonly T[]): T[] {
    const copy = [...list]
    for (let last = copy.length - 1; last > 0; last--) {
      const chosen = this.int(last + 1)
      const moved = copy[last] as T
      copy[last] = copy[chosen] as T
      copy[chosen] = moved
    }
    return copy
  }

  /**
   * An independent stream named by `label`.
   *
   * It depends on this stream's seed and the label alone, never on how many numbers were drawn, so parts of a
   * program can be added or reordered without disturbing each other's numbers.
   */
  fork(label: string): SeededRandom {
    return new SeededRandom(concatBytes(FORK_TAG, this.#key, utf8ToBytes(label)))
  }
}

function keyOf(seed: Uint8Array | string): Uint8Array {
  if (typeof seed === 'string') return sha256(concatBytes(ROOT_TAG, utf8ToBytes(seed)))
  if (seed instanceof Uint8Array) return sha256(concatBytes(ROOT_TAG, seed))
  throw new InvalidArgumentError({ field: 'seed', value: seed, remedy: 'Pass a Uint8Array or a string.' })
}

function stateOf(key: Uint8Array): XoshiroState {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
  const word = (index: number): number => view.getUint32(4 * index, true)
  // The only forbidden state is all zeros; no input of SHA-256 that gives one is known, a set bit costs nothing.
  return [word(0), word(1), word(2), word(3) || 1]
}
