import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { defineStream, defineSynapse, packValue } from '../../../src/synapse/index.js'
import {
  type Carrier,
  type Channel,
  type ChannelHandlers,
  connectSession,
  createMemoryNetwork,
  generateNoiseKeyPair,
} from '../../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })

/** A memory network whose server side says that as many bytes are unread as the test wants. */
function congested(): { carrier: Carrier; unread: { bytes: number }; drain: () => void } {
  const network = createMemoryNetwork()
  const unread = { bytes: 0 }
  let drain: () => void = () => {}
  const wrap = (channel: Channel): Channel => ({
    remote: channel.remote,
    get bufferedBytes() {
      return unread.bytes
    },
    receive(handlers: ChannelHandlers) {
      drain = () => {
        unread.bytes = 0
        handlers.onDrain?.()
      }
      channel.receive(handlers)
    },
    send: (frame) => channel.send(frame),
    close: (code) => channel.close(code),
    trust: () => channel.trust(),
  })
  return {
    unread,
    drain: () => drain(),
    carrier: {
      ...network,
      listen: (options) =>
        network.listen({ ...options, onChannel: (channel) => options.onChannel(wrap(channel)) }),
    },
  }
}

describe('an axon whose caller does not read', () => {
  it('produces no more chunks until bytes have drained', async () => {
    const { carrier, unread, drain } = congested()
    const axon = new Axon({ signer: alice, carrier })
    let produced = 0
    axon.handle(double, (value) => 2 * value)
    axon.handle(count, async function* () {
      for (;;) {
        yield ++produced
        if (produced === 3) unread.bytes = 100_000
      }
    })
    await axon.start()
    const dendrite = new Dendrite({ signer: bob, carrier })
    const target = { hotkey: axon.hotkey, ...axon.address }
    const stream = dendrite.stream(count, target, 0)
    for (let i = 1; i <= 4; i++) expect((await stream.next()).value).toBe(i)
    for (let i = 0; i < 5; i++) await dendrite.call(double, target, i)
    const held = produced
    expect(held).toBeLessThanOrEqual(4)
    drain()
    expect((await stream.next()).value).toBe(5)
    await stream.return()
    await dendrite.close()
    await axon.stop()
  })

  it.each([
    ['for it', { maxUnreadBytes: 1_000 }],
    ['for all together', { maxTotalUnreadBytes: 1_000 }],
  ])('closes the connection as slowReader when too much waits %s', async (_whom, limits) => {
    const { carrier, unread } = congested()
    const axon = new Axon({ signer: alice, carrier, limits })
    axon.handle(double, (value) => 2 * value)
    await axon.start()
    const dendrite = new Dendrite({ signer: bob, carrier })
    const target = { hotkey: axon.hotkey, ...axon.address }
    expect((await dendrite.call(double, target, 1)).status).toBe('ok')
    unread.bytes = 1_001
    const codes: number[] = []
    axon.on('disconnected', ({ code }) => codes.push(code))
    await dendrite.call(double, target, 1)
    expect(axon.counters.refused).toEqual({ slowReader: 1 })
    expect(codes).toEqual([4431])
    await dendrite.close()
    await axon.stop()
  })
})

describe('an axon that is stopping', () => {
  it('refuses calls of callers who do not go away, as stopping', async () => {
    const carrier = createMemoryNetwork()
    const axon = new Axon({ signer: alice, carrier })
    let release: (value: number) => void = () => {}
    axon.handle(
      double,
      () =>
        new Promise<number>((resolve) => {
          release = resolve
        }),
    )
    await axon.start()
    const channel = await carrier.dial(axon.address, { maxFrameBytes: 1 << 20 })
    const staticKey = generateNoiseKeyPair()
    const session = await connectSession(channel, { signer: bob, staticKey, hotkey: axon.hotkey })
    const closed = new Promise<number>((resolve) => {
      session.receive({ onMessage: () => {}, onClose: resolve })
    })
    session.send(packValue([1, 0, false, 'double', 60_000, 0, 1]))
    await new Promise<void>((resolve) => {
      const off = axon.on('refused', () => {
        off()
        resolve()
      })
      session.send(packValue([1, 1, false, 'nobody', 60_000, 0, 1]))
    })
    const refused = new Promise<string>((resolve) => {
      axon.on('refused', ({ reason }) => resolve(reason))
    })
    const stopping = axon.stop()
    session.send(packValue([1, 2, false, 'double', 60_000, 0, 1]))
    expect(await refused).toBe('stopping')
    release(2)
    await stopping
    expect(await closed).toBe(1001)
  })
})
