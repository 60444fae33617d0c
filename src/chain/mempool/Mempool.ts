import { optional, shape, wholeNumber } from '../../checks/index.js'
import {
  type BlockHeader,
  type OpenedCall,
  type Receipt,
  type RefusalData,
  refuse,
  type Standing,
} from '../../ledger/index.js'
import type { BlockNumber } from '../../units/index.js'
import { CallRejectedError } from '../chainErrors.js'
import { AccountQueue, type WaitingCall } from './AccountQueue.js'
import { chooseCalls } from './chooseCalls.js'
import type { Rank } from './lanes.js'
import { Places } from './Places.js'
import { type Place, planPlace } from './planPlace.js'
import type { Capacity } from './Usage.js'

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

/** Accounts that are looked up anew, those first that were not for longest, before a call is refused for want of a place. */
const SECOND_LOOKS = 32
/** Accounts that are looked up anew with each choice of a block, until none that it takes was last looked up before. */
const LOOKS_PER_CHOICE = 512

/** What the mempool asks of the chain at its head. */
export interface MempoolChain {
  standing(account: OpenedCall['signer']): Standing
  head(): Pick<BlockHeader, 'number' | 'hash'>
}

/**
 * Signed calls, opened, between their arrival and their block. Bounded in number and bytes, in all and per account; who has more
 * standing takes the place of who has less, and calls behind a gap of nonces hold no place that another wants.
 */
export class Mempool {
  readonly #chain: MempoolChain
  readonly #limits: Required<MempoolLimits>
  readonly #places: Places
  readonly #queues = new Map<string, AccountQueue>()
  readonly #byHash = new Map<string, WaitingCall>()
  readonly #byExpiry = new Map<BlockNumber, Set<WaitingCall>>()
  /** Accounts with calls that the next block may take, those first that were not looked up for longest. */
  readonly #ready = new Set<AccountQueue>()
  #came = 0

  constructor(chain: MempoolChain, limits: MempoolLimits = {}) {
    this.#chain = chain
    this.#limits = {
      maxCalls: limits.maxCalls ?? 4_096,
      maxBytes: limits.maxBytes ?? 16 * MIB,
      maxCallsPerAccount: limits.maxCallsPerAccount ?? 64,
      maxBytesPerAccount: limits.maxBytesPerAccount ?? 2 * MIB,
    }
    this.#places = new Places(this.#limits)
  }

  get size(): number {
    return this.#places.usage.calls
  }

  get bytes(): number {
    return this.#places.usage.bytes
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
      throw new CallRejectedError(
        refuse('StaleNonce', { because: 'waiting', nonce: call.nonce, nextNonce: queue.nextNonce }),
      )
    }
    this.#assertOwnRoom(queue, call)
    const ranks = queue.ranksFor(call)
    const { rank, leaving } = this.#placeFor(call, ranks)
    const waiting: WaitingCall = { call, number: this.#came++, queue, rank, ...deferred<Receipt>() }
    this.#dropAll(leaving, ({ call: { nonce: left } }) => full({ because: 'replaced', nonce: left }))
    this.#insert(waiting)
    return waiting
  }

  /** Next nonce of an account, waiting calls without a gap included; `undefined` when none of its calls waits. */
  nextNonce(account: string): number | undefined {
    return this.#queues.get(account)?.nextNonce
  }

  /** What the next block takes. PERF: grows with what it takes, unless more is ready than it can take. */
  take(limits: Capacity): WaitingCall[] {
    const { readyCalls, readyBytes } = this.#places
    if (readyCalls <= limits.maxCalls && readyBytes <= limits.maxBytes) {
      return [...this.#ready].flatMap((queue) => queue.ready)
    }
    const { number, hash } = this.#chain.head()
    for (;;) {
      const chosen = chooseCalls(this.#places, limits, hash)
      const stale = chosen.map(({ queue }) => queue).filter(({ standingBlock }) => standingBlock !== number)
      if (stale.length === 0) return chosen
      for (const queue of new Set(stale)) this.#lookAgain(queue, number)
      this.#lookAgainAt(LOOKS_PER_CHOICE)
    }
  }

  /** Hands receipts to who waits for them, and counts their nonces as used. */
  settle(receipts: readonly Receipt[]): void {
    const settled: [WaitingCall, Receipt][] = []
    for (const receipt of receipts) {
      const waiting = this.#byHash.get(receipt.callHash)
      if (waiting === undefined) continue
      settled.push([waiting, receipt])
      waiting.queue.standing = { ...waiting.queue.standing, nonce: receipt.nonce + 1 }
    }
    this.#remove(settled.map(([waiting]) => waiting))
    for (const [waiting, receipt] of settled) waiting.resolve(receipt)
  }

  /** Drops what may not be in a block after `head`. Called with every block. */
  dropExpired(head: BlockNumber): void {
    const expired = this.#byExpiry.get(head)
    if (expired === undefined) return
    const refusal = refuse('Expired', { expiryBlock: head, block: head + 1 })
    this.#dropAll([...expired], () => new CallRejectedError(refusal))
  }

  /** Rejects a waiting call. */
  drop(waiting: WaitingCall, error: unknown): void {
    this.#dropAll([waiting], () => error)
  }

  /** Rejects everything. */
  clear(error: () => unknown): void {
    this.#dropAll([...this.#byHash.values()], error)
  }

  #dropAll(dropped: readonly WaitingCall[], errorOf: (waiting: WaitingCall) => unknown): void {
    this.#remove(dropped)
    for (const waiting of dropped) waiting.reject(errorOf(waiting))
  }

  #queueOf(account: OpenedCall['signer']): AccountQueue {
    const head = this.#chain.head().number
    const known = this.#queues.get(account)
    if (known === undefined) return new AccountQueue(account, this.#chain.standing(account), head)
    this.#lookAgain(known, head)
    return known
  }

  #assertOwnRoom(queue: AccountQueue, call: OpenedCall): void {
    const { maxCallsPerAccount, maxBytesPerAccount } = this.#limits
    if (call.nonce >= queue.standing.nonce + maxCallsPerAccount || queue.size >= maxCallsPerAccount) {
      throw full({ because: 'callsOfAccount', most: maxCallsPerAccount })
    }
    const bytes = queue.bytes + call.byteLength
    if (bytes > maxBytesPerAccount) throw full({ because: 'bytesOfAccount', bytes, most: maxBytesPerAccount })
  }

  #placeFor(call: OpenedCall, ranks: readonly Rank[]): Place {
    if (this.#places.usage.fits(call.byteLength)) return { rank: ranks[0], leaving: [] }
    const plan = (): Place | undefined => planPlace(call, ranks, this.#places)
    const place = plan() ?? (this.#lookAgainAt(SECOND_LOOKS) ? plan() : undefined)
    if (place === undefined) throw full({ because: 'calls', calls: this.size, bytes: this.bytes })
    return place
  }

  /** Money may have moved on since an account was looked up: nobody keeps a place by what it had. */
  #lookAgainAt(accounts: number): boolean {
    const { number } = this.#chain.head()
    const stale: AccountQueue[] = []
    for (const queue of this.#ready) {
      if (queue.standingBlock === number || stale.length === accounts) break
      stale.push(queue)
    }
    for (const queue of stale) this.#lookAgain(queue, number)
    return stale.length > 0
  }

  #lookAgain(queue: AccountQueue, head: BlockNumber): void {
    if (queue.standingBlock === head) return
    queue.standingBlock = head
    queue.standing = this.#chain.standing(queue.account as OpenedCall['signer'])
    this.#ready.delete(queue)
    this.#rankAnew(queue)
  }

  #insert(waiting: WaitingCall): void {
    const { call, queue } = waiting
    this.#queues.set(queue.account, queue)
    this.#byHash.set(call.callHash, waiting)
    const expiring = this.#byExpiry.get(call.expiryBlock) ?? new Set()
    this.#byExpiry.set(call.expiryBlock, expiring.add(waiting))
    queue.add(waiting)
    this.#rankAnew(queue)
  }

  #remove(leaving: readonly WaitingCall[]): void {
    for (const waiting of leaving) {
      const { call, queue } = waiting
      this.#byHash.delete(call.callHash)
      const expiring = this.#byExpiry.get(call.expiryBlock)
      expiring?.delete(waiting)
      if (expiring?.size === 0) this.#byExpiry.delete(call.expiryBlock)
      this.#places.remove(waiting)
      queue.remove(waiting)
    }
    for (const queue of new Set(leaving.map((waiting) => waiting.queue))) {
      this.#rankAnew(queue)
      if (queue.size === 0) this.#queues.delete(queue.account)
    }
  }

  /** Finds the places of an account's calls after a change. */
  #rankAnew(queue: AccountQueue): void {
    queue.rankAnew()
    for (const waiting of queue.all()) this.#places.put(waiting)
    if (queue.ready.length > 0) this.#ready.add(queue)
    else this.#ready.delete(queue)
  }
}

function full(data: RefusalData['MempoolFull']): CallRejectedError {
  return new CallRejectedError(refuse('MempoolFull', data))
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
