import type { WaitingCall } from './AccountQueue.js'
import { LANE_SHARES, LANES, type Lane } from './lanes.js'
import type { Places } from './Places.js'
import type { Capacity } from './Usage.js'

/**
 * Chooses what of too many calls the next block takes: first each lane its part by rank, then what is left by lane and rank. A
 * call takes those of its account before it along; a batch counts as many calls as it has entries. Equals are put in an order that the head decides: it depends neither on who came
 * first nor on anything that a signer could choose before the head was known.
 *
 * PERF: walks and sorts the ready calls; only a block that cannot take them all asks.
 */
export function chooseCalls(
  places: Places,
  { maxCalls, maxBytes }: Capacity,
  headHash: string,
): WaitingCall[] {
  const chosen = new Set<WaitingCall>()
  let calls = 0
  let bytes = 0
  const takeUpTo = (waiting: WaitingCall, share: number, taken: { calls: number; bytes: number }): void => {
    const run = waiting.queue.through(waiting).filter((call) => !chosen.has(call))
    const runCalls = run.reduce((sum, { call }) => sum + call.parts, 0)
    const runBytes = run.reduce((sum, { call }) => sum + call.byteLength, 0)
    if (calls + runCalls > maxCalls || bytes + runBytes > maxBytes) return
    if (taken.calls + runCalls > share * maxCalls || taken.bytes + runBytes > share * maxBytes) return
    for (const call of run) chosen.add(call)
    calls += runCalls
    bytes += runBytes
    taken.calls += runCalls
    taken.bytes += runBytes
  }
  const best = new Map(LANES.map((lane) => [lane, bestFirst(places.of(lane), headHash)]))
  for (const shareOf of [(lane: Lane) => LANE_SHARES[lane], () => 1]) {
    for (const lane of LANES) {
      const taken = { calls: 0, bytes: 0 }
      for (const waiting of best.get(lane)!) {
        if (!chosen.has(waiting)) takeUpTo(waiting, shareOf(lane), taken)
      }
    }
  }
  return [...chosen]
}

function bestFirst(lane: readonly WaitingCall[], headHash: string): WaitingCall[] {
  const draws = new Map<string, number>()
  const drawOf = ({ queue: { account } }: WaitingCall): number => {
    const known = draws.get(account)
    if (known !== undefined) return known
    const draw = lotOf(account, headHash)
    draws.set(account, draw)
    return draw
  }
  return lane.toSorted(
    (a, b) =>
      b.rank!.level - a.rank!.level ||
      a.call.nonce - b.call.nonce ||
      drawOf(a) - drawOf(b) ||
      (a.queue.account < b.queue.account ? -1 : 1),
  )
}

/** How far an account is from the head, as numbers. */
function lotOf(account: string, headHash: string): number {
  return (Number.parseInt(account.slice(0, 8), 16) ^ Number.parseInt(headHash.slice(0, 8), 16)) >>> 0
}
