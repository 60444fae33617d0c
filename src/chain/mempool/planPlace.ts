import type { WaitingCall } from './AccountQueue.js'
import { LANES, type Lane, type Rank } from './lanes.js'
import type { Usage } from './Usage.js'

/** Where a call may wait, and who has to leave for it. */
export interface Place {
  /** `undefined` behind a gap. */
  readonly rank: Rank | undefined
  readonly leaving: readonly WaitingCall[]
}

/**
 * Finds a place for a call in a full pool: first those leave that wait behind a gap, then those of lanes that have more than
 * their own part, then those that rank lower in the same lane.
 *
 * @param ranks - how the new call ranks, the best lane first; none behind a gap.
 * @returns `undefined` when nobody has to leave for it; nothing is changed here.
 * PERF: walks and sorts what waits; only a full pool asks.
 */
export function planPlace(
  bytes: number,
  ranks: readonly Rank[],
  waiting: Iterable<WaitingCall>,
  usage: Usage,
): Place | undefined {
  if (ranks.length === 0) return undefined
  const leavers = new Leavers(waiting)
  for (const rank of ranks) {
    const left = usage.copy()
    const leaving: WaitingCall[] = []
    const takers = leavers.copy()
    while (!left.fits(bytes)) {
      const victim = takers.next(rank, bytes, left)
      if (victim === undefined) break
      left.remove(victim)
      leaving.push(victim)
    }
    if (left.fits(bytes)) return { rank, leaving }
  }
  return undefined
}

type Group = Lane | 'gap'

/** Who could leave, the first to go last in each list. */
class Leavers {
  readonly #groups: Record<Group, WaitingCall[]>

  constructor(waiting: Iterable<WaitingCall> | Record<Group, WaitingCall[]>) {
    if (!(Symbol.iterator in waiting)) {
      this.#groups = waiting
      return
    }
    this.#groups = { gap: [], stake: [], duty: [], money: [] }
    for (const call of waiting) this.#groups[call.rank?.lane ?? 'gap'].push(call)
    // The lowest level goes first, and of one account the last nonce.
    const levelOf = ({ rank, queue }: WaitingCall): number => rank?.level ?? Number(queue.standing.balanceRao)
    for (const group of Object.values(this.#groups)) {
      group.sort((a, b) => levelOf(b) - levelOf(a) || a.call.nonce - b.call.nonce)
    }
  }

  copy(): Leavers {
    const { gap, stake, duty, money } = this.#groups
    return new Leavers({ gap: [...gap], stake: [...stake], duty: [...duty], money: [...money] })
  }

  /** Whoever has to go first for a call of this rank. */
  next({ lane, level }: Rank, bytes: number, usage: Usage): WaitingCall | undefined {
    const gapped = this.#groups.gap.pop()
    if (gapped !== undefined) return gapped
    const isWithinOwn = !usage.isOver(lane, bytes)
    const lower = LANES.slice(LANES.indexOf(lane) + 1).toReversed()
    for (const other of isWithinOwn ? LANES.toReversed() : lower) {
      if (other !== lane && usage.isOver(other)) return this.#groups[other].pop()
    }
    const last = this.#groups[lane].at(-1)
    return last !== undefined && last.rank!.level < level ? this.#groups[lane].pop() : undefined
  }
}
