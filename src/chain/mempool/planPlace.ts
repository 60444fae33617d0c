import type { OpenedCall } from '../../ledger/index.js'
import type { WaitingCall } from './AccountQueue.js'
import { LANES, type Lane, type Rank } from './lanes.js'
import type { Group, Places } from './Places.js'
import type { Usage } from './Usage.js'

/** Where a call may wait, and who has to leave for it. */
export interface Place {
  /** `undefined` behind a gap. */
  readonly rank: Rank | undefined
  readonly leaving: readonly WaitingCall[]
}

/**
 * Finds a place for a call in a full mempool: first those leave that wait behind a gap, then those of lanes that have more than
 * their own part, then those that rank lower in the same lane. Nobody makes room for what follows on itself.
 *
 * @param ranks - how the new call ranks, the best lane first; none behind a gap.
 * @returns `undefined` when nobody has to leave for it; nothing is changed here.
 * PERF: grows with who would have to leave, not with what waits.
 */
export function planPlace(call: OpenedCall, ranks: readonly Rank[], places: Places): Place | undefined {
  const { byteLength, signer } = call
  for (const rank of ranks) {
    const left = places.usage.copy()
    const leaving: WaitingCall[] = []
    const leavers = new Leavers(places, signer)
    while (!left.fits(byteLength)) {
      const victim = leavers.next(rank, byteLength, left)
      if (victim === undefined) break
      left.remove(victim.call.byteLength, victim.rank?.lane)
      leaving.push(victim)
    }
    if (left.fits(byteLength)) return { rank, leaving }
  }
  return undefined
}

/** Who could leave, one after the other. */
class Leavers {
  readonly #places: Places
  readonly #account: string
  /** How many of each group have been passed. */
  readonly #passed: Record<Group, number> = { gap: 0, stake: 0, duty: 0, balance: 0 }

  constructor(places: Places, account: string) {
    this.#places = places
    this.#account = account
  }

  /** Whoever has to go first for a call of this rank. */
  next({ lane, level }: Rank, bytes: number, usage: Usage): WaitingCall | undefined {
    const gapped = this.#places.of('gap')[this.#passed.gap]
    if (gapped !== undefined) {
      this.#passed.gap++
      return gapped
    }
    const isWithinOwn = !usage.isOver(lane, bytes)
    const lower = LANES.slice(LANES.indexOf(lane) + 1).toReversed()
    for (const other of isWithinOwn ? LANES.toReversed() : lower) {
      const victim = other !== lane && usage.isOver(other) ? this.#lowest(other) : undefined
      if (victim !== undefined) return this.#pass(other, victim)
    }
    const last = this.#lowest(lane)
    return last !== undefined && last.rank!.level < level ? this.#pass(lane, last) : undefined
  }

  /** The lowest of a lane that is left, those of the same account apart. */
  #lowest(lane: Lane): WaitingCall | undefined {
    const ladder = this.#places.of(lane)
    while (ladder[this.#passed[lane]]?.queue.account === this.#account) this.#passed[lane]++
    return ladder[this.#passed[lane]]
  }

  #pass(lane: Lane, victim: WaitingCall): WaitingCall {
    this.#passed[lane]++
    return victim
  }
}
