import { check } from '../checks/index.js'
import type { EpochFunction } from '../consensus/index.js'
import { EmissionScheduler } from '../emission/index.js'
import type { BlockNumber } from '../units/index.js'
import { type BlockContext, refuse } from './BlockContext.js'
import { assertEmpty, type Beginning, fromGenesis, fromStore, takeUp } from './beginning.js'
import { beginBlock } from './block/beginBlock.js'
import { type BlockMaker, blockFacts } from './block/blockFacts.js'
import { type OpenedList, openedInOrder } from './block/callOrder.js'
import { chooseCalls } from './block/chooseCalls.js'
import { type ExecutedCalls, executeCalls } from './block/executeCalls.js'
import { explainPayouts, type PayoutExplanation } from './block/explainPayouts.js'
import type { BlockHeader } from './block/header.js'
import { hashCalls, sealHeader } from './block/header.js'
import type { RecentBlocks } from './block/RecentBlocks.js'
import { SubnetRulesCache } from './block/subnetRules.js'
import { BlockKernel } from './block/wasm/BlockKernel.js'
import type { CallEvents, CallName } from './calls/callTable.js'
import { type ChainConfig, type Genesis, ownConfig } from './config.js'
import {
  accountIdCheck,
  BLOCK_LIMITS,
  type BlockInput,
  blockInputShape,
  bytesCheck,
  type CheckResult,
  callCheck,
  callsCheck,
  type FinalizedBlock,
  type LedgerInfo,
  type LedgerOptions,
  ledgerOptionsShape,
  limitsShape,
  type ProposalLimits,
  type ResumeOptions,
  resumeOptionsShape,
  type SignedCall,
} from './doors.js'
import { BlockPendingError, NoBlockPendingError } from './errors.js'
import { headerChanges } from './headerChanges.js'
import { OpenedCalls } from './OpenedCalls.js'
import {
  isOpenedCall,
  isRefusal,
  type OpenedCall,
  openCall,
  openTestCall,
  type TestCall,
} from './openCall.js'
import type { QueryContext } from './queries/defineQuery.js'
import { answerTo, checkQuery, type Queries, type QueryName } from './queries/queryTable.js'
import { type Standing, standingOf } from './queries/standing.js'
import { rulesOf } from './rules/ruleSets.js'
import { whyNotInBlock } from './rules/whyNotInBlock.js'
import { whyNotWaiting } from './rules/whyNotWaiting.js'
import { decodeSnapshot, encodeSnapshot } from './snapshot.js'
import type { AccountId } from './state/account.js'
import type { LedgerState } from './state/LedgerState.js'
import type { Store } from './state/Store.js'
import { config as configTable } from './state/tables.js'
import type { BlockTimelocks } from './timelocks/BlockTimelocks.js'
import type { TimelockPort } from './timelocks/timelockInput.js'
import { givenTimelocks, portOf, timelocksOfBlock, whyNotReal } from './timelocks/timelocksOfBlock.js'
import type { LedgerEvent, Refusal } from './types.js'

/**
 * The chain's state machine behind the doors of an application blockchain interface: `checkTx` for the pool,
 * `prepareProposal` and `processProposal` for consensus, `finalizeBlock` and `commit` for blocks, `query`,
 * `snapshot` and `restore`.
 *
 * Deterministic and synchronous: the same genesis, epoch function and calls give the same state hash on every
 * machine. It has no clock, disk or network. State grows with accounts, stake positions and neurons; calls are
 * free, so an account that ever made one keeps its nonce for ever. Of past blocks the last `callWindowBlocks` headers are kept.
 *
 * @example
 * ```ts
 * import { referencePreset } from 'subnetkit/chain'
 * import { epochFunction } from 'subnetkit/engine'
 * import { Ledger } from 'subnetkit/ledger'
 *
 * const ledger = new Ledger({ config: referencePreset.config, endowments: [] }, { runEpoch: epochFunction() })
 * ledger.finalizeBlock([])
 * ledger.commit().number // 1
 * ```
 */
export class Ledger {
  readonly #state: LedgerState
  readonly #config: ChainConfig
  readonly #runEpoch: EpochFunction
  readonly #scheduler: EmissionScheduler
  readonly #opened = new OpenedCalls()
  readonly #rules = new SubnetRulesCache()
  readonly #recent: RecentBlocks
  readonly #store: Store | undefined
  readonly #timelock: TimelockPort | null
  #pending: BlockHeader | undefined
  /** Calls of the pending block that it includes. */
  #included: readonly OpenedCall[] = []
  /** While a block is made or stored: policies, epoch functions and stores are the user's, and might ask for another. */
  #isBusy = false

  /**
   * Starts a chain at block 0.
   *
   * @throws InvalidArgumentError for a genesis that breaks an invariant or names rules that are not given, and for a store that holds a chain
   *   already.
   */
  constructor(genesis: Genesis, options: LedgerOptions) {
    check('options', ledgerOptionsShape, options)
    const known = BEGINNINGS.get(genesis)
    BEGINNINGS.delete(genesis)
    if (known === undefined) assertEmpty(options.store)
    const beginning = known ?? fromGenesis(genesis)
    const { state, recent } = beginning
    this.#state = state
    this.#recent = recent
    this.#store = options.store
    this.#config = ownConfig(state.required(configTable))
    const rules = rulesOf(this.#config, options.rules)
    this.#timelock = portOf(options, this.#config)
    this.#runEpoch = rules.consensus(options.runEpoch, this.#config)
    this.#scheduler = new EmissionScheduler({
      policy: options.policy ?? rules.policy(this.#config),
      ownerCutU16: this.#config.subnetOwnerCutU16,
      taoWeightU64: this.#config.taoWeightU64,
      childkeyBurnU64: this.#config.childkeyBurnU64,
      maxEpochsPerBlock: this.#config.maxEpochsPerBlock,
    })
    // Last, so that a ledger that cannot be made leaves nothing in the store.
    takeUp(beginning, this.#scheduler.policy, options)
  }

  /**
   * Takes a chain up where a snapshot left it.
   *
   * @throws SnapshotError when the bytes are damaged: the state must hash to what the snapshot's head says; InvalidArgumentError for a store
   *   that holds a chain already, and for rules or a policy by another name than it was taken under; whatever the store throws.
   */
  static restore(snapshot: Uint8Array, options: LedgerOptions): Ledger {
    check('snapshot', bytesCheck, snapshot)
    check('options', ledgerOptionsShape, options)
    assertEmpty(options.store)
    return begun(decodeSnapshot(snapshot), options)
  }

  /**
   * Takes a chain up where a store left it.
   *
   * @throws SnapshotError when the store is empty, or what it holds is no chain: the headers must follow from each other, and the state hash to
   *   what the head says; InvalidArgumentError for rules or a policy by another name than it was left under; whatever the store throws.
   * PERF: reads and hashes every record.
   */
  static resume(options: ResumeOptions): Ledger {
    check('options', resumeOptionsShape, options)
    return begun(fromStore(options.store), options)
  }

  get config(): ChainConfig {
    return this.#config
  }

  info(): LedgerInfo {
    return { chainId: this.#config.chainId, genesisHash: this.#recent.genesisHash, head: this.#head }
  }

  /**
   * Verifies and reads a signed call, once for all doors.
   *
   * @returns the call, or `MalformedCall` or `BadSignature`.
   * PERF: one signature verification, about a millisecond.
   */
  open(bytes: Uint8Array): OpenedCall | Refusal {
    check('bytes', bytesCheck, bytes)
    return this.#open(bytes)
  }

  /**
   * A call of test origin: nobody signs it, it has no nonce, and it may be one that only tests may make. Chains whose genesis does not
   * allow them drop it from every block.
   *
   * @throws InvalidArgumentError naming the argument that is wrong.
   *
   * @example
   * ```ts
   * import { localnetPreset } from 'subnetkit/chain'
   * import { keyPairFromUri } from 'subnetkit/crypto'
   * import { epochFunction } from 'subnetkit/engine'
   * import { Ledger } from 'subnetkit/ledger'
   *
   * const { config } = localnetPreset({ config: { testOriginAllowed: true } })
   * const ledger = new Ledger({ config, endowments: [] }, { runEpoch: epochFunction() })
   * const { address } = keyPairFromUri('//Alice')
   * ledger.finalizeBlock([ledger.testCall({ signer: address, name: 'overrideBalance', args: { account: address, balanceRao: 1_000n } })])
   * ```
   */
  testCall<N extends CallName>(call: TestCall<N>): OpenedCall {
    return openTestCall(call)
  }

  /**
   * Whether a call may wait for a block: signed, well-formed, for this chain, not expired, and with a nonce that
   * is still to come (gaps may be filled by others), of an account that signs at present. A call of test origin waits nowhere: it is handed to the block.
   *
   * @param call - signed bytes, or what `open` made of them.
   * @throws BlockPendingError between `finalizeBlock` and `commit`.
   */
  checkTx(call: SignedCall): CheckResult {
    check('call', callCheck, call)
    this.#assertSettled('checkTx')
    const opened = isOpenedCall(call) ? call : this.#open(call)
    if (isRefusal(opened)) return { accepted: false, refusal: opened }
    const refusal = this.#doorRefusal(opened) ?? whyNotWaiting(opened, this.#state)
    if (refusal !== null) return { accepted: false, refusal }
    const { nonce, expiryBlock, name: callName, callHash } = opened
    return {
      accepted: true,
      signer: this.#state.addressOf(opened.signer),
      nonce,
      expiryBlock,
      callName,
      callHash,
    }
  }

  /**
   * Chooses and orders the calls of the next block: by (signer, nonce), without gaps, within the limits. A batch counts as many
   * calls as it has entries.
   *
   * @returns those of the candidates that were chosen.
   * @throws BlockPendingError between `finalizeBlock` and `commit`.
   */
  prepareProposal<C extends SignedCall>(candidates: readonly C[], limits: ProposalLimits = {}): C[] {
    check('candidates', callsCheck, candidates)
    check('limits', limitsShape, limits)
    this.#assertSettled('prepareProposal')
    const { maxCalls = BLOCK_LIMITS.maxCalls, maxBytes = BLOCK_LIMITS.maxBytes } = limits
    return this.#prepare(candidates, { maxCalls, maxBytes })
  }

  #prepare<C extends SignedCall>(candidates: readonly C[], limits: Required<ProposalLimits>): C[] {
    const chosen = chooseCalls(this.#openAll(candidates).calls, limits, {
      nonceOf: (signer) => this.#state.nonce(signer),
      whyNot: (call) => this.#doorRefusal(call),
    })
    return chosen.map((position) => candidates[position]!)
  }

  /**
   * Whether a proposed block is one that `prepareProposal` could have made, of at most 5,000 calls (a batch counts as many as it has entries), and what it brings of time locks is real and complete: pulses and
   * texts are verified, whatever `input` says of them.
   *
   * @throws BlockPendingError between `finalizeBlock` and `commit`.
   */
  processProposal(
    calls: readonly SignedCall[],
    input: BlockInput = {},
  ): { accepted: true } | { accepted: false; refusal: Refusal } {
    check('calls', callsCheck, calls)
    check('input', blockInputShape, input)
    this.#assertSettled('processProposal')
    const why = whyNotReal(() => this.#timelocksOf({ ...input, timelocksVerified: false }))
    if (why !== null) {
      return { accepted: false, refusal: refuse('BadProposal', { because: 'timelocks', why }) }
    }
    const limits = { maxCalls: BLOCK_LIMITS.maxCalls, maxBytes: Number.POSITIVE_INFINITY }
    const prepared = this.#prepare(calls, limits)
    const firstBad = calls.findIndex((call, index) => call !== prepared[index])
    if (firstBad === -1) return { accepted: true }
    const refusal = refuse('BadProposal', {
      because: 'calls',
      calls: calls.length,
      good: prepared.length,
      firstBad,
    })
    return { accepted: false, refusal }
  }

  /**
   * Makes the next block: the chain's own work, then the calls, in the order of (signer, nonce) unless genesis says that they come in the
   * order given. A call that the rules refuse consumes its nonce and changes nothing else; a call that cannot take part is dropped by name.
   * Nothing a caller signs makes it throw. Calling it again before `commit` makes the block anew.
   *
   * @throws InvalidArgumentError for a parent that is not the head, an author that is a subnet's account, pulses or texts of time locks that are
   *   missing or not real, and a policy that shares out what it may not; BlockPendingError while a block is made or stored; whatever policy or epoch function throw.
   * PERF: grows with changed records and with each due epoch, and by about half a microsecond per subnet.
   */
  finalizeBlock(calls: readonly SignedCall[], input: BlockInput = NO_INPUT): FinalizedBlock {
    check('calls', callsCheck, calls)
    const { author, drawHash } = this.#factsOf(input)
    if (this.#isBusy) throw new BlockPendingError({ door: 'finalizeBlock' })
    this.#pending = undefined
    this.#state.discard()
    this.#isBusy = true
    try {
      const timelocks = this.#timelocksOf(input)
      return this.#makeBlock(calls, { author, drawHash, timelocks, input })
    } catch (error) {
      this.#state.discard()
      throw error
    } finally {
      this.#isBusy = false
    }
  }

  /**
   * Takes the pay of the epochs apart that the next block runs, without making it: who gets how much by what, what is withheld, and what is
   * nobody's. For a block of the past, restore the state before it, and pass what it was made of but for its calls.
   *
   * @throws InvalidArgumentError as of `finalizeBlock`; BlockPendingError between `finalizeBlock` and `commit`; whatever policy or epoch function throw.
   * PERF: what a block costs without calls, and a record per line.
   */
  explainPayouts(input: BlockInput = NO_INPUT): readonly PayoutExplanation[] {
    this.#assertSettled('explainPayouts')
    const facts = this.#factsOf(input)
    const block = this.#head.number + 1
    this.#isBusy = true
    try {
      const maker = { ...facts, timelocks: this.#timelocksOf(input), input }
      this.#state.setChain({ block })
      return explainPayouts(this.#context(block, maker, [], true))
    } finally {
      this.#state.discard()
      this.#isBusy = false
    }
  }

  /**
   * Makes the finalized block final: writes it to the store, if there is one, and goes on to it.
   *
   * @throws NoBlockPendingError when there is none; BlockPendingError while one is made or stored; what the store throws: the block still waits.
   */
  commit(): BlockHeader {
    if (this.#isBusy) throw new BlockPendingError({ door: 'commit' })
    const header = this.#pending
    if (header === undefined) throw new NoBlockPendingError()
    this.#isBusy = true
    try {
      const store = this.#store
      this.#state.commit(store, store && headerChanges(header, this.#config.callWindowBlocks))
    } finally {
      this.#isBusy = false
    }
    this.#recent.push(header)
    this.#pending = undefined
    for (const call of this.#included) this.#opened.forget(call)
    this.#included = []
    return header
  }

  /**
   * Answers a question about the state at the head.
   *
   * @throws InvalidArgumentError naming the argument that is wrong, and for a policy that shares out what it may not; BlockPendingError between
   *   `finalizeBlock` and `commit`; what the policy throws.
   */
  query<N extends QueryName>(name: N, args: Queries[N]['args']): Queries[N]['answer'] {
    this.#assertSettled('query')
    checkQuery(name, args)
    // A policy may be asked, and is the user's.
    this.#isBusy = true
    try {
      return answerTo(this.#questions, name, args)
    } finally {
      this.#isBusy = false
    }
  }

  /**
   * What an account can show for a place in a queue: money of its own and stake with it as a hotkey.
   *
   * @throws BlockPendingError between `finalizeBlock` and `commit`.
   * PERF: one look-up per subnet.
   */
  standing(account: AccountId): Standing {
    this.#assertSettled('standing')
    check('account', accountIdCheck, account)
    return standingOf(this.#state, account)
  }

  /** All state at the head as bytes. PERF: writes every record. */
  snapshot(): Uint8Array {
    this.#assertSettled('snapshot')
    return encodeSnapshot(this.#state, this.#recent, this.#scheduler.policy.name)
  }

  #makeBlock(calls: readonly SignedCall[], maker: BlockMaker): FinalizedBlock {
    const { number, hash, stateHash } = this.#head
    const block = number + 1
    const { calls: opened, dropped } = this.#openAll(calls)
    this.#state.setChain({ block })
    const events: LedgerEvent[] = []
    beginBlock(this.#context(block, maker, events, true))
    const executed: ExecutedCalls = executeCalls(
      opened,
      { state: this.#state, recent: this.#recent, block },
      (sink, isGuarded) => this.#context(block, maker, sink, isGuarded),
    )
    const isHashed = block % this.#config.stateHashEveryBlocks === 0
    const header = sealHeader(this.#recent.genesisHash, {
      number: block,
      parentHash: hash,
      stateHash: isHashed ? this.#state.root() : stateHash,
      callsHash: hashCalls(
        executed.receipts.map(({ callHash }) => callHash),
        givenTimelocks(maker.input),
      ),
      callCount: executed.receipts.length,
      author: maker.author,
    })
    this.#pending = header
    const { length } = executed.dropped
    const left = length === 0 ? undefined : new Set(executed.dropped.map(({ position }) => position))
    this.#included = opened.flatMap(({ position, call }) => (left?.has(position) ? [] : [call]))
    return { header, receipts: executed.receipts, events, dropped: [...dropped, ...executed.dropped] }
  }

  #context(
    block: BlockNumber,
    { author, drawHash, timelocks }: BlockMaker,
    events: LedgerEvent[],
    isGuarded: boolean,
  ): BlockContext<CallEvents> {
    return {
      isGuarded,
      state: this.#state,
      config: this.#config,
      block,
      author,
      parentHash: drawHash,
      runEpoch: this.#runEpoch,
      scheduler: this.#scheduler,
      rules: this.#rules,
      kernel: BlockKernel.shared(),
      timelocks,
      // A name and its data belong together; the compiler has seen it where they came from.
      emit: (name, netuid, data) => events.push({ name, netuid, data } as LedgerEvent),
    }
  }

  /** Who makes a block, and by what it draws. */
  #factsOf(input: BlockInput): Pick<BlockMaker, 'author' | 'drawHash'> {
    if (input !== NO_INPUT) check('input', blockInputShape, input)
    return blockFacts(input, this.#head, this.#config)
  }

  /** @throws InvalidArgumentError for what is missing, or not real. */
  #timelocksOf(input: BlockInput): BlockTimelocks {
    const next = { state: this.#state, config: this.#config, block: this.#head.number + 1 }
    const port = input.timelocksVerified === true ? null : this.#timelock
    return timelocksOfBlock(givenTimelocks(input), next, port)
  }

  #openAll(list: readonly SignedCall[]): OpenedList {
    return openedInOrder(list, this.#config.callOrder, (bytes) => this.#open(bytes))
  }

  #open(bytes: Uint8Array): OpenedCall | Refusal {
    return this.#opened.of(bytes, () => openCall(bytes))
  }

  #doorRefusal(call: OpenedCall): Refusal | null {
    return whyNotInBlock(call, this.#config, this.#recent, this.#head.number + 1)
  }

  get #questions(): QueryContext {
    const [state, config] = [this.#state, this.#config]
    return { state, config, rules: this.#rules, scheduler: this.#scheduler, recent: this.#recent }
  }

  get #head(): BlockHeader {
    return this.#recent.head
  }

  #assertSettled(door: string): void {
    if (this.#pending !== undefined || this.#isBusy) throw new BlockPendingError({ door })
  }
}

/** What most blocks are given besides their calls. */
const NO_INPUT: BlockInput = {}

/** Where a ledger that is being made begins, by what it is made from: a genesis, or what stands for one. */
const BEGINNINGS = new WeakMap<Genesis, Beginning>()

function begun(beginning: Beginning, options: LedgerOptions): Ledger {
  const genesis: Genesis = { config: beginning.state.required(configTable), endowments: [] }
  BEGINNINGS.set(genesis, beginning)
  return new Ledger(genesis, options)
}
