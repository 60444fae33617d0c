import type { Chain, LocalChain, MetagraphOptions, SubmitOptions, WaitOptions } from '../chain/index.js'
import { assertMade, type made } from '../checks/index.js'
import { waitOn } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import type { CallArgs, CallName, Queries, QueryName, Receipt } from '../ledger/index.js'
import type { Address, BlockNumber, Netuid } from '../units/index.js'
import type { TimeDriver } from './TimeDriver.js'

/**
 * The chain of a network that lives by virtual time, as its user sees it: a call lets time move until its block is there, wherever it
 * is made, beside `epochs()`, in an answer or in `onEvent`. Blocks are followed as they come; following them moves no time.
 */
export class NetworkChain implements Chain {
  readonly #chain: LocalChain
  readonly #driver: TimeDriver

  constructor(mark: typeof made, chain: LocalChain, driver: TimeDriver) {
    assertMade(mark, 'NetworkChain', 'chain of a LocalNetwork')
    this.#chain = chain
    this.#driver = driver
  }

  get chainId(): string {
    return this.#chain.chainId
  }

  get genesisHash(): string {
    return this.#chain.genesisHash
  }

  get callWindowBlocks(): number {
    return this.#chain.callWindowBlocks
  }

  get allowsLoopbackAxons(): boolean {
    return this.#chain.allowsLoopbackAxons
  }

  get blockMs(): number {
    return this.#chain.blockMs
  }

  /** Calls that wait for a block. */
  get waitingCalls(): number {
    return this.#chain.waitingCalls
  }

  head(options?: WaitOptions) {
    return this.#chain.head(options)
  }

  query<N extends QueryName>(name: N, args: Queries[N]['args'], options?: WaitOptions) {
    return this.#chain.query(name, args, options)
  }

  metagraph(netuid: Netuid, options?: MetagraphOptions) {
    return this.#chain.metagraph(netuid, options)
  }

  async call<N extends CallName>(
    signer: Signer,
    name: N,
    args: CallArgs[N],
    options?: WaitOptions,
  ): Promise<Receipt> {
    return await this.#await(() => this.#chain.call(signer, name, args, options))
  }

  async submit(signedCall: Uint8Array, options?: SubmitOptions): Promise<Receipt> {
    return await this.#await(() => this.#chain.submit(signedCall, options))
  }

  nextNonce(address: Address, options?: WaitOptions) {
    return this.#chain.nextNonce(address, options)
  }

  blocks(options?: WaitOptions & { readonly fromBlock?: BlockNumber }) {
    return this.#chain.blocks(options)
  }

  /** All state as bytes, for `Ledger.restore`. PERF: writes every record. */
  snapshot(): Uint8Array {
    return this.#chain.snapshot()
  }

  close(): Promise<void> {
    return this.#chain.close()
  }

  #await<T>(work: () => Promise<T>): Promise<T> {
    return waitOn(this.#driver.clock, () => this.#driver.run(work()))
  }
}
