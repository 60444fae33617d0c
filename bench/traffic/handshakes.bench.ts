// Handshakes with sr25519 identities, dial and upgrade included, against an axon in another process; and what idle connections hold.
import { keyPairFromUri } from 'subnetkit/crypto'
import { Dendrite } from 'subnetkit/dendrite'
import { connectSession, generateNoiseKeyPair, webSocketCarrier } from 'subnetkit/transport'
import { median, quick, report, rounded } from '../support/measure.js'
import { bareSocket } from './callers.js'
import { echo } from './messages.js'
import { type Peer, playsPart, startPeer } from './peer.js'

const ROUNDS = quick ? 2 : 5
const HANDSHAKES = quick ? 150 : 600
/** Being made at once. */
const AT_ONCE = 16
const IDLE_CONNECTIONS = quick ? 100 : 1_000
const MAX_FRAME_BYTES = 1_048_576

if (!(await playsPart())) {
  const axon = await startPeer('axon')
  const bare = await startPeer('echo')
  const target = axon.place.targets[0]!
  const carrier = webSocketCarrier()
  const staticKey = generateNoiseKeyPair()
  const signers = Array.from({ length: AT_ONCE }, (_, at) => keyPairFromUri(`//caller${at}`))

  /** Dials, shakes hands and leaves. */
  const handshake = async (at: number): Promise<void> => {
    const channel = await carrier.dial(
      { host: target.host, port: target.port },
      { maxFrameBytes: MAX_FRAME_BYTES },
    )
    const { hotkey } = target
    const session = await connectSession(channel, { signer: signers[at % AT_ONCE]!, staticKey, hotkey })
    const closed = new Promise<void>((resolve) =>
      session.receive({ onMessage: () => {}, onClose: () => resolve() }),
    )
    session.close(1000)
    await closed
  }
  const rates: { perSecond: number; serverUs: number; clientUs: number; delayP99Us: number }[] = []
  for (let round = -1; round < ROUNDS; round++) {
    await axon.watch()
    const since = process.cpuUsage()
    const startMs = performance.now()
    let next = 0
    const place = async (first: number): Promise<void> => {
      while (next < HANDSHAKES) {
        next++
        await handshake(first)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => place(first)))
    const perSecond = (1_000 * HANDSHAKES) / (performance.now() - startMs)
    const { user, system } = process.cpuUsage(since)
    const { cpuUs, delayP99Us } = await axon.report()
    if (round < 0) continue
    rates.push({
      perSecond,
      serverUs: cpuUs / HANDSHAKES,
      clientUs: (user + system) / HANDSHAKES,
      delayP99Us,
    })
  }
  const of = (field: keyof (typeof rates)[number]): number =>
    rounded(median(rates.map((rate) => rate[field])))
  report({
    bench: 'traffic/handshakes',
    id: `sr25519 handshakes, ${AT_ONCE} at once`,
    perSecond: of('perSecond'),
    medianUs: rounded(1e6 / of('perSecond')),
    serverUs: of('serverUs'),
    clientUs: of('clientUs'),
    delayP99Us: of('delayP99Us'),
    runs: ROUNDS,
  })

  await reportIdle('a bare WebSocket', bare, async () => {
    const ws = await bareSocket(bare.place.port)
    return () => ws.terminate()
  })
  await reportIdle('a session with an axon, after one call', axon, async (at) => {
    const dendrite = new Dendrite({ signer: keyPairFromUri(`//idle${at}`), limits: { idleMs: 600_000 } })
    await dendrite.call(echo, target, { text: 'one call', data: new Uint8Array(16) })
    return () => void dendrite.close()
  })
  axon.stop()
  bare.stop()
}

/** What the other process holds for each connection that nothing is said over. */
async function reportIdle(id: string, peer: Peer, open: (at: number) => Promise<() => void>): Promise<void> {
  // What a first connection leaves behind for good is nobody's.
  const first = await open(IDLE_CONNECTIONS)
  const before = await peer.memory()
  const close = [first]
  for (let at = 0; at < IDLE_CONNECTIONS; at++) close.push(await open(at))
  const bytes = Math.round(((await peer.memory()) - before) / IDLE_CONNECTIONS)
  report({ bench: 'traffic/idle', id, bytes, connections: IDLE_CONNECTIONS })
  for (const one of close) one()
}
