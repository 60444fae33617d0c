import type { WaitingCall } from './AccountQueue.js'
import { LANES, type Lane } from './lanes.js'
import { type Capacity, Usage } from './Usage.js'

/** A lane, or those that wait behind a gap of nonces. */
export type Group = Lane | 'gap'

interface Rung {
  readonly group: Group
  readonly level: number
}

/**
 * Who waits where, in order: the calls of each group from the lowest level on, and how much they take together. Kept in order with
 * every change, so that who has to leave is found without a walk through the mempool.
 */
export class Places {
  readonly #usage: Usage
  readonly #rungs = new Map<WaitingCall, Rung>()
  readonly #ladders: Record<Group, WaitingCall[]> = { gap: [], stake: [], duty: [], balance: [] }

  #readyCalls = 0

  constructor(capacity: Capacity) {
    this.#usage = new Usage(capacity)
  }

  get usage(): Usage {
    return this.#usage
  }

  /** The lowest first; of one account's the last nonce before those before it. */
  of(group: Group): readonly WaitingCall[] {
    return this.#ladders[group]
  }

  /** Calls of all lanes, those that the next block may take, as a block counts them. */
  get readyCalls(): number {
    return this.#readyCalls
  }

  get readyBytes(): number {
    return LANES.reduce((sum, lane) => sum + this.#usage.bytesOf(lane), 0)
  }

  /** Puts a call where its rank says, from wherever it was. */
  put(waiting: WaitingCall): void {
    const rung = rungOf(waiting)
    const before = this.#rungs.get(waiting)
    if (before?.group === rung.group && before.level === rung.level) return
    this.remove(waiting)
    this.#rungs.set(waiting, rung)
    this.#usage.add(waiting.call.byteLength, laneOf(rung))
    if (rung.group !== 'gap') this.#readyCalls += waiting.call.parts
    this.#ladders[rung.group].splice(this.#indexOf(waiting, rung), 0, waiting)
  }

  remove(waiting: WaitingCall): void {
    const rung = this.#rungs.get(waiting)
    if (rung === undefined) return
    this.#ladders[rung.group].splice(this.#indexOf(waiting, rung), 1)
    this.#rungs.delete(waiting)
    this.#usage.remove(waiting.call.byteLength, laneOf(rung))
    if (rung.group !== 'gap') this.#readyCalls -= waiting.call.parts
  }

  /** Where a call is, or belongs. */
  #indexOf(waiting: WaitingCall, rung: Rung): number {
    const ladder = this.#ladders[rung.group]
    let [low, high] = [0, ladder.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = ladder[middle]!
      if (goesBefore(other, this.#rungs.get(other)!, waiting, rung)) low = middle + 1
      else high = middle
    }
    return low
  }
}

function goesBefore(
  a: WaitingCall,
  { level: levelA }: Rung,
  b: WaitingCall,
  { level: levelB }: Rung,
): boolean {
  if (levelA !== levelB) return levelA < levelB
  if (a.call.nonce !== b.call.nonce) return a.call.nonce > b.call.nonce
  return a.number > b.number
}

function rungOf({ rank, queue }: WaitingCall): Rung {
  return rank === undefined
    ? { group: 'gap', level: Number(queue.standing.balanceRao) }
    : { group: rank.lane, level: rank.level }
}

function laneOf({ group }: Rung): Lane | undefined {
  return group === 'gap' ? undefined : group
}
