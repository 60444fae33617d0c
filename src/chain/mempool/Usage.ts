import { LANE_SHARES, LANES, type Lane } from './lanes.js'

interface Amount {
  calls: number
  bytes: number
}

/** What all may take together. */
export interface Capacity {
  readonly maxCalls: number
  readonly maxBytes: number
}

/** How much of the mempool is taken, in all and by lane. */
export class Usage {
  readonly #capacity: Capacity
  readonly #total: Amount = { calls: 0, bytes: 0 }
  readonly #lanes = Object.fromEntries(LANES.map((lane) => [lane, { calls: 0, bytes: 0 }])) as Record<
    Lane,
    Amount
  >

  constructor(capacity: Capacity) {
    this.#capacity = capacity
  }

  get calls(): number {
    return this.#total.calls
  }

  get bytes(): number {
    return this.#total.bytes
  }

  bytesOf(lane: Lane): number {
    return this.#lanes[lane].bytes
  }

  /** @param lane - `undefined` behind a gap. */
  add(bytes: number, lane: Lane | undefined): void {
    this.#count(bytes, lane, 1)
  }

  remove(bytes: number, lane: Lane | undefined): void {
    this.#count(bytes, lane, -1)
  }

  fits(bytes: number): boolean {
    const { maxCalls, maxBytes } = this.#capacity
    return this.#total.calls < maxCalls && this.#total.bytes + bytes <= maxBytes
  }

  /** Whether a lane has more than what is its own, `bytes` of another call counted. */
  isOver(lane: Lane, bytes?: number): boolean {
    const { maxCalls, maxBytes } = this.#capacity
    const { calls, bytes: taken } = this.#lanes[lane]
    const share = LANE_SHARES[lane]
    const more = bytes === undefined ? 0 : 1
    return calls + more > share * maxCalls || taken + (bytes ?? 0) > share * maxBytes
  }

  copy(): Usage {
    const copy = new Usage(this.#capacity)
    Object.assign(copy.#total, this.#total)
    for (const lane of LANES) Object.assign(copy.#lanes[lane], this.#lanes[lane])
    return copy
  }

  #count(bytes: number, lane: Lane | undefined, sign: 1 | -1): void {
    for (const amount of lane === undefined ? [this.#total] : [this.#total, this.#lanes[lane]]) {
      amount.calls += sign
      amount.bytes += sign * bytes
    }
  }
}
