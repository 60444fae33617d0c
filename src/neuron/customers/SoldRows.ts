import type { SoldSynapse } from '../../mechanism/index.js'
import type { Status } from '../../synapse/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'

/** A call of a customer as it is kept for the next round. */
export interface SoldRow {
  readonly hotkey: Hotkey
  /** Of the registration under which the miner was asked. */
  readonly registeredAtBlock: BlockNumber
  readonly customer: Hotkey
  readonly request: unknown
  /** All of it but the uid, which may be another's by then. */
  readonly reply: SoldReply
  readonly weight: number
}

/** A reply or a stream's reply, as a round has them, but for the uid. */
export interface SoldReply {
  readonly hotkey: Hotkey
  readonly status: Status
  readonly answer?: unknown
  readonly parts?: readonly unknown[]
  readonly elapsedMs: number
  readonly sentAtMs: 0
}

/** How many calls are kept. */
export interface SoldBounds {
  readonly maxWeight: number
  readonly maxRows: number
}

/**
 * The calls of one synapse since the last round that counted, the oldest first. A round is lent them, and they are gone once it has counted.
 *
 * Where one per miner counts, the oldest go when there are too many. Where all count none goes: while it is full, calls are to be refused.
 */
export class SoldRows {
  readonly #keep: SoldSynapse['keep']
  readonly #bounds: SoldBounds
  #waiting: SoldRow[] = []
  /** Those lent included. */
  #weight = 0
  #count = 0
  #dropped = 0

  constructor(keep: SoldSynapse['keep'], bounds: SoldBounds) {
    this.#keep = keep
    this.#bounds = bounds
  }

  /** Whether a further call must be refused. @param underWay - calls whose rows are still to come. */
  isFull(underWay: number): boolean {
    const { maxWeight, maxRows } = this.#bounds
    return this.#keep === 'all' && (this.#count + underWay >= maxRows || this.#weight >= maxWeight)
  }

  add(row: SoldRow): void {
    // What its customer ended says nothing of the miner; that it was begun may still bind it.
    if (this.#keep === 'onePerMiner' && row.reply.status === 'cancelled') return
    this.#waiting.push(row)
    this.#count++
    this.#weight += row.weight
    this.#trim()
  }

  /** Hands out rows: those that a round may have. */
  lend(): readonly SoldRow[] {
    const { maxWeight, maxRows } = this.#bounds
    let weight = 0
    let count = 0
    for (const row of this.#waiting) {
      weight += row.weight
      if (count > 0 && (count >= maxRows || weight > maxWeight)) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  /** They have counted. */
  settle(rows: readonly SoldRow[]): void {
    for (const row of rows) this.#forget(row)
  }

  /** They have not counted: the next round is lent them. */
  giveBack(rows: readonly SoldRow[]): void {
    this.#waiting.unshift(...rows)
    this.#trim()
  }

  /** How many went since this was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }

  #trim(): void {
    const { maxWeight, maxRows } = this.#bounds
    if (this.#keep === 'all') return
    while (this.#waiting.length > 1 && (this.#count > maxRows || this.#weight > maxWeight)) {
      const oldest = this.#waiting.shift()
      if (oldest !== undefined) this.#forget(oldest)
      this.#dropped++
    }
  }

  #forget({ weight }: SoldRow): void {
    this.#count--
    this.#weight -= weight
  }
}
