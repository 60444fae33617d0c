import { describe, expect, it } from 'vitest'
import { packValue } from '../../../src/synapse/index.js'
import { RawPeer, rawFrame, upgradeText } from '../../support/RawPeer.js'
import { endAll, kept, mallory, proven, serve } from './serving.js'

/**
 * Times are those of a machine that is busy with other tests: what must hold is that an end comes, and not long after its time. Limits are
 * long enough for those who are honest, and to the millisecond in virtual time (`test/unit/axon/limits.test.ts`).
 */
const LATE_MS = 10_000

endAll()

describe('somebody who is slow on purpose', () => {
  it.each([
    ['says nothing', ''],
    ['writes its upgrade a byte at a time', upgradeText({ 'X-Slow': 'x'.repeat(3_000) })],
    [
      'asks by plain HTTP, with a body that never ends',
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(4_000)}`,
    ],
    ['never ends its headers', `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(600)}`],
  ])('%s: is dropped when the time for an upgrade is up', async (_what, text) => {
    const serving = await serve({ upgradeMs: 1_200 })
    const slow = kept(await RawPeer.connect(serving.address))
    const refused = new Promise<string>((resolve) =>
      serving.axon.on('refused', ({ reason }) => resolve(reason)),
    )
    void slow.drip(Buffer.from(text), 5)
    await serving.expectHonest()
    expect(await slow.closed).toBeLessThan(1_200 + LATE_MS)
    expect(['upgradeTimeout', 'notWebSocket']).toContain(await refused)
    expect(serving.axon.counters.unauthenticatedOpen).toBe(0)
    await serving.expectHonest()
  })

  it('a hundred of them at once lock nobody out, and all are dropped', async () => {
    const serving = await serve({ upgradeMs: 1_200 })
    const slow = await Promise.all(Array.from({ length: 100 }, () => RawPeer.connect(serving.address)))
    slow.forEach(kept)
    for (const peer of slow) void peer.drip(Buffer.from(upgradeText({ 'X-Slow': 'x'.repeat(1_000) })), 20)
    await serving.expectHonest()
    const lasted = await Promise.all(slow.map((peer) => peer.closed))
    expect(Math.max(...lasted)).toBeLessThan(1_200 + LATE_MS)
    expect(serving.axon.counters.refused.upgradeTimeout).toBe(100)
  })

  it('drips its handshake: is closed as handshakeTimeout when its time is up', async () => {
    const serving = await serve({ limits: { handshakeMs: 1_200 } })
    const slow = kept(await RawPeer.upgraded(serving.address))
    const refused = serving.refusal('handshakeTimeout')
    void slow.drip(rawFrame(new Uint8Array(400)), 30)
    await serving.expectHonest()
    expect(await slow.closed).toBeLessThan(1_200 + LATE_MS)
    expect((await refused).caller).toBeUndefined()
    expect(slow.closeCode).toBe(4403)
  })

  it('drips frames of an unfinished message without end: is closed before it has filled anything', async () => {
    const serving = await serve({ limits: { handshakeMs: 20_000 } })
    const slow = kept(await RawPeer.upgraded(serving.address))
    const refused = serving.refusal('frameTooLarge')
    for (let i = 0; i < 5_000 && !slow.isClosed; i++) {
      slow.write(rawFrame(Uint8Array.of(1), { opcode: i === 0 ? 2 : 0, isLast: false }))
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await refused
    await slow.closed
    expect(slow.closeCode).toBe(1009)
    await serving.expectHonest()
  })

  it('has proven itself and drips a message that never ends: is closed as idle, like everybody without calls', async () => {
    const serving = await serve({ limits: { idleMs: 500 } })
    const { closed, peer } = await proven(serving)
    const began = performance.now()
    void peer.drip(rawFrame(new Uint8Array(70_000)).subarray(0, 2_000), 20)
    expect(await closed).toBe(4408)
    expect(performance.now() - began).toBeLessThan(500 + LATE_MS)
    await serving.expectHonest()
  })

  it('has proven itself and sends a message a byte at a time: is refused as badFraming before the pieces weigh more than it', async () => {
    const serving = await serve({ limits: { maxFrameBytes: 65_536 } })
    const { peer } = await proven(serving)
    const refused = serving.refusal('badFraming')
    const bytes = rawFrame(new Uint8Array(60_000))
    let sent = 0
    for (; sent < 3_000 && serving.axon.counters.refused.badFraming === undefined; sent++) {
      peer.write(bytes.subarray(sent, sent + 1))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await refused
    expect(sent).toBeGreaterThanOrEqual(256)
    await serving.expectHonest()
  })

  it('asks and does not read: is closed as slowReader', async () => {
    const serving = await serve({ limits: { maxUnreadBytes: 1 << 21 } })
    const { session, peer } = await proven(serving)
    peer.socket.pause()
    const refused = serving.refusal('slowReader')
    const body = new Uint8Array(200_000)
    for (let id = 0; id < 400 && serving.axon.counters.refused.slowReader === undefined; id++) {
      session.send(packValue([1, id, false, 'echo', 10_000, 0, body]))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect((await refused).caller).toBe(mallory.address)
    await serving.expectHonest()
  })
})
