import type { WaitingCall } from './AccountQueue.js'
import { LANE_SHARES, LANES, type Lane } from './lanes.js'
import type { Capacity } from './Usage.js'

/**
 * Chooses what of too many calls the next block takes: first each lane its part by rank, then what is left by lane and rank. A
 * call takes those of its account before it along.
 *
 * PERF: sorts the ready calls; only a block that cannot take them all asks.
 */
export function chooseCalls(ready: Iterable<WaitingCall>, { maxCalls, maxBytes }: Capacity): WaitingCall[] {
  const lanes: Record<Lane, WaitingCall[]> = { stake: [], duty: [], money: [] }
  for (const waiting of ready) lanes[waiting.rank!.lane].push(waiting)
  for (const lane of LANES) lanes[lane].sort((a, b) => b.rank!.level - a.rank!.level)
  const chosen = new Set<WaitingCall>()
  let bytes = 0
  const takeUpTo = (waiting: WaitingCall, share: number, taken: { calls: number; bytes: number }): void => {
    const { ready: own } = waiting.queue
    const run = own.slice(0, own.indexOf(waiting) + 1).filter((call) => !chosen.has(call))
    const runBytes = run.reduce((sum, { call }) => sum + call.byteLength, 0)
    if (chosen.size + run.length > maxCalls || bytes + runBytes > maxBytes) return
    if (taken.calls + run.length > share * maxCalls || taken.bytes + runBytes > share * maxBytes) return
    for (const call of run) chosen.add(call)
    bytes += runBytes
    taken.calls += run.length
    taken.bytes += runBytes
  }
  for (const shareOf of [(lane: Lane) => LANE_SHARES[lane], () => 1]) {
    for (const lane of LANES) {
      const taken = { calls: 0, bytes: 0 }
      for (const waiting of lanes[lane]) if (!chosen.has(waiting)) takeUpTo(waiting, shareOf(lane), taken)
    }
  }
  return [...chosen]
}
