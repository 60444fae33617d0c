import { assert } from '../../errors/index.js'
import type { BlockNumber } from '../../units/index.js'
import type { BlockHeader } from './header.js'

/** Headers that are looked at before the map of all is brought up to date. */
const NEAR = 8

/**
 * Headers of the last blocks, the head among them: what a call may name to say on which history it is good. Kept outside the
 * state, which names none of them: each block's hash covers the one before it.
 */
export class RecentBlocks {
  readonly genesisHash: string
  readonly windowBlocks: number
  /** Those before `#first` are forgotten; they leave together, since to move all the others for each costs more. */
  #headers: BlockHeader[]
  #first = 0
  readonly #numbers = new Map<string, BlockNumber>()
  /** Headers from here on are not among them yet: most blocks are never asked for. */
  #unnumbered = 0

  /** @param headers - the last blocks, oldest first, each the parent of the next. */
  constructor(details: { genesisHash: string; windowBlocks: number; headers: readonly BlockHeader[] }) {
    assert(details.headers.length > 0, 'a chain has a head')
    this.genesisHash = details.genesisHash
    this.windowBlocks = details.windowBlocks
    this.#headers = [...details.headers]
  }

  get head(): BlockHeader {
    return this.#headers.at(-1)!
  }

  /** Number of a block among them. */
  numberOf(hash: string): BlockNumber | undefined {
    // Most calls name one of the last blocks.
    const { length } = this.#headers
    for (let at = length - 1; at >= Math.max(this.#first, length - NEAR); at--) {
      const header = this.#headers[at]!
      if (header.hash === hash) return header.number
    }
    for (; this.#unnumbered < this.#headers.length; this.#unnumbered++) {
      const header = this.#headers[this.#unnumbered]!
      this.#numbers.set(header.hash, header.number)
    }
    return this.#numbers.get(hash)
  }

  /** Oldest first. */
  all(): readonly BlockHeader[] {
    return this.#headers.slice(this.#first)
  }

  push(header: BlockHeader): void {
    // The message is made for the one that fails.
    if (header.parentHash !== this.head.hash) assert(false, `block ${header.number} does not follow the head`)
    this.#headers.push(header)
    if (this.#headers.length - this.#first <= this.windowBlocks) return
    this.#numbers.delete(this.#headers[this.#first++]!.hash)
    this.#unnumbered = Math.max(this.#unnumbered, this.#first)
    if (this.#first <= this.windowBlocks) return
    this.#unnumbered -= this.#first
    this.#headers = this.#headers.slice(this.#first)
    this.#first = 0
  }
}
