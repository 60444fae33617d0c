import type { Chain } from '../../chain/index.js'
import { onAbort } from '../../clock/index.js'
import type { BlockNumber } from '../../units/index.js'

export type BlockSource = Pick<Chain, 'blocks' | 'genesisHash'>

/** Hashes that are remembered: blocks do not change. */
const MOST_KNOWN = 1_024

/** A hash that is being read. */
interface Reading {
  readonly hash: Promise<string | undefined>
  readonly stop: AbortController
  waiting: number
}

/**
 * Hashes of the blocks of a chain, for all who ask in this process. One is read at a time: a chain node lets a client follow few streams of blocks, and those who follow the
 * subnet need them.
 */
export class BlockHashes {
  readonly #chain: BlockSource
  readonly #known = new Map<BlockNumber, string>()
  readonly #underWay = new Map<BlockNumber, Reading>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(chain: BlockSource) {
    this.#chain = chain
  }

  /** @returns hex; `undefined` where the signal came first, or the chain ended. */
  async at(block: BlockNumber, signal: AbortSignal): Promise<string | undefined> {
    if (block === 0) return this.#chain.genesisHash
    const known = this.#known.get(block)
    if (known !== undefined || signal.aborted) return known
    const reading = this.#underWay.get(block) ?? this.#begin(block)
    reading.waiting++
    let off = (): void => {}
    const aborted = new Promise<undefined>((resolve) => {
      off = onAbort(signal, () => resolve(undefined))
    })
    try {
      return await Promise.race([reading.hash, aborted])
    } finally {
      off()
      if (--reading.waiting === 0) this.#end(block, reading)
    }
  }

  #begin(block: BlockNumber): Reading {
    const stop = new AbortController()
    const hash = this.#read(block, this.#last, stop.signal)
    this.#last = hash.catch(() => {})
    const reading = { hash, stop, waiting: 0 }
    this.#underWay.set(block, reading)
    return reading
  }

  /** Nobody waits for it any more. */
  #end(block: BlockNumber, reading: Reading): void {
    reading.stop.abort()
    if (this.#underWay.get(block) === reading) this.#underWay.delete(block)
  }

  async #read(
    block: BlockNumber,
    before: Promise<unknown>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    await before
    for await (const { header } of this.#chain.blocks({ fromBlock: block, signal })) {
      this.#keep(block, header.hash)
      return header.hash
    }
    return undefined
  }

  #keep(block: BlockNumber, hash: string): void {
    this.#known.set(block, hash)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest)
  }
}

const known = new WeakMap<BlockSource, BlockHashes>()

/** Those of a chain. */
export function hashesOf(chain: BlockSource): BlockHashes {
  const hashes = known.get(chain) ?? new BlockHashes(chain)
  known.set(chain, hashes)
  return hashes
}
