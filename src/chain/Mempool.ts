import type { Receipt } from '../ledger/index.js'
import type { Address, BlockNumber } from '../units/index.js'
import { CallRejectedError } from './chainErrors.js'

/** A call that waits for its block, and who waits for it. */
export interface WaitingCall {
  readonly bytes: Uint8Array
  readonly signer: Address
  readonly nonce: number
  readonly expiryBlock: BlockNumber
  readonly callHash: string
  readonly receipt: Promise<Receipt>
  readonly resolve: (receipt: Receipt) => void
  readonly reject: (error: unknown) => void
}

export interface MempoolLimits {
  /** Calls that may wait in all; 4,096 by default. */
  readonly maxCalls?: number
  /** Calls of one account that may wait; also how far ahead of the account its nonces may be. 64 by default. */
  readonly maxCallsPerAccount?: number
}

/**
 * Signed calls between their arrival and their block, by account and nonce. Bounded in all and per account, so
 * nobody can crowd the others out.
 */
export class Mempool {
  readonly #maxCalls: number
  readonly #maxCallsPerAccount: number
  readonly #byAccount = new Map<Address, Map<number, WaitingCall>>()
  readonly #byHash = new Map<string, WaitingCall>()

  constructor(limits: MempoolLimits = {}) {
    this.#maxCalls = limits.maxCalls ?? 4_096
    this.#maxCallsPerAccount = limits.maxCallsPerAccount ?? 64
  }

  get size(): number {
    return this.#byHash.size
  }

  /**
   * Lets a checked call wait. The same call again waits with the first.
   *
   * @param accountNonce - next nonce of the account on chain.
   * @throws CallRejectedError `MempoolFull`, or `StaleNonce` when another waiting call has the nonce.
   */
  add(call: Omit<WaitingCall, 'receipt' | 'resolve' | 'reject'>, accountNonce: number): WaitingCall {
    const known = this.#byHash.get(call.callHash)
    if (known !== undefined) return known
    const own = this.#byAccount.get(call.signer)
    if (own?.has(call.nonce)) {
      throw rejected('StaleNonce', `Another call with nonce ${call.nonce} is waiting.`)
    }
    if (this.#byHash.size >= this.#maxCalls) throw rejected('MempoolFull', `${this.size} calls are waiting.`)
    if (
      call.nonce >= accountNonce + this.#maxCallsPerAccount ||
      (own?.size ?? 0) >= this.#maxCallsPerAccount
    ) {
      throw rejected('MempoolFull', `At most ${this.#maxCallsPerAccount} calls of an account may wait.`)
    }
    const waiting = { ...call, ...deferred<Receipt>() }
    this.#byHash.set(call.callHash, waiting)
    if (own === undefined) this.#byAccount.set(call.signer, new Map([[call.nonce, waiting]]))
    else own.set(call.nonce, waiting)
    return waiting
  }

  /** Next nonce of an account whose nonce on chain is `accountNonce`, waiting calls without a gap included. */
  nextNonce(signer: Address, accountNonce: number): number {
    const own = this.#byAccount.get(signer)
    let nonce = accountNonce
    while (own?.has(nonce)) nonce++
    return nonce
  }

  /** Everything that waits. */
  all(): WaitingCall[] {
    return [...this.#byHash.values()]
  }

  /** Hands a receipt to whoever waits for it. */
  settle(receipt: Receipt): void {
    const waiting = this.#byHash.get(receipt.callHash)
    if (waiting === undefined) return
    this.#remove(waiting)
    waiting.resolve(receipt)
  }

  /** Rejects a waiting call. */
  drop(waiting: WaitingCall, error: unknown): void {
    this.#remove(waiting)
    waiting.reject(error)
  }

  #remove({ callHash, signer, nonce }: WaitingCall): void {
    this.#byHash.delete(callHash)
    const own = this.#byAccount.get(signer)
    own?.delete(nonce)
    if (own?.size === 0) this.#byAccount.delete(signer)
  }
}

function rejected(code: string, detail: string): CallRejectedError {
  return new CallRejectedError({ code, detail })
}

function deferred<T>(): {
  receipt: Promise<T>
  resolve: (value: T) => void
  reject: (error: unknown) => void
} {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  // A submitter that gave up waiting leaves nobody to hear of a rejection.
  promise.catch(() => {})
  return { receipt: promise, resolve, reject }
}
