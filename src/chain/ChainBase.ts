import type { Signer } from '../crypto/index.js'
import {
  type BlockHeader,
  type BlockUpdate,
  type CallArgs,
  type CallName,
  type Queries,
  type QueryName,
  type Receipt,
  signCall,
} from '../ledger/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { Address, BlockNumber, Netuid } from '../units/index.js'
import { abortable } from './abortable.js'
import type { Chain, WaitOptions } from './Chain.js'
import { SubnetNotExistsError } from './chainErrors.js'
import { metagraphFromView } from './metagraphFromView.js'

/** Blocks a signed call stays valid for. */
const CALL_LIFETIME_BLOCKS = 256

/**
 * What every chain does in the same way on top of its own doors: metagraphs, and calls signed in order.
 *
 * A subclass keeps one promise for that order: `submit` admits the call, and `nextNonce` counts it, in the
 * order in which the two were called.
 */
export abstract class ChainBase implements Chain {
  abstract readonly chainId: string
  abstract readonly genesisHash: string
  abstract readonly callWindowBlocks: number
  abstract readonly blockMs: number
  /** By signer: settles when all calls made so far were handed to `submit`. */
  readonly #admissions = new Map<Address, Promise<unknown>>()

  abstract head(options?: WaitOptions): Promise<BlockHeader>
  abstract query<N extends QueryName>(
    name: N,
    args: Queries[N]['args'],
    options?: WaitOptions,
  ): Promise<Queries[N]['answer']>
  abstract submit(signedCall: Uint8Array, options?: WaitOptions): Promise<Receipt>
  abstract nextNonce(address: Address, options?: WaitOptions): Promise<number>
  abstract blocks(options?: WaitOptions & { readonly fromBlock?: BlockNumber }): AsyncIterable<BlockUpdate>
  abstract close(): Promise<void>

  async metagraph(netuid: Netuid, options: WaitOptions = {}): Promise<Metagraph> {
    const view = await this.query('metagraph', { netuid }, options)
    if (view === null) throw new SubnetNotExistsError({ netuid })
    return metagraphFromView(view)
  }

  async call<N extends CallName>(
    signer: Signer,
    name: N,
    args: CallArgs[N],
    options: WaitOptions = {},
  ): Promise<Receipt> {
    const before = this.#admissions.get(signer.address) ?? Promise.resolve()
    const admission = this.#admit(before, signer, name, args, options)
    // The next call of this signer waits for those before it too, even when this one gave up waiting.
    const settled = Promise.allSettled([before, admission])
    this.#admissions.set(signer.address, settled)
    void settled.then(() => {
      if (this.#admissions.get(signer.address) === settled) this.#admissions.delete(signer.address)
    })
    const { receipt } = await admission
    return await receipt
  }

  /** Signs with the next nonce and hands the call in; the receipt is still to come. */
  async #admit<N extends CallName>(
    before: Promise<unknown>,
    signer: Signer,
    name: N,
    args: CallArgs[N],
    options: WaitOptions,
  ): Promise<{ readonly receipt: Promise<Receipt> }> {
    await abortable(before, options.signal, 'The call')
    const [nonce, head] = await Promise.all([this.nextNonce(signer.address, options), this.head(options)])
    const { genesisHash } = this
    const expiryBlock = head.number + Math.min(CALL_LIFETIME_BLOCKS, this.callWindowBlocks)
    const receipt = this.submit(
      signCall(signer, { genesisHash, recentBlockHash: head.hash, nonce, expiryBlock, name, args }),
      options,
    )
    // Whoever made the call awaits it a moment later; a rejection in between is not unhandled.
    receipt.catch(() => {})
    return { receipt }
  }
}
