import { describe, expect, it } from 'vitest'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { packValue } from '../../../src/synapse/index.js'
import { heldByBuffers } from '../../support/heldByBuffers.js'
import { RawPeer, rawFrame, upgradeText } from '../../support/RawPeer.js'
import { dendriteOf, double, endAll, kept, proven, serve, until } from './serving.js'

endAll()

const many = (count: number, part: Uint8Array): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => part))

describe('a flood of', () => {
  it('pings by a stranger ends with the bytes that strangers may send', async () => {
    const serving = await serve()
    const flooder = kept(await RawPeer.upgraded(serving.address))
    const refused = serving.refusal('frameTooLarge')
    flooder.write(many(2_000, rawFrame(new Uint8Array(8), { opcode: 9 })))
    await refused
    await flooder.closed
    await serving.expectHonest()
  })

  it('pings by a proven caller who reads none of the answers holds nobody up and fills nothing', async () => {
    const serving = await serve()
    const { peer } = await proven(serving)
    peer.socket.pause()
    const before = heldByBuffers()
    const pings = many(1_000, rawFrame(new Uint8Array(100), { opcode: 9 }))
    for (let round = 0; round < 50; round++) {
      peer.write(pings)
      await new Promise((resolve) => setImmediate(resolve))
      if (round % 10 === 0) await serving.expectHonest()
    }
    await until(() => peer.socket.writableLength === 0, 20_000)
    await serving.expectHonest()
    // What the two of them hold of 5 MB of pings, in one process.
    expect(heldByBuffers() - before).toBeLessThan(4_000_000)
  })

  it('tiny frames by a stranger is one refusal', async () => {
    const serving = await serve()
    const flooder = kept(await RawPeer.connect(serving.address))
    const refused = serving.refusal('badHandshake')
    flooder.write(Buffer.concat([Buffer.from(upgradeText()), many(600, rawFrame(Uint8Array.of(7)))]))
    await refused
    await flooder.closed
    expect(serving.axon.counters.refused.badHandshake).toBe(1)
    await serving.expectHonest()
  })

  it('tiny frames by a proven caller is one refusal', async () => {
    const serving = await serve()
    const { peer, closed } = await proven(serving)
    peer.write(many(20_000, rawFrame(Uint8Array.of(7))))
    expect(await closed).toBe(4404)
    expect(serving.axon.counters.refused).toEqual({ tamperedFrame: 1 })
    await serving.expectHonest()
  })

  it('fragments of one message is refused as badFraming long before it could fill memory with their bookkeeping', async () => {
    const serving = await serve()
    const { peer } = await proven(serving)
    const refused = serving.refusal('badFraming')
    peer.write(rawFrame(new Uint8Array(0), { isLast: false }))
    for (let round = 0; round < 3 && !peer.isClosed; round++) {
      peer.write(many(1_000, rawFrame(new Uint8Array(0), { opcode: 0, isLast: false })))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await refused
    await serving.expectHonest()
  })

  it('hellos that go no further leaves room for who does', async () => {
    const serving = await serve({ limits: { maxUnauthenticated: 32 } })
    // A version, and a key that is one.
    const hello = rawFrame(Uint8Array.from([1, ...new Uint8Array(31).fill(5), 9]))
    const flooders = await Promise.all(Array.from({ length: 200 }, () => RawPeer.upgraded(serving.address)))
    for (const flooder of flooders) kept(flooder).write(hello)
    await until(() => (serving.axon.counters.refused.pushedOut ?? 0) >= 200 - 32)
    expect(serving.axon.counters.unauthenticatedOpen).toBeLessThanOrEqual(32)
    await serving.expectHonest()
  })

  it('calls by many identities takes no more than all may have together, and others are answered when some are done', async () => {
    const limits = { maxRunning: 4, maxRunningPerCaller: 2, maxQueued: 6, maxQueuedPerCaller: 3 }
    const serving = await serve({ limits })
    let running = 0
    let most = 0
    const release: (() => void)[] = []
    serving.axon.handle({ ...double, name: 'slow' }, async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => release.push(resolve))
      running--
      return 0
    })
    const callers = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        proven(serving, keyPairFromUri(`//Sybil//${at}`, { scheme: 'ed25519' })),
      ),
    )
    for (const { session } of callers) {
      for (let id = 0; id < 5; id++) session.send(packValue([1, id, false, 'slow', 20_000, 0, id]))
    }
    await until(() => serving.axon.counters.callsReceived === 61)
    const { callsRunning, callsQueued, refused } = serving.axon.counters
    expect({ callsRunning, callsQueued, refused }).toEqual({
      callsRunning: 4,
      callsQueued: 6,
      refused: { queueFull: 50 },
    })
    const waiting = dendriteOf().call(double, serving.target, 4)
    expect((await waiting).status).toBe('overloaded')
    while (serving.axon.counters.callsRunning > 0) {
      for (const go of release.splice(0)) go()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(most).toBe(4)
    await serving.expectHonest()
  })

  it('connections by one identity takes its own places only, and by many those of the idle', async () => {
    const serving = await serve({ limits: { maxConnections: 6, maxConnectionsPerCaller: 2 } })
    const own = await Promise.all([1, 2, 3, 4].map(() => proven(serving)))
    const codes: number[] = []
    for (const { closed } of own) void closed.then((code) => codes.push(code))
    await until(() => codes.length === 2)
    // Those that are left have a place, and so has who was there before.
    await serving.expectHonest()
    expect(codes).toEqual([4429, 4429])
    for (let at = 0; at < 10; at++)
      await proven(serving, keyPairFromUri(`//Sybil//${at}`, { scheme: 'ed25519' }))
    expect(serving.axon.counters.connectionsOpen).toBeLessThanOrEqual(6)
    expect(serving.axon.counters.refused.pushedOut).toBeGreaterThan(0)
    await serving.expectHonest()
  })
})
