import type { OpenedCall, Receipt, Standing } from '../../ledger/index.js'
import type { BlockNumber } from '../../units/index.js'
import { placesOf, type Rank, ranksOf } from './lanes.js'

/** A call that waits for its block, and who waits for it. */
export interface WaitingCall {
  readonly call: OpenedCall
  /** Counts the calls that came. */
  readonly number: number
  readonly queue: AccountQueue
  readonly receipt: Promise<Receipt>
  readonly resolve: (receipt: Receipt) => void
  readonly reject: (error: unknown) => void
  /** `undefined` while an earlier nonce is missing: it holds no place that anybody else wants. */
  rank: Rank | undefined
}

/** The calls of one account by nonce: those that may follow each other into the next block, and those behind a gap. */
export class AccountQueue {
  readonly account: string
  /** What the account had when it was last looked up. */
  standing: Standing
  standingBlock: BlockNumber
  readonly #calls = new Map<number, WaitingCall>()
  #ready: WaitingCall[] = []
  #bytes = 0

  constructor(account: string, standing: Standing, standingBlock: BlockNumber) {
    this.account = account
    this.standing = standing
    this.standingBlock = standingBlock
  }

  get size(): number {
    return this.#calls.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** In the order of their nonces, from the account's next one on without a gap. */
  get ready(): readonly WaitingCall[] {
    return this.#ready
  }

  /** The first nonce that no waiting call has. */
  get nextNonce(): number {
    return this.standing.nonce + this.#ready.length
  }

  has(nonce: number): boolean {
    return this.#calls.has(nonce)
  }

  /** How a call that is not here yet would rank, the best lane first; none behind a gap. */
  ranksFor(call: OpenedCall): Rank[] {
    if (call.nonce !== this.nextNonce) return []
    const before = this.#ready.reduce((sum, waiting) => sum + placesOf(waiting.call), 0)
    return ranksOf(call, this.standing, this.#ready.length, before + placesOf(call))
  }

  /** Ranks change by `rankAnew`. */
  add(waiting: WaitingCall): void {
    this.#calls.set(waiting.call.nonce, waiting)
    this.#bytes += waiting.call.byteLength
  }

  remove({ call }: WaitingCall): void {
    if (this.#calls.delete(call.nonce)) this.#bytes -= call.byteLength
  }

  /** Finds who is ready and ranks them, each in the lane it has, or in its best one. PERF: walks its calls. */
  rankAnew(): void {
    const ready: WaitingCall[] = []
    let places = 0
    for (let nonce = this.standing.nonce; ; nonce++) {
      const waiting = this.#calls.get(nonce)
      if (waiting === undefined) break
      places += placesOf(waiting.call)
      const ranks = ranksOf(waiting.call, this.standing, ready.length, places)
      const { rank } = waiting
      waiting.rank = ranks.find(({ lane }) => lane === rank?.lane) ?? ranks[0]
      ready.push(waiting)
    }
    this.#ready = ready
    const { nextNonce } = this
    for (const waiting of this.#calls.values()) {
      const { nonce } = waiting.call
      if (nonce < this.standing.nonce || nonce >= nextNonce) waiting.rank = undefined
    }
  }

  /** The ready calls up to and with one of them. */
  through({ call }: WaitingCall): readonly WaitingCall[] {
    return this.#ready.slice(0, call.nonce - this.standing.nonce + 1)
  }

  /** Every call, ready or not. */
  all(): Iterable<WaitingCall> {
    return this.#calls.values()
  }
}
