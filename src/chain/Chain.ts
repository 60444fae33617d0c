import type { Signer } from '../crypto/index.js'
import type {
  BlockHeader,
  BlockUpdate,
  CallArgs,
  CallName,
  Queries,
  QueryName,
  Receipt,
} from '../ledger/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { Address, BlockNumber, Netuid } from '../units/index.js'

export interface WaitOptions {
  readonly signal?: AbortSignal
}

export interface MetagraphOptions extends WaitOptions {
  /** As which mechanism of the subnet has it: weights, bonds, incentives and last updates are its own. The first by default. */
  readonly mechanism?: number
}

export interface SubmitOptions extends WaitOptions {
  /** Called when the call may be in a block from now on: it waits for one, or is in one already. */
  readonly onAccepted?: () => void
}

/**
 * The chain as every client sees it, embedded (`LocalChain`) or over a socket (`RemoteChain`).
 *
 * A call that is well signed but not allowed lands in a block and comes back as a receipt with a `refusal`;
 * a call that cannot enter a block at all rejects with `CallRejectedError` (code = the named reason:
 * `WrongChain`, `AncientBirthBlock`, `ExpiryTooFar`, `StaleNonce`, `Expired`, `BadSignature`, `MalformedCall`, `MempoolFull`).
 */
export interface Chain {
  readonly chainId: string
  /** Hash of block 0, hex: what tells chains of one name apart. Every signed call names it. */
  readonly genesisHash: string
  /** A signed call names one of so many last blocks, and expires at most so many blocks after it. */
  readonly callWindowBlocks: number
  /** Whether a neuron here may announce a loopback address: the chain takes it, and its node is on this machine. */
  readonly allowsLoopbackAxons: boolean
  /** Milliseconds between blocks as configured; 0 means as fast as possible. */
  readonly blockMs: number
  head(options?: WaitOptions): Promise<BlockHeader>
  query<N extends QueryName>(
    name: N,
    args: Queries[N]['args'],
    options?: WaitOptions,
  ): Promise<Queries[N]['answer']>
  /** The subnet at the head. Rejects with `SubnetNotExistsError`, also for a mechanism that it does not have. */
  metagraph(netuid: Netuid, options?: MetagraphOptions): Promise<Metagraph>
  /** Signs and submits a call with the signer's next nonce, and waits for its block. Calls of one signer keep their order. */
  call<N extends CallName>(
    signer: Signer,
    name: N,
    args: CallArgs[N],
    options?: WaitOptions,
  ): Promise<Receipt>
  /**
   * Submits signed bytes and waits for the block that holds them. The same bytes again are one call: they wait with the first,
   * and are answered with its receipt for as long as a call can be valid.
   */
  submit(signedCall: Uint8Array, options?: SubmitOptions): Promise<Receipt>
  /** Next nonce of an account, calls waiting for a block included. */
  nextNonce(address: Address, options?: WaitOptions): Promise<number>
  /** Blocks as they are made, in order and without gaps, from `fromBlock` (default: the next one) until the signal aborts (which ends the iteration quietly) or the chain closes. */
  blocks(options?: WaitOptions & { readonly fromBlock?: BlockNumber }): AsyncIterable<BlockUpdate>
  close(): Promise<void>
}
