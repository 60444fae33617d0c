import { type Clock, systemClock, type Timer, waitOn } from '../clock/index.js'
import { type EpochFunction, runEpoch } from '../consensus/index.js'
import { hexOf, type Signer } from '../crypto/index.js'
import type { EmissionPolicy } from '../emission/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import {
  type BlockHeader,
  type BlockUpdate,
  type CallArgs,
  type CallName,
  type Endowment,
  Ledger,
  type Queries,
  type QueryName,
  type Receipt,
} from '../ledger/index.js'
import type { Address, BlockNumber } from '../units/index.js'
import { abortable } from './abortable.js'
import { BlockHistory } from './BlockHistory.js'
import type { WaitOptions } from './Chain.js'
import { ChainBase } from './ChainBase.js'
import { CallRejectedError, ChainClosedError } from './chainErrors.js'
import { Mempool, type MempoolLimits, type WaitingCall } from './Mempool.js'
import { localnetPreset, type Preset } from './presets.js'
import { assertQuery } from './queryArgs.js'

export interface LocalChainOptions {
  /** The chain's rules and accounts; `localnetPreset()` by default. */
  readonly preset?: Preset
  /** Accounts with money, instead of the preset's. */
  readonly endowed?: readonly Endowment[]
  /**
   * Milliseconds between blocks, instead of the preset's; 0 means as fast as possible (at most one per
   * millisecond of the clock). With `'manual'` blocks come from `produceBlock` alone.
   */
  readonly blockMs?: number | 'manual'
  /**
   * Decides the hashes of this chain's blocks, and so the seeds of tasks: two chains of one seed and the same settings are the
   * same. Without one the chain is like no other, and a call signed for an earlier one is never good on it.
   */
  readonly seed?: string
  readonly clock?: Clock
  readonly mempool?: MempoolLimits
  /** Blocks kept for readers; 1,024 by default. */
  readonly historyBlocks?: number
  /** Computes epochs; the exact one of `subnetkit/consensus` by default. */
  readonly runEpoch?: EpochFunction
  readonly policy?: EmissionPolicy
}

/** Randomness in block 0 of a chain without a seed of its own. */
const SEED_BYTES = 32

/**
 * A whole chain inside this process: ledger, waiting calls, and a clock that makes blocks.
 *
 * Bounded: waiting calls by the mempool's limits, past blocks by `historyBlocks`. The ledger's state itself
 * grows with accounts, positions and neurons, and lives in memory.
 *
 * @example
 * ```ts
 * import { LocalChain } from 'subnetkit/chain'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 *
 * const chain = await LocalChain.start({ blockMs: 'manual' })
 * const alice = keyPairFromUri('//Alice')
 * const bob = keyPairFromUri('//Bob')
 * const sent = chain.call(alice, 'transfer', { to: bob.address, amountRao: 1_000_000_000n })
 * await chain.produceBlock()
 * const receipt = await sent // receipt.refusal is null
 * await chain.close()
 * ```
 */
export class LocalChain extends ChainBase {
  readonly chainId: string
  readonly genesisHash: string
  readonly callWindowBlocks: number
  readonly blockMs: number
  readonly #ledger: Ledger
  readonly #clock: Clock
  readonly #mempool: Mempool
  readonly #history: BlockHistory
  #timer: Timer | undefined
  #closed = false

  private constructor(options: LocalChainOptions) {
    super()
    const preset = options.preset ?? localnetPreset()
    const blockMs = options.blockMs ?? preset.blockMs
    this.#ledger = new Ledger(
      {
        config: preset.config,
        endowments: options.endowed ?? preset.endowed,
        seed: options.seed ?? hexOf(crypto.getRandomValues(new Uint8Array(SEED_BYTES))),
      },
      {
        runEpoch: options.runEpoch ?? runEpoch,
        ...(options.policy === undefined ? {} : { policy: options.policy }),
      },
    )
    this.chainId = preset.config.chainId
    this.genesisHash = this.#ledger.info().genesisHash
    this.callWindowBlocks = preset.config.callWindowBlocks
    this.blockMs = blockMs === 'manual' ? 0 : blockMs
    this.#clock = options.clock ?? systemClock
    this.#mempool = new Mempool(options.mempool)
    this.#history = new BlockHistory({
      head: 0,
      ...(options.historyBlocks === undefined ? {} : { capacity: options.historyBlocks }),
    })
    if (blockMs !== 'manual') this.#schedule(this.#clock.now() + this.#intervalMs)
  }

  /**
   * Starts a chain at block 0.
   *
   * @throws InvalidArgumentError for a genesis that breaks an invariant, or a negative `blockMs`.
   */
  static async start(options: LocalChainOptions = {}): Promise<LocalChain> {
    const { blockMs } = options
    if (typeof blockMs === 'number' && !(Number.isFinite(blockMs) && blockMs >= 0)) {
      throw new InvalidArgumentError({
        field: 'blockMs',
        value: blockMs,
        remedy: "Pass milliseconds of at least 0, or 'manual'.",
      })
    }
    return new LocalChain(options)
  }

  async head(): Promise<BlockHeader> {
    return this.#ledger.info().head
  }

  async query<N extends QueryName>(
    name: N,
    args: Queries[N]['args'],
    options: WaitOptions = {},
  ): Promise<Queries[N]['answer']> {
    this.#assertOpen()
    assertQuery(name, args)
    return await abortable(Promise.resolve(this.#ledger.query(name, args)), options.signal, 'The query')
  }

  override async call<N extends CallName>(
    signer: Signer,
    name: N,
    args: CallArgs[N],
    options: WaitOptions = {},
  ): Promise<Receipt> {
    return await waitOn(this.#clock, () => super.call(signer, name, args, options))
  }

  async submit(signedCall: Uint8Array, options: WaitOptions = {}): Promise<Receipt> {
    const bytes = signedCall.slice()
    return await waitOn(this.#clock, () => this.#admit(bytes, options))
  }

  async nextNonce(address: Address): Promise<number> {
    this.#assertOpen()
    return this.#mempool.nextNonce(address, this.#accountNonce(address))
  }

  blocks(options: WaitOptions & { readonly fromBlock?: BlockNumber } = {}): AsyncIterable<BlockUpdate> {
    return waitingOn(this.#clock, this.#history.follow(options))
  }

  /** Makes the next block now, of the calls that wait. */
  async produceBlock(): Promise<BlockUpdate> {
    this.#assertOpen()
    return this.#produce()
  }

  /** Calls that wait for a block. */
  get waitingCalls(): number {
    return this.#mempool.size
  }

  /** All state as bytes, for `Ledger.restore`. PERF: writes every record. */
  snapshot(): Uint8Array {
    return this.#ledger.snapshot()
  }

  /** Stops making blocks. Waiting calls are rejected with ChainClosedError, readers end. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#timer?.cancel()
    for (const waiting of this.#mempool.all()) this.#mempool.drop(waiting, new ChainClosedError())
    this.#history.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Lets a signed call wait for its block. */
  async #admit(bytes: Uint8Array, options: WaitOptions): Promise<Receipt> {
    this.#assertOpen()
    const checked = this.#ledger.checkTx(bytes)
    if (!checked.accepted) {
      throw new CallRejectedError({ code: checked.refusal.error, detail: checked.refusal.detail })
    }
    const { signer, nonce, expiryBlock, callHash } = checked
    const waiting = this.#mempool.add(
      { bytes, signer, nonce, expiryBlock, callHash },
      this.#accountNonce(signer),
    )
    return await abortable(waiting.receipt, options.signal, 'The wait for a block')
  }

  /** A clock of zeros would never come to anybody else's timer. */
  get #intervalMs(): number {
    return Math.max(1, this.blockMs)
  }

  /** Blocks keep to a grid of the interval; after a long pause they do not try to catch up. */
  #schedule(atMs: number): void {
    this.#timer = this.#clock.setTimer(() => {
      if (this.#closed) return
      this.#produce()
      const now = this.#clock.now()
      const next = atMs + this.#intervalMs
      this.#schedule(next > now ? next : now + this.#intervalMs)
    }, atMs - this.#clock.now())
  }

  #produce(): BlockUpdate {
    const waiting = this.#mempool.all()
    const proposal = this.#ledger.prepareProposal(waiting.map(({ bytes }) => bytes))
    const { header, receipts, events } = this.#ledger.finalizeBlock(proposal)
    this.#ledger.commit()
    const update = { header, receipts, events }
    this.#history.push(update)
    for (const receipt of receipts) this.#mempool.settle(receipt)
    for (const call of this.#mempool.all()) this.#dropIfExpired(call, header.number)
    return update
  }

  /** Nonces come here through this pool alone, so a waiting call can expire but not become stale. */
  #dropIfExpired(call: WaitingCall, head: BlockNumber): void {
    if (call.expiryBlock > head) return
    this.#mempool.drop(call, new CallRejectedError({ code: 'Expired', detail: `Block ${head} came first.` }))
  }

  #accountNonce(address: Address): number {
    return this.#ledger.query('account', { address }).nonce
  }

  #assertOpen(): void {
    if (this.#closed) throw new ChainClosedError()
  }
}

/** The same values; whoever is held while it waits for the next one lets time move. */
function waitingOn<T>(clock: Clock, values: AsyncGenerator<T, void, undefined>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => waitOn(clock, () => values.next()),
      return: () => values.return(),
    }),
  }
}
