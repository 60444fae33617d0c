import type { Signer } from '../../crypto/index.js'
import { type BlockHeader, type CallArgs, type CallName, type Receipt, signCall } from '../../ledger/index.js'
import type { Address, BlockNumber } from '../../units/index.js'
import type { SubmitOptions, WaitOptions } from '../Chain.js'
import { CallRejectedError, ChainConnectionError, ChainRequestError } from '../chainErrors.js'

/** Blocks a signed call stays valid for, if the chain allows so many. */
const CALL_LIFETIME_BLOCKS = 256

/** Losses of the connection that one call goes on after. */
const MAX_LOSSES = 16

/** Blocks that one call waits for because the node has too much to do. */
const MAX_BUSY_BLOCKS = CALL_LIFETIME_BLOCKS

/** Where a call signed now stands. */
export interface SigningPlace {
  readonly nonce: number
  readonly head: BlockHeader
}

/** What a call needs of its chain. */
export interface CallDoor {
  readonly genesisHash: string
  readonly callWindowBlocks: number
  /** No promise where the chain knows at once. */
  signingPlace(address: Address, options: WaitOptions): SigningPlace | Promise<SigningPlace>
  submit(signedCall: Uint8Array, options: SubmitOptions): Promise<Receipt>
  /** Tells this program's calls from the same ones of others; `undefined` where nobody else can sign with the same nonce. */
  salt(): Uint8Array | undefined
  /** The account's nonce on chain, calls that wait left out. */
  chainNonce(address: Address, options: WaitOptions): Promise<number>
  nextBlock(signal: AbortSignal | undefined): Promise<void>
}

/** A call that is made for somebody. */
export interface WantedCall<N extends CallName = CallName> {
  readonly signer: Signer
  readonly name: N
  readonly args: CallArgs[N]
}

/**
 * Gets a call into a block, exactly once, though others may sign with the same account and connections may break.
 *
 * What is sent again is the same bytes, which a chain executes once and answers with their receipt. Only when the chain has said
 * that these bytes are in no block, and their nonce is used so that they never will be, is the call signed anew. A full queue and
 * a node with too many requests are waited for, from block to block, until the call expires.
 */
export async function sendCall<N extends CallName>(
  door: CallDoor,
  call: WantedCall<N>,
  options: SubmitOptions,
): Promise<Receipt> {
  const setbacks = new Setbacks(door, options.signal)
  const wait = waitOf(options)
  let lastBlock: BlockNumber | undefined
  for (;;) {
    const place = door.signingPlace(call.signer.address, wait)
    const { nonce, head } =
      place instanceof Promise
        ? await setbacks.retry(place, () => door.signingPlace(call.signer.address, wait))
        : place
    const expiryBlock = head.number + Math.min(CALL_LIFETIME_BLOCKS, door.callWindowBlocks)
    lastBlock ??= expiryBlock
    const { genesisHash } = door
    const salt = door.salt()
    const bytes = signCall(call.signer, {
      genesisHash,
      recentBlockHash: head.hash,
      nonce,
      expiryBlock,
      name: call.name,
      args: call.args,
      ...(salt === undefined ? {} : { salt }),
    })
    const signed = { bytes, nonce, address: call.signer.address }
    const outcome = await deliver(door, signed, options, setbacks)
    if (!(outcome instanceof CallRejectedError)) return outcome
    if (head.number >= lastBlock) throw outcome
  }
}

interface SignedAt {
  readonly bytes: Uint8Array
  readonly nonce: number
  readonly address: Address
}

/**
 * Sends one signature of a call.
 *
 * Bytes refused as stale are out for good when no copy of them can be under way: all were refused. After a setback one may be, so then
 * the nonce must have been used on chain before they were refused.
 *
 * @returns the receipt, or the `StaleNonce` after which these bytes can be in no block.
 */
async function deliver(
  door: CallDoor,
  { bytes, nonce, address }: SignedAt,
  options: SubmitOptions,
  setbacks: Setbacks,
): Promise<Receipt | CallRejectedError> {
  const ask = (): Promise<number> => door.chainNonce(address, waitOf(options))
  let mayBeThere = false
  let isUsed = false
  for (;;) {
    try {
      return await door.submit(bytes, options)
    } catch (error) {
      if (await setbacks.goOn(error)) {
        mayBeThere = true
        continue
      }
      if (!(error instanceof CallRejectedError)) throw error
      if (error.code !== 'StaleNonce' && error.code !== 'MempoolFull') throw error
      if (error.code === 'StaleNonce') {
        if (!mayBeThere || isUsed) return error
        isUsed = (await setbacks.retry(ask(), ask)) > nonce
        if (isUsed) continue
      }
      await door.nextBlock(options.signal)
    }
  }
}

/** What a call goes on after, counted, so that a node that dies of every request is not asked for ever. */
class Setbacks {
  readonly #door: CallDoor
  readonly #signal: AbortSignal | undefined
  #losses = 0
  #busyBlocks = 0

  constructor(door: CallDoor, signal: AbortSignal | undefined) {
    this.#door = door
    this.#signal = signal
  }

  /** Whether to ask again; a node that has too much to do is given until the next block. */
  async goOn(error: unknown): Promise<boolean> {
    if (isLoss(error)) return this.#losses++ < MAX_LOSSES
    if (!isBusy(error) || this.#busyBlocks++ >= MAX_BUSY_BLOCKS) return false
    await this.#door.nextBlock(this.#signal)
    return true
  }

  /** Reads again after a setback. */
  async retry<T>(first: Promise<T>, again: () => T | Promise<T>): Promise<T> {
    for (let asked: T | Promise<T> = first; ; asked = again()) {
      try {
        return await asked
      } catch (error) {
        if (!(await this.goOn(error))) throw error
      }
    }
  }
}

function waitOf({ signal }: SubmitOptions): WaitOptions {
  return signal === undefined ? {} : { signal }
}

/** Whether the connection broke: what was under way may have arrived. */
function isLoss(error: unknown): boolean {
  return error instanceof ChainConnectionError && (error.fault === 'lost' || error.fault === 'notAChainNode')
}

/** Whether the node refused for now: of what it had taken before, it may have given up the answer alone. */
function isBusy(error: unknown): boolean {
  return error instanceof ChainRequestError && error.code === 'TooManyRequests'
}
