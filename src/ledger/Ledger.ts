import {
  bytes as bytesOf,
  check,
  custom,
  flag,
  func,
  having,
  optional,
  shape,
  wholeNumber,
} from '../checks/index.js'
import { encodeCanonical } from '../codec/index.js'
import type { EpochFunction } from '../consensus/index.js'
import { blake2b256, hexOf, sha256 } from '../crypto/index.js'
import { type EmissionPolicy, EmissionScheduler } from '../emission/index.js'
import type { Address, BlockNumber } from '../units/index.js'
import { type BlockContext, refuse } from './BlockContext.js'
import { beginBlock } from './block/beginBlock.js'
import { type ExecutedCalls, executeCalls, inOrder, type PlacedCall } from './block/executeCalls.js'
import { hashCalls, sealHeader } from './block/header.js'
import { RecentBlocks } from './block/RecentBlocks.js'
import type { ChainConfig, Genesis } from './config.js'
import { BlockPendingError, NoBlockPendingError } from './errors.js'
import { applyGenesis } from './genesis.js'
import { isOpenedCall, isRefusal, type OpenedCall, openCall } from './openCall.js'
import { ANSWERS } from './queries/answers.js'
import { checkQuery } from './queries/checkQuery.js'
import { type Standing, standingOf } from './queries/standing.js'
import { callMisfit } from './rules/callMisfit.js'
import { registrationDecayQ32 } from './rules/registrationPrice.js'
import { decodeSnapshot, encodeSnapshot } from './snapshot.js'
import type { LedgerState } from './state/LedgerState.js'
import type { AccountId } from './state/records.js'
import { configTable } from './state/tables.js'
import type { BlockHeader, BlockUpdate, CallName, LedgerEvent, Queries, QueryName, Refusal } from './types.js'

/** What the ledger is given instead of knowing it. */
export interface LedgerOptions {
  /**
   * Computes an epoch: `epochFunction()` of `subnetkit/engine`, or the slow reference `runEpoch` of `subnetkit/consensus`, which gives
   * the same numbers. Every node of a chain must give them.
   */
  readonly runEpoch: EpochFunction
  /** How a block's emission is shared; `equalPolicy` by default. */
  readonly policy?: EmissionPolicy
}

/** Where the ledger stands. */
export interface LedgerInfo {
  readonly chainId: string
  /** Hash of block 0: what signed calls name as their chain. */
  readonly genesisHash: string
  readonly head: BlockHeader
}

/** A call as doors take it: signed bytes, or what `Ledger.open` made of them. */
export type SignedCall = Uint8Array | OpenedCall

/** What a door thinks of one signed call. */
export type CheckResult =
  | {
      readonly accepted: true
      readonly signer: Address
      readonly nonce: number
      readonly expiryBlock: BlockNumber
      readonly callName: CallName
      readonly callHash: string
    }
  | { readonly accepted: false; readonly refusal: Refusal }

/** A block with everything that happened in it. */
export interface FinalizedBlock extends BlockUpdate {
  /** Calls that could not take part (malformed, stale, expired...), by their position in the input. */
  readonly dropped: readonly { readonly position: number; readonly refusal: Refusal }[]
}

export interface ProposalLimits {
  readonly maxCalls?: number
  readonly maxBytes?: number
}

/** What a block holds at most when not told otherwise. */
export const BLOCK_LIMITS = { maxCalls: 5_000, maxBytes: 4_000_000 } as const satisfies ProposalLimits

const limitsShape = shape<ProposalLimits>({
  maxCalls: optional(wholeNumber()),
  maxBytes: optional(wholeNumber()),
})
const openOptionsShape = shape<{ readonly signatureVerified?: boolean }>({
  signatureVerified: optional(flag),
})
const bytesCheck = bytesOf()
const accountIdCheck = custom(
  'Pass an account from accountOf: 64 lower-case hex digits.',
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
)
const isSignedCall = (call: unknown): boolean => call instanceof Uint8Array || isOpenedCall(call)
const callCheck = custom('Pass bytes from signCall, or what Ledger.open made of them.', isSignedCall)
const callsCheck = custom(
  'Pass a list of signed calls: bytes from signCall, or what Ledger.open made of them.',
  (value) => Array.isArray(value) && value.every(isSignedCall),
)

/** Signatures remembered as good between the doors; the oldest go first. */
const VERIFIED_LIMIT = 16_384
/** Half-lives whose decay factor is remembered. */
const DECAY_LIMIT = 1_024

/** What a snapshot holds. */
class RestoredLedger {
  readonly state: LedgerState
  readonly recent: RecentBlocks

  constructor({ state, recent }: { state: LedgerState; recent: RecentBlocks }) {
    this.state = state
    this.recent = recent
  }
}

const ledgerOptionsShape = shape<LedgerOptions>({
  runEpoch: func,
  policy: optional(having('an emission policy', ['split'])),
})

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
  readonly #verified = new Set<string>()
  readonly #decays = new Map<number, bigint>()
  readonly #recent: RecentBlocks
  #pending: BlockHeader | undefined

  /** Starts a chain at block 0. Throws InvalidArgumentError for a genesis that breaks an invariant. */
  constructor(genesis: Genesis, options: LedgerOptions)
  constructor(genesis: Genesis | RestoredLedger, options: LedgerOptions) {
    check('options', ledgerOptionsShape, options)
    if (genesis instanceof RestoredLedger) {
      this.#state = genesis.state
      this.#recent = genesis.recent
    } else {
      this.#state = applyGenesis(genesis)
      this.#recent = new RecentBlocks({
        windowBlocks: genesis.config.callWindowBlocks,
        ...firstBlock(genesis, this.#state),
      })
    }
    this.#state.store.commit()
    this.#config = this.#state.store.get(configTable, '')!
    this.#runEpoch = options.runEpoch
    this.#scheduler = new EmissionScheduler({
      ...(options.policy === undefined ? {} : { policy: options.policy }),
      ownerCutU16: this.#config.subnetOwnerCutU16,
      taoWeightU64: this.#config.taoWeightU64,
      maxEpochsPerBlock: this.#config.maxEpochsPerBlock,
    })
  }

  /**
   * Takes a chain up where a snapshot left it.
   *
   * @throws SnapshotError when the bytes are damaged: the state must hash to what the snapshot's head says.
   */
  static restore(snapshot: Uint8Array, options: LedgerOptions): Ledger {
    const Restored = Ledger as unknown as new (from: RestoredLedger, options: LedgerOptions) => Ledger
    check('snapshot', bytesCheck, snapshot)
    check('options', ledgerOptionsShape, options)
    return new Restored(new RestoredLedger(decodeSnapshot(snapshot)), options)
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
   * @param options.signatureVerified - the caller has verified the signature of exactly these bytes.
   * @returns the call, or `MalformedCall` or `BadSignature`.
   * PERF: one signature verification, about a millisecond.
   */
  open(bytes: Uint8Array, options: { readonly signatureVerified?: boolean } = {}): OpenedCall | Refusal {
    check('bytes', bytesCheck, bytes)
    check('options', openOptionsShape, options)
    return this.#open(bytes, options.signatureVerified ?? false)
  }

  /**
   * Whether a call may wait for a block: signed, well-formed, for this chain, not expired, and with a nonce that
   * is still to come (gaps may be filled by others).
   *
   * @param call - signed bytes, or what `open` made of them.
   * @param options - as of `open`.
   */
  checkTx(call: SignedCall, options: { readonly signatureVerified?: boolean } = {}): CheckResult {
    check('call', callCheck, call)
    check('options', openOptionsShape, options)
    const opened = isOpenedCall(call) ? call : this.#open(call, options.signatureVerified ?? false)
    return isRefusal(opened) ? { accepted: false, refusal: opened } : this.#checkOpened(opened)
  }

  #checkOpened(call: OpenedCall): CheckResult {
    const refusal = this.#doorRefusal(call)
    if (refusal !== null) return { accepted: false, refusal }
    if (call.nonce < this.#state.account(call.signer).nonce) {
      return { accepted: false, refusal: refuse('StaleNonce', 'The account has used this nonce.') }
    }
    const { nonce, expiryBlock, name, callHash } = call
    const signer = this.#state.addressOf(call.signer)
    return { accepted: true, signer, nonce, expiryBlock, callName: name, callHash }
  }

  /**
   * Chooses and orders the calls of the next block: by (signer, nonce), without gaps, within the limits.
   *
   * @returns those of the candidates that were chosen.
   */
  prepareProposal<C extends SignedCall>(candidates: readonly C[], limits: ProposalLimits = {}): C[] {
    check('candidates', callsCheck, candidates)
    check('limits', limitsShape, limits)
    const { maxCalls = BLOCK_LIMITS.maxCalls, maxBytes = BLOCK_LIMITS.maxBytes } = limits
    return this.#prepare(candidates, maxCalls, maxBytes)
  }

  #prepare<C extends SignedCall>(candidates: readonly C[], maxCalls: number, maxBytes: number): C[] {
    const chosen: C[] = []
    let bytesLeft = maxBytes
    const nonces = new Map<string, number>()
    for (const { call, position } of this.#openAll(candidates).calls) {
      const expected = nonces.get(call.signer) ?? this.#state.account(call.signer).nonce
      if (call.nonce !== expected || this.#doorRefusal(call) !== null) continue
      if (chosen.length >= maxCalls || call.byteLength > bytesLeft) continue
      nonces.set(call.signer, expected + 1)
      bytesLeft -= call.byteLength
      chosen.push(candidates[position]!)
    }
    return chosen
  }

  /** Whether a proposed block is one that `prepareProposal` could have made. */
  processProposal(calls: readonly SignedCall[]): { accepted: true } | { accepted: false; refusal: Refusal } {
    check('calls', callsCheck, calls)
    const prepared = this.#prepare(calls, calls.length, Number.POSITIVE_INFINITY)
    const same = prepared.length === calls.length && prepared.every((call, index) => call === calls[index])
    if (same) return { accepted: true }
    return {
      accepted: false,
      refusal: refuse('BadProposal', 'The calls are not all good for this block, or not in order.'),
    }
  }

  /**
   * Makes the next block: the chain's own work, then the calls in the order of (signer, nonce). A call that the
   * rules refuse consumes its nonce and changes nothing else; a call that cannot take part is dropped by name.
   * Nothing a caller signs makes it throw. Calling it again before `commit` makes the block anew.
   *
   * PERF: grows with changed records and with each due epoch; an empty block of one subnet costs about 0.1 ms.
   */
  finalizeBlock(calls: readonly SignedCall[]): FinalizedBlock {
    check('calls', callsCheck, calls)
    const { store } = this.#state
    this.#pending = undefined
    store.rollback(0)
    try {
      return this.#makeBlock(calls)
    } catch (error) {
      store.rollback(0)
      throw error
    }
  }

  /** Makes the finalized block final. Throws NoBlockPendingError when there is none. */
  commit(): BlockHeader {
    if (this.#pending === undefined) throw new NoBlockPendingError()
    this.#state.store.commit()
    this.#recent.push(this.#pending)
    this.#pending = undefined
    return this.#head
  }

  /**
   * Answers a question about the state at the head.
   *
   * @throws InvalidAddressError for a malformed address, BlockPendingError between `finalizeBlock` and `commit`.
   */
  query<N extends QueryName>(name: N, args: Queries[N]['args']): Queries[N]['answer'] {
    this.#assertSettled('query')
    checkQuery(name, args)
    return ANSWERS[name]({ state: this.#state, config: this.#config, recent: this.#recent }, args)
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
    return encodeSnapshot(this.#state, this.#recent)
  }

  #makeBlock(calls: readonly SignedCall[]): FinalizedBlock {
    const block = this.#head.number + 1
    const { calls: opened, dropped } = this.#openAll(calls)
    this.#state.setChain({ block })
    const events: LedgerEvent[] = []
    beginBlock(this.#context(block, events))
    const executed: ExecutedCalls = executeCalls(
      opened,
      { state: this.#state, recent: this.#recent, block },
      (sink) => this.#context(block, sink),
    )
    const header = sealHeader(this.#recent.genesisHash, {
      number: block,
      parentHash: this.#head.hash,
      stateHash: this.#state.store.root(),
      callsHash: hashCalls(executed.receipts.map(({ callHash }) => callHash)),
      callCount: executed.receipts.length,
    })
    this.#pending = header
    return { header, receipts: executed.receipts, events, dropped: [...dropped, ...executed.dropped] }
  }

  #context(block: BlockNumber, events: LedgerEvent[]): BlockContext {
    return {
      state: this.#state,
      config: this.#config,
      block,
      runEpoch: this.#runEpoch,
      scheduler: this.#scheduler,
      burnDecayQ32: (halfLifeBlocks) => this.#decayQ32(halfLifeBlocks),
      emit: (name, netuid, data) => events.push({ name, netuid, data }),
    }
  }

  /** Opens what is not open and sorts; what cannot be opened is dropped. */
  #openAll(list: readonly SignedCall[]): {
    calls: PlacedCall[]
    dropped: { position: number; refusal: Refusal }[]
  } {
    const calls: PlacedCall[] = []
    const dropped: { position: number; refusal: Refusal }[] = []
    list.forEach((item, position) => {
      const call = isOpenedCall(item) ? item : this.#open(item, false)
      if (isRefusal(call)) dropped.push({ position, refusal: call })
      else calls.push({ position, call })
    })
    return { calls: calls.sort(inOrder), dropped }
  }

  #open(bytes: Uint8Array, signatureVerified: boolean): OpenedCall | Refusal {
    const id = hexOf(sha256(bytes))
    const opened = openCall(bytes, () => signatureVerified || this.#verified.has(id))
    if (!isRefusal(opened)) {
      if (this.#verified.size >= VERIFIED_LIMIT) this.#verified.delete(this.#verified.values().next().value!)
      this.#verified.add(id)
    }
    return opened
  }

  #doorRefusal(call: OpenedCall): Refusal | null {
    return callMisfit(call, this.#recent, this.#head.number + 1)
  }

  get #head(): BlockHeader {
    return this.#recent.head
  }

  #decayQ32(halfLifeBlocks: number): bigint {
    const known = this.#decays.get(halfLifeBlocks)
    if (known !== undefined) return known
    if (this.#decays.size >= DECAY_LIMIT) this.#decays.clear()
    const decay = registrationDecayQ32(halfLifeBlocks)
    this.#decays.set(halfLifeBlocks, decay)
    return decay
  }

  #assertSettled(door: string): void {
    if (this.#pending !== undefined) throw new BlockPendingError({ door })
  }
}

function firstBlock(
  genesis: Genesis,
  state: LedgerState,
): { readonly genesisHash: string; readonly headers: readonly BlockHeader[] } {
  const header = sealHeader(undefined, {
    number: 0,
    parentHash: genesisParent(genesis),
    stateHash: state.store.root(),
    callsHash: hashCalls([]),
    callCount: 0,
  })
  return { genesisHash: header.hash, headers: [header] }
}

/** What stands where block 0 would name its parent: zeros, or the hash of the seed. */
function genesisParent({ seed }: Genesis): string {
  if (seed === undefined) return '0'.repeat(64)
  return hexOf(blake2b256(encodeCanonical(['subnetkit/genesis-seed', seed])))
}
