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

/** Calls of one customer are at most so much of what is kept, so that none takes the room of others. */
const SHARE = 1 / 4

/** What a customer has, or all have. */
interface Held {
  readonly rows: number
  readonly weight: number
}

const NOTHING: Held = { rows: 0, weight: 0 }

/** Calls whose rows are still to come: of all customers, and of one. */
export interface UnderWay {
  readonly all: number
  readonly own: number
}

/**
 * The calls of one synapse since the last round that counted, the oldest first. A round is lent them, and they are gone once it has counted.
 *
 * Each customer has a quarter of it, of which alone what it has beyond counts for nothing against the others. Where one per miner counts, the oldest go when there
 * are too many: those of a customer that has more than its share, then those of all. Where all count none goes: while it is full, or a customer's share is, calls are to be refused.
 */
export class SoldRows {
  readonly #keep: SoldSynapse['keep']
  readonly #bounds: SoldBounds
  readonly #share: Held
  #waiting: SoldRow[] = []
  /** Those lent included. */
  readonly #ofCustomer = new Map<Hotkey, Held>()
  /** Of each customer at most its share. */
  #held = NOTHING
  #dropped = 0

  constructor(keep: SoldSynapse['keep'], bounds: SoldBounds) {
    this.#keep = keep
    this.#bounds = bounds
    this.#share = {
      rows: Math.ceil(bounds.maxRows * SHARE),
      weight: Math.ceil(bounds.maxWeight * SHARE),
    }
  }

  /** Whether a further call of a customer must be refused. */
  isFull(customer: Hotkey, underWay: UnderWay): boolean {
    const { maxWeight, maxRows } = this.#bounds
    const own = this.#heldBy(customer)
    const isFullForAll = this.#held.rows + underWay.all >= maxRows || this.#held.weight >= maxWeight
    const hasShare = own.rows + underWay.own >= this.#share.rows || own.weight >= this.#share.weight
    return this.#keep === 'all' && (isFullForAll || hasShare)
  }

  add(row: SoldRow): void {
    // What its customer ended says nothing of the miner; that it was begun may still bind it.
    if (this.#keep === 'onePerMiner' && row.reply.status === 'cancelled') return
    this.#waiting.push(row)
    this.#count(row.customer, { rows: 1, weight: row.weight })
    this.#trim([row.customer])
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
    this.#trim(new Set(rows.map(({ customer }) => customer)))
  }

  /** How many went since this was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }

  /** @param customers - of whom there may be too many. */
  #trim(customers: Iterable<Hotkey>): void {
    if (this.#keep === 'all') return
    const { maxWeight, maxRows } = this.#bounds
    for (const customer of customers) this.#trimTo(customer)
    while (this.#waiting.length > 1 && (this.#held.rows > maxRows || this.#held.weight > maxWeight))
      this.#drop(0)
  }

  /** Lets a customer's oldest go until it has its share, but for the newest. */
  #trimTo(customer: Hotkey): void {
    const isOver = (): boolean => {
      const { rows, weight } = this.#heldBy(customer)
      return rows > this.#share.rows || weight > this.#share.weight
    }
    while (isOver()) {
      const own = this.#waiting.flatMap((row, at) => (row.customer === customer ? [at] : []))
      const [oldest] = own
      if (oldest === undefined || own.length === 1) return
      this.#drop(oldest)
    }
  }

  #drop(at: number): void {
    for (const row of this.#waiting.splice(at, 1)) this.#forget(row)
    this.#dropped++
  }

  #forget({ customer, weight }: SoldRow): void {
    this.#count(customer, { rows: -1, weight: -weight })
  }

  #heldBy(customer: Hotkey): Held {
    return this.#ofCustomer.get(customer) ?? NOTHING
  }

  #count(customer: Hotkey, { rows, weight }: Held): void {
    const before = this.#heldBy(customer)
    const after = { rows: before.rows + rows, weight: before.weight + weight }
    if (after.rows === 0) this.#ofCustomer.delete(customer)
    else this.#ofCustomer.set(customer, after)
    const [was, is] = [this.#withinShare(before), this.#withinShare(after)]
    this.#held = {
      rows: this.#held.rows + is.rows - was.rows,
      weight: this.#held.weight + is.weight - was.weight,
    }
  }

  #withinShare({ rows, weight }: Held): Held {
    return { rows: Math.min(rows, this.#share.rows), weight: Math.min(weight, this.#share.weight) }
  }
}
