// Calls over WebSockets between two processes: a bare echo of `ws` and msgpackr, which is the ceiling, and the whole path of axon
// and dendrite, in turns. At the end the time of single answers at half of what was the most.
import { median, quick, report, rounded } from '../support/measure.js'
import { type Callers, dendriteCallers, echoCallers } from './callers.js'
import { type Load, latencyAt, rateOf } from './load.js'
import { PAYLOADS } from './messages.js'
import { type Peer, playsPart, startPeer } from './peer.js'

const ROUNDS = quick ? 2 : 5
const ROUND_MS = quick ? 200 : 600
/** Until both processes of either side run what their compilers made of the first calls. */
const WARM_UP_MS = quick ? 500 : 2_000
const PACED_ROUNDS = quick ? 1 : 3
const PACED_MS = quick ? 500 : 2_000
const CONNECTIONS = quick ? [1, 10] : [1, 10, 100, 1_000]

/** Calls at once where many are, by payload. */
const IN_FLIGHT = { '1 KB': 64, '64 KB': 32 } as const

type Size = keyof typeof PAYLOADS
interface Side {
  readonly peer: Peer
  readonly callers: Callers
}
interface Turn {
  readonly perSecond: number
  readonly clientUs: number
  readonly serverUs: number
  readonly delayP99Us: number
}

if (!(await playsPart())) {
  const peers = [await startPeer('echo'), await startPeer('axon')] as const
  const most = new Map<string, readonly [number, number]>()
  for (const connections of CONNECTIONS) {
    const sides = [
      { peer: peers[0], callers: await echoCallers(peers[0].place.port, connections) },
      { peer: peers[1], callers: await dendriteCallers(peers[1].place.targets[0]!, connections) },
    ] as const
    if (connections === 1) {
      for (const { callers } of sides) {
        for (const [size, bytes] of Object.entries(PAYLOADS)) {
          await rateOf(callers, { bytes, connections, inFlight: IN_FLIGHT[size as Size] }, WARM_UP_MS)
          await rateOf(callers, { bytes, connections, inFlight: 1 }, WARM_UP_MS)
        }
      }
    }
    for (const size of Object.keys(PAYLOADS) as Size[]) {
      const bytes = PAYLOADS[size]
      for (const inFlight of new Set([connections, IN_FLIGHT[size]])) {
        const id = idOf(size, connections, inFlight)
        const rates = await measure(id, sides, { bytes, connections, inFlight })
        if (connections === 1 && inFlight > 1) most.set(size, rates)
      }
    }
    if (connections === 1) for (const [size, rates] of most) await pace(size as Size, sides, rates)
    for (const { callers } of sides) await callers.close()
  }
  for (const peer of peers) peer.stop()
}

function idOf(size: Size, connections: number, inFlight: number): string {
  const over = connections === 1 ? 'one connection' : `${connections.toLocaleString('en')} connections`
  const how =
    inFlight === connections
      ? connections === 1
        ? 'one at a time'
        : 'one at a time on each'
      : `${inFlight} in flight`
  return `${size}, ${over}, ${how}`
}

/** Both in turns; rates of the middle rounds. */
async function measure(
  id: string,
  sides: readonly [Side, Side],
  load: Load,
): Promise<readonly [number, number]> {
  const turns: [Turn[], Turn[]] = [[], []]
  for (let round = -1; round < ROUNDS; round++) {
    for (const side of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const turn = await turnOf(sides[side], load)
      // The first one only warms up.
      if (round >= 0) turns[side].push(turn)
    }
  }
  const of = (side: 0 | 1, field: keyof Turn): number =>
    rounded(median(turns[side].map((turn) => turn[field])))
  const perSecond = of(1, 'perSecond')
  const echoPerSecond = of(0, 'perSecond')
  report({
    bench: 'traffic/calls',
    id,
    payloadBytes: load.bytes,
    connections: load.connections,
    inFlight: load.inFlight,
    perSecond,
    echoPerSecond,
    ratio: rounded(median(turns[1].map((turn, round) => turn.perSecond / turns[0][round]!.perSecond))),
    medianUs: rounded(1e6 / perSecond),
    baselineUs: rounded(1e6 / echoPerSecond),
    runs: ROUNDS,
    clientUs: of(1, 'clientUs'),
    echoClientUs: of(0, 'clientUs'),
    serverUs: of(1, 'serverUs'),
    echoServerUs: of(0, 'serverUs'),
    delayP99Us: of(1, 'delayP99Us'),
    echoDelayP99Us: of(0, 'delayP99Us'),
  })
  return [echoPerSecond, perSecond]
}

async function turnOf({ peer, callers }: Side, load: Load): Promise<Turn> {
  await peer.watch()
  const { count, perSecond, cpuUsPerCall } = await rateOf(callers, load, ROUND_MS)
  const { cpuUs, delayP99Us } = await peer.report()
  return { perSecond, clientUs: cpuUsPerCall, serverUs: cpuUs / count, delayP99Us }
}

/** How far the slowest hundredth of the answers lies from the middle, at half of the most of either. */
async function pace(
  size: Size,
  sides: readonly [Side, Side],
  most: readonly [number, number],
): Promise<void> {
  const times: [{ p50Us: number; p99Us: number }[], { p50Us: number; p99Us: number }[]] = [[], []]
  for (let round = 0; round < PACED_ROUNDS; round++) {
    for (const side of [0, 1] as const) {
      const load = { bytes: PAYLOADS[size], connections: 1 }
      const pace = { perSecond: most[side] / 2, ms: PACED_MS }
      times[side].push(await latencyAt(sides[side].callers, load, pace))
    }
  }
  const of = (side: 0 | 1, field: 'p50Us' | 'p99Us'): number =>
    rounded(median(times[side].map((time) => time[field])))
  const spread = (side: 0 | 1): number =>
    rounded(median(times[side].map(({ p50Us, p99Us }) => p99Us / p50Us)))
  report({
    bench: 'traffic/latency',
    id: `${size} at half of the most`,
    perSecond: rounded(most[1] / 2),
    medianUs: of(1, 'p50Us'),
    p99Us: of(1, 'p99Us'),
    spread: spread(1),
    echoPerSecond: rounded(most[0] / 2),
    baselineUs: of(0, 'p50Us'),
    echoP99Us: of(0, 'p99Us'),
    echoSpread: spread(0),
    ratio: rounded(spread(1) / spread(0)),
    runs: PACED_ROUNDS,
  })
}
