import { encodeCanonical } from '../codec/index.js'
import type { EpochFunction } from '../consensus/index.js'
import { blake2b256, hexOf, sha256 } from '../crypto/index.js'
import { type EmissionPolicy, EmissionScheduler } from '../emission/index.js'
import type { Address, BlockNumber } from '../units/index.js'
import { type BlockContext, refuse } from './BlockContext.js'
import { beginBlock } from './block/beginBlock.js'
import { type ExecutedCalls, executeCalls, inOrder } from './block/executeCalls.js'
import { hashCalls, sealHeader } from './block/header.js'
import { RecentBlocks } from './block/RecentBlocks.js'
import type { ChainConfig, Genesis } from './config.js'
import { BlockPendingError, NoBlockPendingError } from './errors.js'
import { applyGenesis } from './genesis.js'
import { ANSWERS } from './queries/answers.js'
import { callMisfit } from './rules/callMisfit.js'
import { registrationDecayQ32 } from './rules/registrationPrice.js'
import { isRefusal, type OpenedCall, openCall } from './signedCall.js'
import { decodeSnapshot, encodeSnapshot } from './snapshot.js'
import type { LedgerState } from './state/LedgerState.js'
import { configTable } from './state/tables.js'
import type { BlockHeader, BlockUpdate, CallName, LedgerEvent, Queries, QueryName, Refusal } from './types.js'

/** What the ledger is given instead of knowing it. */
export interface LedgerOptions {
  /** Computes an epoch, such as `runEpoch` of `subnetkit/consensus`. Every node of a chain must give the same numbers. */
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

const DEFAULT_MAX_CALLS = 5_000
const DEFAULT_MAX_BYTES = 4_000_000
/** Signatures remembered as good between the doors; the oldest go first. */
const VERIFIED_LIMIT = 16_384
/** Half-lives whose decay factor is remembered. */
const DECAY_LIMIT = 1_024

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
 * import { runEpoch } from 'subnetkit/consensus'
 * import { Ledger } from 'subnetkit/ledger'
 *
 * const ledger = new Ledger({ config: referencePreset.config, endowments: [] }, { runEpoch })
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
    if ('state' in genesis) {
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
    return new Restored(decodeSnapshot(snapshot), options)
  }

  get config(): ChainConfig {
    return this.#config
  }

  info(): LedgerInfo {
    return { chainId: this.#config.chainId, genesisHash: this.#recent.genesisHash, head: this.#head }
  }

  /**
   * Whether a call may wait for a block: signed, well-formed, for this chain, not expired, and with a nonce that
   * is still to come (gaps may be filled by others).
   *
   * @param options.signatureVerified - the caller has verified the signature of exactly these bytes.
   * PERF: one signature verification, about a millisecond.
   */
  checkTx(bytes: Uint8Array, options: { readonly signatureVerified?: boolean } = {}): CheckResult {
    const call = this.#open(bytes, options.signatureVerified ?? false)
    if (isRefusal(call)) return { accepted: false, refusal: call }
    const refusal = this.#doorRefusal(call)
    if (refusal !== null) return { accepted: false, refusal }
    if (call.nonce < this.#state.account(call.signer).nonce) {
      return { accepted: false, refusal: refuse('StaleNonce', 'The account has used this nonce.') }
    }
    const { nonce, expiryBlock, name, callHash } = call
    const signer = this.#state.addressOf(call.signer)
    return { accepted: true, signer, nonce, expiryBlock, callName: name, callHash }
  }

  /** Chooses and orders the calls of the next block: by (signer, nonce), without gaps, within the limits. */
  prepareProposal(candidates: readonly Uint8Array[], limits: ProposalLimits = {}): Uint8Array[] {
    const { maxCalls = DEFAULT_MAX_CALLS, maxBytes = DEFAULT_MAX_BYTES } = limits
    const chosen: Uint8Array[] = []
    let bytesLeft = maxBytes
    const nonces = new Map<string, number>()
    for (const { call, bytes } of this.#openAll(candidates).calls) {
      const expected = nonces.get(call.signer) ?? this.#state.account(call.signer).nonce
      if (call.nonce !== expected || this.#doorRefusal(call) !== null) continue
      if (chosen.length >= maxCalls || bytes.length > bytesLeft) continue
      nonces.set(call.signer, expected + 1)
      bytesLeft -= bytes.length
      chosen.push(bytes)
    }
    return chosen
  }

  /** Whether a proposed block is one that `prepareProposal` could have made. */
  processProposal(calls: readonly Uint8Array[]): { accepted: true } | { accepted: false; refusal: Refusal } {
    const prepared = this.prepareProposal(calls, {
      maxCalls: calls.length,
      maxBytes: Number.POSITIVE_INFINITY,
    })
    const same = prepared.length === calls.length && prepared.every((bytes, index) => bytes === calls[index])
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
  finalizeBlock(calls: readonly Uint8Array[]): FinalizedBlock {
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
    return ANSWERS[name]({ state: this.#state, config: this.#config, recent: this.#recent }, args)
  }

  /** All state at the head as bytes. PERF: writes every record. */
  snapshot(): Uint8Array {
    this.#assertSettled('snapshot')
    return encodeSnapshot(this.#state, this.#recent)
  }

  #makeBlock(calls: readonly Uint8Array[]): FinalizedBlock {
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

  /** Opens calls and sorts them; those that cannot be opened are dropped. */
  #openAll(list: readonly Uint8Array[]): {
    calls: { position: number; bytes: Uint8Array; call: OpenedCall }[]
    dropped: { position: number; refusal: Refusal }[]
  } {
    const calls: { position: number; bytes: Uint8Array; call: OpenedCall }[] = []
    const dropped: { position: number; refusal: Refusal }[] = []
    list.forEach((bytes, position) => {
      const call = this.#open(bytes, false)
      if (isRefusal(call)) dropped.push({ position, refusal: call })
      else calls.push({ position, bytes, call })
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

/** What a snapshot holds. */
interface RestoredLedger {
  readonly state: LedgerState
  readonly recent: RecentBlocks
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
