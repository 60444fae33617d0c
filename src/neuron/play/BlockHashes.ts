import { type Chain, RemoteChain } from '../../chain/index.js'
import { onAbort } from '../../clock/index.js'
import type { BlockNumber } from '../../units/index.js'
import { Slots } from './Slots.js'

export type BlockSource = Pick<Chain, 'blocks' | 'genesisHash'>

/** Hashes that are remembered: blocks do not change. */
const MOST_KNOWN = 1_024

/** Read at once: a chain node lets a client follow eight streams of blocks, and those who follow the subnet need some. */
const READS_AT_ONCE = 3

/** A hash that is being read. */
interface Reading {
  readonly hash: Promise<string | undefined>
  readonly stop: AbortController
  waiting: number
}

/**
 * Hashes of the blocks of a chain, for all who ask: a few are read at a time, each once, and remembered.
 */
export class BlockHashes {
  readonly #chain: BlockSource
  readonly #known = new Map<BlockNumber, string>()
  readonly #underWay = new Map<BlockNumber, Reading>()
  readonly #reads = new Slots(READS_AT_ONCE)

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
    const reading = { hash: this.#read(block, stop.signal), stop, waiting: 0 }
    this.#underWay.set(block, reading)
    return reading
  }

  /** Nobody waits for it any more. */
  #end(block: BlockNumber, reading: Reading): void {
    reading.stop.abort()
    if (this.#underWay.get(block) === reading) this.#underWay.delete(block)
  }

  async #read(block: BlockNumber, signal: AbortSignal): Promise<string | undefined> {
    if (!(await this.#reads.take(1, signal))) return undefined
    try {
      const hash = await readHash(this.#chain, block, signal)
      if (hash !== undefined) this.#keep(block, hash)
      return hash
    } finally {
      this.#reads.give()
    }
  }

  #keep(block: BlockNumber, hash: string): void {
    this.#known.set(block, hash)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest)
  }
}

async function readHash(
  chain: BlockSource,
  block: BlockNumber,
  signal: AbortSignal,
): Promise<string | undefined> {
  for await (const { header } of chain.blocks({ fromBlock: block, signal })) return header.hash
  return undefined
}

const known = new WeakMap<BlockSource, BlockHashes>()

/** The hash of a block of a chain, hex; `undefined` where the signal came first, or the chain ended. */
export async function hashOfBlock(
  chain: BlockSource,
  block: BlockNumber,
  signal: AbortSignal,
): Promise<string | undefined> {
  // Any other chain may keep virtual time: there whoever waits for what another reads holds up the clock that the other needs.
  if (!(chain instanceof RemoteChain))
    return block === 0 ? chain.genesisHash : await readHash(chain, block, signal)
  const hashes = known.get(chain) ?? new BlockHashes(chain)
  known.set(chain, hashes)
  return await hashes.at(block, signal)
}
