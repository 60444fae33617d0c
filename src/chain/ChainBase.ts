import { check, signer as signerCheck } from '../checks/index.js'
import type { Signer } from '../crypto/index.js'
import {
  type BlockHeader,
  type BlockUpdate,
  type CallArgs,
  type CallName,
  checkCallArgs,
  type MetagraphView,
  type Queries,
  type QueryName,
  type Receipt,
} from '../ledger/index.js'
import { Metagraph } from '../metagraph/index.js'
import type { Address, BlockNumber, Netuid } from '../units/index.js'
import { abortable } from './abortable.js'
import { metagraphShape, netuidCheck, waitShape } from './argumentChecks.js'
import type { Chain, MetagraphOptions, SubmitOptions, WaitOptions } from './Chain.js'
import { NextBlock } from './calls/NextBlock.js'
import { type CallDoor, type SigningPlace, sendCall } from './calls/sendCall.js'
import { Turns } from './calls/Turns.js'
import { SubnetNotExistsError } from './chainErrors.js'

/**
 * What every chain does in the same way on top of its own doors: metagraphs, and calls signed in order.
 *
 * A subclass keeps two promises: `submit` calls `onAccepted` once the call waits for its block, and from then on `nextNonce`
 * counts it.
 */
export abstract class ChainBase implements Chain {
  abstract readonly chainId: string
  abstract readonly genesisHash: string
  abstract readonly callWindowBlocks: number
  abstract readonly allowsLoopbackAxons: boolean
  abstract readonly blockMs: number
  readonly #turns = new Turns()
  readonly #nextBlock = new NextBlock((options) => this.nextBlocks(options))

  abstract head(options?: WaitOptions): Promise<BlockHeader>
  abstract query<N extends QueryName>(
    name: N,
    args: Queries[N]['args'],
    options?: WaitOptions,
  ): Promise<Queries[N]['answer']>
  abstract submit(signedCall: Uint8Array, options?: SubmitOptions): Promise<Receipt>
  abstract nextNonce(address: Address, options?: WaitOptions): Promise<number>
  abstract blocks(options?: WaitOptions & { readonly fromBlock?: BlockNumber }): AsyncIterable<BlockUpdate>
  abstract close(): Promise<void>

  async metagraph(netuid: Netuid, options: MetagraphOptions = {}): Promise<Metagraph> {
    check('netuid', netuidCheck, netuid)
    check('options', metagraphShape, options)
    const { mechanism, ...wait } = options
    const place = mechanism === undefined ? { netuid } : { netuid, mechanism }
    const view = await this.query('metagraph', place, wait)
    if (view === null) throw new SubnetNotExistsError(place)
    return this.metagraphOf(view)
  }

  /** The metagraph of an answer, which is checked and copied. */
  protected metagraphOf(view: MetagraphView): Metagraph {
    return new Metagraph(view)
  }

  async call<N extends CallName>(
    signer: Signer,
    name: N,
    args: CallArgs[N],
    options: WaitOptions = {},
  ): Promise<Receipt> {
    check('signer', signerCheck, signer)
    checkCallArgs(name, args)
    check('options', waitShape, options)
    const { signal } = options
    const turn = this.#turns.take(signer.address)
    try {
      if (turn.before !== undefined) await abortable(turn.before, signal, 'The call')
      const wait = signal === undefined ? {} : { signal }
      return await sendCall(this.#door, { signer, name, args }, { ...wait, onAccepted: () => turn.end() })
    } finally {
      turn.end()
    }
  }

  /** Nonce and head to sign with. A chain that knows them at once returns no promise: then a call is accepted at once, too. */
  protected signingPlace(address: Address, options: WaitOptions): SigningPlace | Promise<SigningPlace> {
    return Promise.all([this.nextNonce(address, options), this.head(options)]).then(([nonce, head]) => ({
      nonce,
      head,
    }))
  }

  /** Blocks from the next one on, for a call that waits. A chain that must ask for its head first does without here. */
  protected nextBlocks(options: { readonly signal: AbortSignal }): AsyncIterable<BlockUpdate> {
    return this.blocks(options)
  }

  /**
   * Random bytes by default: of two programs that sign the same call with the same nonce, one must find the nonce taken and sign
   * anew, and not be answered with the other's receipt.
   */
  protected callSalt(): Uint8Array | undefined {
    return crypto.getRandomValues(new Uint8Array(8))
  }

  get #door(): CallDoor {
    return {
      genesisHash: this.genesisHash,
      callWindowBlocks: this.callWindowBlocks,
      salt: () => this.callSalt(),
      signingPlace: (address, options) => this.signingPlace(address, options),
      submit: (signedCall, options) => this.submit(signedCall, options),
      chainNonce: async (address, options) => (await this.query('account', { address }, options)).nonce,
      nextBlock: (signal) => this.#nextBlock.wait(signal),
    }
  }
}
