import { optional, shape, wholeNumber } from '../../checks/index.js'
import type { OpenedCall, Receipt, Standing } from '../../ledger/index.js'
import type { BlockNumber } from '../../units/index.js'
import { CallRejectedError } from '../chainErrors.js'
import { AccountQueue, type WaitingCall } from './AccountQueue.js'
import { chooseCalls } from './chooseCalls.js'
import type { Rank } from './lanes.js'
import { type Place, planPlace } from './planPlace.js'
import { type Capacity, Usage } from './Usage.js'

/** What may wait for a block. */
export interface MempoolLimits {
  /** Calls that may wait in all; 4,096 by default. */
  readonly maxCalls?: number
  /** Bytes of them; 16 MiB by default. */
  readonly maxBytes?: number
  /** Calls of one account that may wait; also how far ahead of the account its nonces may be. 64 by default. */
  readonly maxCallsPerAccount?: number
  /** Bytes of one account; 2 MiB by default. */
  readonly maxBytesPerAccount?: number
}

export const mempoolLimitsShape = shape<MempoolLimits>({
  maxCalls: optional(wholeNumber({ min: 1 })),
  maxBytes: optional(wholeNumber({ min: 1 })),
  maxCallsPerAccount: optional(wholeNumber({ min: 1 })),
  maxBytesPerAccount: optional(wholeNumber({ min: 1 })),
})

const MIB = 1024 * 1024

/** Accounts that are looked up anew, the lowest first, before a call is refused for want of a place. */
const SECOND_LOOKS = 32

/** What the pool asks of the chain at its head. */
export interface MempoolChain {
  standing(account: OpenedCall['signer']): Standing
  headNumber(): BlockNumber
}

/**
 * Signed calls, opened, between their arrival and their block. Bounded in number and bytes, in all and per account; who has more
 * standing takes the place of who has less, and calls behind a gap of nonces hold no place that another wants.
 */
export class Mempool {
  readonly #chain: MempoolChain
  readonly #limits: Required<MempoolLimits>
  readonly #usage: Usage
  readonly #queues = new Map<string, AccountQueue>()
  readonly #byHash = new Map<string, WaitingCall>()
  readonly #byExpiry = new Map<BlockNumber, Set<WaitingCall>>()
  /** Accounts with calls that the next block may take. */
  readonly #ready = new Set<AccountQueue>()
  #readyCalls = 0
  #readyBytes = 0

  constructor(chain: MempoolChain, limits: MempoolLimits = {}) {
    this.#chain = chain
    this.#limits = {
      maxCalls: limits.maxCalls ?? 4_096,
      maxBytes: limits.maxBytes ?? 16 * MIB,
      maxCallsPerAccount: limits.maxCallsPerAccount ?? 64,
      maxBytesPerAccount: limits.maxBytesPerAccount ?? 2 * MIB,
    }
    this.#usage = new Usage(this.#limits)
  }

  get size(): number {
    return this.#usage.calls
  }

  get bytes(): number {
    return this.#usage.bytes
  }

  /**
   * Lets a call wait that may be in the next block or a later one. The same call again waits with the first.
   *
   * @throws CallRejectedError `MempoolFull`, or `StaleNonce` when another waiting call has the nonce.
   */
  add(call: OpenedCall): WaitingCall {
    const known = this.#byHash.get(call.callHash)
    if (known !== undefined) return known
    const queue = this.#queueOf(call.signer)
    if (queue.has(call.nonce)) {
      throw rejected('StaleNonce', `Another call with nonce ${call.nonce} is waiting.`)
    }
    this.#assertOwnRoom(queue, call)
    const ranks = queue.ranksFor(call)
    const { rank, leaving } = this.#placeFor(call, ranks)
    const waiting: WaitingCall = { call, queue, rank, ...deferred<Receipt>() }
    for (const victim of leaving) {
      this.drop(victim, rejected('MempoolFull', 'Calls of more standing have taken its place.'))
    }
    this.#insert(waiting)
    return waiting
  }

  /** Next nonce of an account, waiting calls without a gap included; `undefined` when none of its calls waits. */
  nextNonce(account: string): number | undefined {
    return this.#queues.get(account)?.nextNonce
  }

  /** What the next block takes. PERF: grows with what it takes, unless more is ready than it can take. */
  take(limits: Capacity): WaitingCall[] {
    const ready = [...this.#ready].flatMap((queue) => queue.ready)
    const takesAll = this.#readyCalls <= limits.maxCalls && this.#readyBytes <= limits.maxBytes
    return takesAll ? ready : chooseCalls(ready, limits)
  }

  /** Hands receipts to who waits for them, and counts their nonces as used. */
  settle(receipts: readonly Receipt[]): void {
    for (const receipt of receipts) {
      const waiting = this.#byHash.get(receipt.callHash)
      if (waiting === undefined) continue
      this.#remove(waiting, receipt.nonce + 1)
      waiting.resolve(receipt)
    }
  }

  /** Drops what may not be in a block after `head`. Called with every block. */
  dropExpired(head: BlockNumber): void {
    for (const waiting of this.#byExpiry.get(head) ?? []) {
      this.drop(waiting, rejected('Expired', `Block ${head} came first.`))
    }
  }

  /** Rejects a waiting call. */
  drop(waiting: WaitingCall, error: unknown): void {
    this.#remove(waiting)
    waiting.reject(error)
  }

  /** Rejects everything. */
  clear(error: () => unknown): void {
    for (const waiting of [...this.#byHash.values()]) this.drop(waiting, error())
  }

  #queueOf(account: OpenedCall['signer']): AccountQueue {
    const head = this.#chain.headNumber()
    const known = this.#queues.get(account)
    if (known === undefined) return new AccountQueue(account, this.#chain.standing(account), head)
    this.#lookAgain(known, head)
    return known
  }

  #lookAgain(queue: AccountQueue, head: BlockNumber): void {
    if (queue.standingBlock === head) return
    queue.standingBlock = head
    this.#change(queue, () => {
      queue.standing = this.#chain.standing(queue.account as OpenedCall['signer'])
    })
  }

  #assertOwnRoom(queue: AccountQueue, call: OpenedCall): void {
    const { maxCallsPerAccount, maxBytesPerAccount } = this.#limits
    if (call.nonce >= queue.standing.nonce + maxCallsPerAccount || queue.size >= maxCallsPerAccount) {
      throw rejected('MempoolFull', `At most ${maxCallsPerAccount} calls of an account may wait.`)
    }
    if (queue.bytes + call.byteLength > maxBytesPerAccount) {
      throw rejected('MempoolFull', `At most ${maxBytesPerAccount} bytes of an account may wait.`)
    }
  }

  #placeFor(call: OpenedCall, ranks: readonly Rank[]): Place {
    if (this.#usage.fits(call.byteLength)) return { rank: ranks[0], leaving: [] }
    const place = this.#plan(call, ranks) ?? (this.#lookAgainAtLowest() ? this.#plan(call, ranks) : undefined)
    if (place === undefined) throw rejected('MempoolFull', `${this.size} calls are waiting.`)
    return place
  }

  #plan(call: OpenedCall, ranks: readonly Rank[]): Place | undefined {
    // Nobody makes room for what follows on itself.
    const others = [...this.#byHash.values()].filter(
      ({ rank, queue }) => rank === undefined || queue.account !== call.signer,
    )
    return planPlace(call.byteLength, ranks, others, this.#usage)
  }

  /** Money may have moved on since an account was looked up: nobody keeps a place by what it had. */
  #lookAgainAtLowest(): boolean {
    const head = this.#chain.headNumber()
    const old = [...this.#ready].filter(({ standingBlock }) => standingBlock !== head)
    old.sort((a, b) => a.standingBlock - b.standingBlock)
    for (const queue of old.slice(0, SECOND_LOOKS)) this.#lookAgain(queue, head)
    return old.length > 0
  }

  #insert(waiting: WaitingCall): void {
    const { call, queue } = waiting
    this.#queues.set(queue.account, queue)
    this.#byHash.set(call.callHash, waiting)
    const expiring = this.#byExpiry.get(call.expiryBlock) ?? new Set()
    this.#byExpiry.set(call.expiryBlock, expiring.add(waiting))
    this.#change(queue, () => queue.add(waiting))
  }

  #remove(waiting: WaitingCall, nonce?: number): void {
    const { call, queue } = waiting
    this.#byHash.delete(call.callHash)
    const expiring = this.#byExpiry.get(call.expiryBlock)
    expiring?.delete(waiting)
    if (expiring?.size === 0) this.#byExpiry.delete(call.expiryBlock)
    this.#change(queue, () => {
      queue.remove(waiting)
      if (nonce !== undefined) queue.standing = { ...queue.standing, nonce }
    })
    if (queue.size === 0) this.#queues.delete(queue.account)
  }

  /** Changes a queue and counts it anew. */
  #change(queue: AccountQueue, change: () => void): void {
    this.#count(queue, -1)
    change()
    queue.rankAnew()
    this.#count(queue, 1)
    if (queue.ready.length > 0) this.#ready.add(queue)
    else this.#ready.delete(queue)
  }

  #count(queue: AccountQueue, sign: 1 | -1): void {
    for (const waiting of queue.all()) {
      if (sign === 1) this.#usage.add(waiting)
      else this.#usage.remove(waiting)
    }
    for (const { call } of queue.ready) {
      this.#readyCalls += sign
      this.#readyBytes += sign * call.byteLength
    }
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
