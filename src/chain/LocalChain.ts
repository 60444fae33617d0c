import {
  assertMade,
  check,
  clock as clockCheck,
  custom,
  func,
  having,
  made,
  oneOf,
  optional,
  shape,
  text,
  wholeNumber,
} from '../checks/index.js'
import { type Clock, systemClock, type Timer, waitOn } from '../clock/index.js'
import type { EpochFunction } from '../consensus/index.js'
import { hexOf, type Signer } from '../crypto/index.js'
import type { EmissionPolicy } from '../emission/index.js'
import { epochFunction } from '../engine/index.js'
import { AbortedError } from '../errors/index.js'
import {
  accountOf,
  BLOCK_LIMITS,
  type BlockHeader,
  type BlockInput,
  type BlockUpdate,
  type CallArgs,
  type CallName,
  checkQuery,
  type Endowment,
  endowmentsCheck,
  isRefusal,
  Ledger,
  type OpenedCall,
  type PayoutExplanation,
  type Queries,
  type QueryName,
  type Receipt,
  type Refusal,
  type RuleSet,
  refuse,
  ruleSetCheck,
  type TestCall,
} from '../ledger/index.js'
import { Metagraph } from '../metagraph/index.js'
import { Beacon, decryptTimelock, verifyPulse } from '../timelock/index.js'
import type { Address, BlockNumber, Netuid } from '../units/index.js'
import { abortable } from './abortable.js'
import {
  addressCheck,
  blocksShape,
  metagraphShape,
  netuidCheck,
  signedCallCheck,
  submitShape,
  waitShape,
} from './argumentChecks.js'
import { BlockHistory } from './BlockHistory.js'
import type { MetagraphOptions, SubmitOptions, WaitOptions } from './Chain.js'
import { ChainBase } from './ChainBase.js'
import type { SigningPlace } from './calls/sendCall.js'
import { CallRejectedError, ChainClosedError, SubnetNotExistsError } from './chainErrors.js'
import { IncludedCalls } from './IncludedCalls.js'
import type { WaitingCall } from './mempool/AccountQueue.js'
import { Mempool, type MempoolLimits, mempoolLimitsShape } from './mempool/Mempool.js'
import { localnetPreset, type Preset, presetShape } from './presets.js'
import { TestCalls } from './TestCalls.js'
import { ChainBeacon, type DueLocks } from './timelock/ChainBeacon.js'

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
  /** Blocks kept for readers; 1,024 by default, and fewer when they hold more than 262,144 receipts and events. */
  readonly historyBlocks?: number
  /** Computes epochs; `epochFunction()` of `subnetkit/engine` by default. Whichever it is, the numbers must be `runEpoch`'s. */
  readonly runEpoch?: EpochFunction
  readonly policy?: EmissionPolicy
  /** The rules of a preset that names others than `spec425`. */
  readonly rules?: RuleSet
  /**
   * How weights are locked to a time. `'beacon'`: encrypted, by a beacon of this chain's own whose secret is made anew and kept nowhere else, a
   * round with every block; who runs the process can read them early. `'plain'`: committed as they are, hiding nothing, for
   * simulations that must come out the same. By default `'plain'` where there is a seed, `'beacon'` otherwise.
   */
  readonly timelock?: 'beacon' | 'plain'
}

const optionsShape = shape<LocalChainOptions>({
  preset: optional(presetShape),
  endowed: optional(endowmentsCheck),
  blockMs: optional(
    custom(
      "Pass whole milliseconds of at least 0, or 'manual'.",
      (value) => value === 'manual' || (Number.isSafeInteger(value) && Number(value) >= 0),
    ),
  ),
  seed: optional(text()),
  clock: optional(clockCheck),
  mempool: optional(mempoolLimitsShape),
  historyBlocks: optional(wholeNumber({ min: 1 })),
  runEpoch: optional(func),
  policy: optional(having('an emission policy', ['split'])),
  rules: optional(ruleSetCheck),
  timelock: optional(oneOf(['beacon', 'plain'])),
})

/** Randomness in block 0 of a chain without a seed of its own. */
const SEED_BYTES = 32

/**
 * A whole chain inside this process: ledger, waiting calls, and a clock that makes blocks.
 *
 * Bounded: waiting calls by the mempool's limits, past blocks by `historyBlocks` and by what they hold. The ledger's state itself
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
  readonly allowsLoopbackAxons: boolean
  readonly blockMs: number
  readonly #ledger: Ledger
  readonly #clock: Clock
  readonly #mempool: Mempool
  readonly #history: BlockHistory
  readonly #included: IncludedCalls
  readonly #testCalls = new TestCalls()
  readonly #beacon: ChainBeacon
  /** The block that waits for time locks to be opened. */
  #opening: Promise<BlockUpdate> | undefined
  #timer: Timer | undefined
  #closed = false

  private constructor(mark: typeof made, options: LocalChainOptions) {
    super()
    assertMade(mark, 'LocalChain', 'await LocalChain.start()')
    const preset = options.preset ?? localnetPreset()
    const blockMs = options.blockMs ?? preset.blockMs
    const timelock = options.timelock ?? (options.seed === undefined ? 'beacon' : 'plain')
    this.#beacon = new ChainBeacon(timelock === 'beacon' ? Beacon.random() : null)
    this.#ledger = new Ledger(
      {
        config: { ...preset.config, timelockBeacon: this.#beacon.publicKey },
        endowments: options.endowed ?? preset.endowed,
        seed: options.seed ?? hexOf(crypto.getRandomValues(new Uint8Array(SEED_BYTES))),
      },
      {
        runEpoch: options.runEpoch ?? epochFunction(),
        timelock: { verifyPulse, decryptTimelock },
        ...(options.policy === undefined ? {} : { policy: options.policy }),
        ...(options.rules === undefined ? {} : { rules: options.rules }),
      },
    )
    this.chainId = preset.config.chainId
    this.genesisHash = this.#ledger.info().genesisHash
    this.callWindowBlocks = preset.config.callWindowBlocks
    this.allowsLoopbackAxons = preset.config.loopbackAxonsAllowed
    this.blockMs = blockMs === 'manual' ? 0 : blockMs
    this.#clock = options.clock ?? systemClock
    this.#mempool = new Mempool(
      {
        standing: (account) => this.#ledger.standing(account),
        head: () => this.#ledger.info().head,
      },
      options.mempool,
    )
    this.#included = new IncludedCalls({ windowBlocks: this.callWindowBlocks })
    this.#history = new BlockHistory({
      head: 0,
      ...(options.historyBlocks === undefined ? {} : { capacity: options.historyBlocks }),
    })
    if (blockMs !== 'manual') this.#schedule(this.#clock.now() + this.#intervalMs)
  }

  /**
   * Starts a chain at block 0.
   *
   * @throws InvalidArgumentError for an option that is wrong or unknown, and for a genesis that breaks an invariant.
   */
  static async start(options: LocalChainOptions = {}): Promise<LocalChain> {
    check('options', optionsShape, options)
    return new LocalChain(made, options)
  }

  async head(options: WaitOptions = {}): Promise<BlockHeader> {
    check('options', waitShape, options)
    return this.#ledger.info().head
  }

  async query<N extends QueryName>(
    name: N,
    args: Queries[N]['args'],
    options: WaitOptions = {},
  ): Promise<Queries[N]['answer']> {
    this.#assertOpen()
    checkQuery(name, args)
    check('options', waitShape, options)
    return await abortable(Promise.resolve(this.#ledger.query(name, args)), options.signal, 'The query')
  }

  /** Everybody who asks is handed columns of their own, copied from the state once: what one neuron does to them misleads no other. */
  override async metagraph(netuid: Netuid, options: MetagraphOptions = {}): Promise<Metagraph> {
    check('netuid', netuidCheck, netuid)
    check('options', metagraphShape, options)
    this.#assertOpen()
    const { mechanism, signal } = options
    const place = mechanism === undefined ? { netuid } : { netuid, mechanism }
    return await abortable(Promise.resolve(this.#metagraph(place)), signal, 'The query')
  }

  #metagraph(place: Queries['metagraph']['args']): Metagraph {
    const view = this.#ledger.query('metagraph', place)
    if (view === null) throw new SubnetNotExistsError(place)
    return new Metagraph(view, made)
  }

  override async call<N extends CallName>(
    signer: Signer,
    name: N,
    args: CallArgs[N],
    options: WaitOptions = {},
  ): Promise<Receipt> {
    return await waitOn(this.#clock, () => super.call(signer, name, args, options))
  }

  async submit(signedCall: Uint8Array, options: SubmitOptions = {}): Promise<Receipt> {
    return await waitOn(this.#clock, () => this.#submit(signedCall, options))
  }

  async #submit(signedCall: Uint8Array, options: SubmitOptions): Promise<Receipt> {
    check('signedCall', signedCallCheck, signedCall)
    check('options', submitShape, options)
    this.#assertOpen()
    const { signal } = options
    if (signal?.aborted) throw new AbortedError({ what: 'The call', cause: signal.reason })
    const call = this.#ledger.open(signedCall.slice())
    if (isRefusal(call)) throw new CallRejectedError(call)
    const receipt = this.#included.receiptOf(call.callHash) ?? this.#admit(call).receipt
    options.onAccepted?.()
    return await abortable(Promise.resolve(receipt), signal, 'The wait for a block')
  }

  protected override signingPlace(address: Address): SigningPlace {
    this.#assertOpen()
    return { nonce: this.#nextNonce(address), head: this.#ledger.info().head }
  }

  /** None: place and admission are one step here, so that no other signs with the same nonce, and a seed decides every block. */
  protected override callSalt(): undefined {}

  async nextNonce(address: Address, options: WaitOptions = {}): Promise<number> {
    check('address', addressCheck, address)
    check('options', waitShape, options)
    this.#assertOpen()
    return this.#nextNonce(address)
  }

  blocks(options: WaitOptions & { readonly fromBlock?: BlockNumber } = {}): AsyncIterable<BlockUpdate> {
    check('options', blocksShape, options)
    return waitingOn(this.#clock, this.#history.follow(options))
  }

  /**
   * Puts a call of test origin into the next block, before all others: nobody signs it, and it may be one that only tests may make. Here
   * alone: no node serves it.
   *
   * @returns its receipt, once the block is made.
   * @throws CallRejectedError with the code `BadOrigin` on a chain whose settings do not allow it.
   * @throws InvalidArgumentError naming the argument that is wrong.
   *
   * @example
   * ```ts
   * import { LocalChain, localnetPreset } from 'subnetkit/chain'
   * import { keyPairFromUri } from 'subnetkit/crypto'
   *
   * const preset = localnetPreset({ config: { testOriginAllowed: true } })
   * const chain = await LocalChain.start({ preset, blockMs: 'manual' })
   * const { address } = keyPairFromUri('//Zoe')
   * const args = { account: address, balanceRao: 5_000_000_000n }
   * const sent = chain.testCall({ signer: address, name: 'overrideBalance', args })
   * await chain.produceBlock()
   * const receipt = await sent // receipt.refusal is null
   * await chain.close()
   * ```
   */
  async testCall<N extends CallName>(call: TestCall<N>): Promise<Receipt> {
    const opened = this.#ledger.testCall(call)
    this.#assertOpen()
    if (!this.#ledger.config.testOriginAllowed) {
      const refusal = refuse('BadOrigin', { because: 'testOriginClosed', callName: opened.name })
      throw new CallRejectedError(refusal)
    }
    return await waitOn(this.#clock, () => this.#testCalls.add(opened))
  }

  /**
   * Makes the next block, of the calls that wait: now, or once the time locks are opened that it opens. Calls that come meanwhile are
   * still taken.
   */
  async produceBlock(): Promise<BlockUpdate> {
    this.#assertOpen()
    // One after the other: each opens what the one before left.
    while (this.#opening !== undefined) await this.#opening
    this.#assertOpen()
    return await this.#produce()
  }

  /**
   * Takes the pay of the epochs apart that the next block runs, without making it, with the time locks that it opens: see
   * `Ledger.explainPayouts`. None where no epoch is due.
   *
   * PERF: what a block costs without calls, while sockets are served where there are time locks to open.
   *
   * @example
   * ```ts
   * import { LocalChain } from 'subnetkit/chain'
   *
   * const chain = await LocalChain.start({ blockMs: 'manual' })
   * const payouts = await chain.explainPayouts()
   * await chain.produceBlock() // what its events EmissionPaid say is what `payouts` takes apart
   * await chain.close()
   * ```
   */
  async explainPayouts(): Promise<readonly PayoutExplanation[]> {
    for (;;) {
      this.#assertOpen()
      const { hash } = this.#ledger.info().head
      const due = this.#beacon.dueAt(this.#ledger)
      if (due === null) return this.#ledger.explainPayouts()
      const input = this.#beacon.plainInput(due) ?? (await this.#openLocks(due))
      this.#assertOpen()
      // A block that was made meanwhile opened them.
      if (this.#ledger.info().head.hash === hash) return this.#ledger.explainPayouts(input)
    }
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
    await this.#beacon.close()
    this.#mempool.clear(() => new ChainClosedError())
    this.#testCalls.clear(() => new ChainClosedError())
    this.#history.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** A clock of zeros would never come to anybody else's timer. */
  get #intervalMs(): number {
    return Math.max(1, this.blockMs)
  }

  /** Blocks keep to a grid of the interval; after a long pause they do not try to catch up. */
  #schedule(atMs: number): void {
    this.#timer = this.#clock.setTimer(() => {
      if (this.#closed) return
      const scheduleNext = (): void => {
        if (this.#closed) return
        const now = this.#clock.now()
        const next = atMs + this.#intervalMs
        this.#schedule(next > now ? next : now + this.#intervalMs)
      }
      const made = this.#opening ?? this.#produce()
      if (made instanceof Promise)
        void made.then(scheduleNext, (error: unknown) => this.#failedUnlessClosed(error))
      else scheduleNext()
    }, atMs - this.#clock.now())
  }

  /** At once, unless there are time locks to open first: that is done beside sockets, while virtual time stands still. */
  #produce(): BlockUpdate | Promise<BlockUpdate> {
    const due = this.#beacon.dueAt(this.#ledger)
    if (due === null) return this.#make({})
    const plain = this.#beacon.plainInput(due)
    if (plain !== null) return this.#make(plain)
    this.#opening = this.#openAndMake(due)
    return this.#opening
  }

  #openLocks(due: DueLocks): Promise<BlockInput> {
    return this.#clock.hold(() => this.#beacon.open(due), { what: 'Opening time locks' })
  }

  async #openAndMake(due: DueLocks): Promise<BlockUpdate> {
    try {
      const input = await this.#openLocks(due)
      this.#assertOpen()
      return this.#make(input)
    } finally {
      this.#opening = undefined
    }
  }

  /** A block that waited while the chain was closed has nobody to tell; any other fault ends the process, as it does in a timer. */
  #failedUnlessClosed(error: unknown): void {
    if (!this.#closed) throw error
  }

  #make(input: BlockInput): BlockUpdate {
    const tests = this.#testCalls.calls
    const taken = this.#mempool.take(BLOCK_LIMITS)
    const calls = [...tests, ...taken.map(({ call }) => call)]
    const { header, receipts, events, dropped } = this.#ledger.finalizeBlock(calls, input)
    this.#ledger.commit()
    const update = { header, receipts, events }
    this.#history.push(update)
    this.#included.push(header.number, receipts)
    this.#testCalls.settle(receipts)
    this.#mempool.settle(receipts)
    for (const { position, refusal } of dropped) {
      const waiting = taken[position - tests.length]
      if (waiting !== undefined) this.#mempool.drop(waiting, new CallRejectedError(refusal))
    }
    this.#mempool.dropExpired(header.number)
    return update
  }

  /** Lets a call wait. @throws CallRejectedError when it can be in no block to come. */
  #admit(call: OpenedCall): WaitingCall {
    const checked = this.#ledger.checkTx(call)
    if (!checked.accepted) {
      const { callHash, nonce } = call
      const isUnknown = this.#mayHaveBeen(call, checked.refusal)
      throw new CallRejectedError(isUnknown ? refuse('OutcomeUnknown', { callHash, nonce }) : checked.refusal)
    }
    return this.#mempool.add(call)
  }

  /** Whether a call that is refused for its nonce or its time may be in a block that is not remembered. */
  #mayHaveBeen({ recentBlockHash }: OpenedCall, { error }: Refusal): boolean {
    if (error !== 'StaleNonce' && error !== 'Expired') return false
    const signedAt = this.#ledger.query('recentBlock', { hash: recentBlockHash })
    return this.#included.mayHaveForgotten(signedAt ?? undefined)
  }

  #nextNonce(address: Address): number {
    return this.#mempool.nextNonce(accountOf(address)) ?? this.#ledger.query('account', { address }).nonce
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
