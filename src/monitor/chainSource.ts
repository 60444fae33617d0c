import { BlocksGoneError, BlockTooLargeError, type Chain, ChainClosedError } from '../chain/index.js'
import type { Clock } from '../clock/index.js'
import { portableError } from '../errors/index.js'
import type { BlockUpdate } from '../ledger/index.js'
import type { Logger } from '../log/index.js'
import { Histogram } from './Histogram.js'
import { ROUND_BUCKETS_S } from './metricTable.js'
import type { Samples } from './Samples.js'
import { checkOf, type Source } from './Source.js'
import { Tally } from './Tally.js'

/** A chain as it is watched; one in this process also says how many calls wait. */
export type WatchedChain = Pick<Chain, 'blocks' | 'blockMs'> & { readonly waitingCalls?: number }

interface ChainOptions {
  readonly name: string
  readonly clock: Clock
  /** Longest time between two blocks; by default 30 s, or ten blocks where that is more. */
  readonly maxBlockAgeMs: number | undefined
  readonly logger: Logger
}

const LEAST_AGE_MS = 30_000
const AGE_BLOCKS = 10

/** Follows a chain's blocks and counts what is in them. */
export function chainSource(chain: WatchedChain, options: ChainOptions): Source {
  const { name, clock, maxBlockAgeMs, logger } = options
  const stop = new AbortController()
  const blocks = new BlockCounts(clock)
  const following = follow(chain, stop.signal, blocks).catch((error: unknown) => {
    const err = portableError(error)
    blocks.ended = `Its blocks cannot be followed any more (${err.name}).`
    logger.error({ name, err }, 'A chain that is watched cannot be followed any more: watch it anew.')
  })
  const mostMs = maxBlockAgeMs ?? Math.max(LEAST_AGE_MS, AGE_BLOCKS * chain.blockMs)
  return {
    write(samples) {
      blocks.write(samples, name)
      if (chain.waitingCalls !== undefined)
        samples.add('subnetkit_chain_waiting_calls', { name }, chain.waitingCalls)
    },
    check: async () => [checkOf(name, 'blocks', blocks.ended ?? blocks.tooOld(mostMs))],
    async close() {
      stop.abort()
      await following
    },
  }
}

/** Ends with the signal or the chain; rejects when the blocks cannot be had. What is missed in between is not counted. */
async function follow(chain: WatchedChain, signal: AbortSignal, blocks: BlockCounts): Promise<void> {
  while (await missedBlocks(chain, signal, blocks));
  blocks.ended = 'The chain is closed.'
}

async function missedBlocks(chain: WatchedChain, signal: AbortSignal, blocks: BlockCounts): Promise<boolean> {
  try {
    for await (const update of chain.blocks({ signal })) blocks.take(update)
    return false
  } catch (error) {
    if (error instanceof ChainClosedError) return false
    if (error instanceof BlocksGoneError || error instanceof BlockTooLargeError) return true
    throw error
  }
}

class BlockCounts {
  /** Why no more blocks come; one sentence. */
  ended: string | undefined
  readonly #clock: Clock
  readonly #calls = new Map<string, Tally>()
  readonly #intervals = new Histogram(ROUND_BUCKETS_S)
  #block: number | undefined
  #atMs: number
  #blocks = 0
  #epochs = 0
  #weightRows = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#atMs = clock.now()
  }

  take({ header, events, receipts }: BlockUpdate): void {
    const nowMs = this.#clock.now()
    if (this.#block === header.number - 1) this.#intervals.observe((nowMs - this.#atMs) / 1_000)
    this.#block = header.number
    this.#atMs = nowMs
    this.#blocks++
    this.#countEvents(events)
    for (const { callName, refusal, events: own } of receipts) {
      const outcomes = this.#calls.get(callName) ?? new Tally()
      this.#calls.set(callName, outcomes)
      outcomes.add(refusal === null ? 'done' : 'refused')
      this.#countEvents(own)
    }
  }

  tooOld(mostMs: number): string | undefined {
    const ageMs = this.#clock.now() - this.#atMs
    if (ageMs <= mostMs) return undefined
    return `No block came for ${Math.round(ageMs / 1_000)} s.`
  }

  write(samples: Samples, name: string): void {
    if (this.#block !== undefined) samples.add('subnetkit_chain_block', { name }, this.#block)
    const ageS = Math.max(0, this.#clock.now() - this.#atMs) / 1_000
    samples.add('subnetkit_chain_block_age_seconds', { name }, ageS)
    samples.add('subnetkit_chain_blocks_total', { name }, this.#blocks)
    samples.histogram('subnetkit_chain_block_interval_seconds', { name }, this.#intervals)
    samples.add('subnetkit_chain_epochs_total', { name }, this.#epochs)
    samples.add('subnetkit_chain_weights_set_total', { name }, this.#weightRows)
    for (const [call, outcomes] of this.#calls) {
      for (const [outcome, count] of outcomes.entries())
        samples.add('subnetkit_chain_calls_total', { name, call, outcome }, count)
    }
  }

  #countEvents(events: BlockUpdate['events']): void {
    for (const { name } of events) {
      if (name === 'EpochRan') this.#epochs++
      if (name === 'WeightsSet') this.#weightRows++
    }
  }
}
