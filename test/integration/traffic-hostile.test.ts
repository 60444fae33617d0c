import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type RefusalReason, type RefusedEvent } from '../../src/axon/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { Dendrite } from '../../src/dendrite/index.js'
import { defineSynapse, packValue } from '../../src/synapse/index.js'
import {
  type Carrier,
  type Channel,
  connectSession,
  createMemoryNetwork,
  generateNoiseKeyPair,
  type SecureSession,
  webSocketCarrier,
} from '../../src/transport/index.js'
import { type Meddle, startRelay } from './relay.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const mallory = keyPairFromUri('//Mallory', { scheme: 'ed25519' })
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
const long = defineSynapse({ name: 'long', request: z.string(), answer: z.number() })

/** Shares its frame with no other request. */
const LONG = 'x'.repeat(20_000)

/** The frames of a caller: 0 and 1 are its handshake, calls follow. */
const FIRST_CALL = 2

for (const [name, createCarrier] of [
  ['WebSocket', webSocketCarrier],
  ['memory', createMemoryNetwork],
] as const) {
  describe(`hostile traffic over ${name}`, () => {
    const closers: (() => Promise<void>)[] = []

    const serve = async (
      handshakeMs = 20_000,
    ): Promise<{ axon: Axon; carrier: Carrier; honest: () => Promise<string> }> => {
      const carrier = createCarrier()
      const axon = new Axon({ signer: alice, carrier, limits: { handshakeMs, maxFrameBytes: 65_536 } })
      axon.handle(double, (value) => 2 * value)
      axon.handle(long, (text) => text.length)
      await axon.start()
      const dendrite = new Dendrite({ signer: bob, carrier })
      closers.push(
        () => axon.stop(),
        () => dendrite.close(),
      )
      const target = { hotkey: axon.hotkey, ...axon.address }
      const honest = async (): Promise<string> => (await dendrite.call(double, target, 1)).status
      expect(await honest()).toBe('ok')
      return { axon, carrier, honest }
    }
    const refusalOf = (axon: Axon, reason: RefusalReason): Promise<RefusedEvent> =>
      new Promise((resolve) => {
        const off = axon.on('refused', (event) => {
          if (event.reason !== reason) return
          off()
          resolve(event)
        })
      })
    const throughRelay = async (
      carrier: Carrier,
      axon: Axon,
      meddle: Meddle,
    ): Promise<(value: number | string) => Promise<string>> => {
      const relay = await startRelay(carrier, axon.address, meddle)
      const dendrite = new Dendrite({ signer: mallory, carrier })
      closers.push(
        () => relay.close(),
        () => dendrite.close(),
      )
      const target = { hotkey: axon.hotkey, ...relay.address }
      return async (value) => {
        if (typeof value === 'number') return (await dendrite.call(double, target, value)).status
        return (await dendrite.call(long, target, value)).status
      }
    }
    /** A stranger's raw channel, with the code it is closed with. */
    const stranger = async (
      carrier: Carrier,
      axon: Axon,
    ): Promise<{ channel: Channel; closed: Promise<number> }> => {
      const channel = await carrier.dial(axon.address, { maxFrameBytes: 65_536 })
      const closed = new Promise<number>((resolve) => {
        channel.receive({ onFrame: () => {}, onClose: resolve })
      })
      return { channel, closed }
    }
    /** A proven caller who then says what it likes. */
    const proven = async (
      carrier: Carrier,
      axon: Axon,
    ): Promise<{ session: SecureSession; closed: Promise<number> }> => {
      const channel = await carrier.dial(axon.address, { maxFrameBytes: 1 << 20 })
      const session = await connectSession(channel, {
        signer: mallory,
        staticKey: generateNoiseKeyPair(),
        hotkey: axon.hotkey,
      })
      const closed = new Promise<number>((resolve) => {
        session.receive({ onMessage: () => {}, onClose: resolve })
      })
      return { session, closed }
    }

    afterEach(async () => {
      for (const close of closers.splice(0).reverse()) await close()
    })

    it('lets an honest relay through: it can read and change nothing', async () => {
      const { axon, carrier } = await serve()
      const seen: Uint8Array[] = []
      const call = await throughRelay(carrier, axon, (frame) => {
        seen.push(frame)
        return [frame]
      })
      expect(await call(21)).toBe('ok')
      const text = Buffer.concat(seen).toString('latin1')
      expect(text).not.toContain('double')
      expect(seen.every((frame) => !Buffer.from(frame).includes(Buffer.from(mallory.publicKey)))).toBe(true)
    })

    it.each([
      [
        'a replayed frame',
        'replayedFrame',
        (frame: Uint8Array, index: number) => (index === FIRST_CALL ? [frame, frame] : [frame]),
      ],
      [
        'an altered frame',
        'tamperedFrame',
        (frame: Uint8Array, index: number) => {
          if (index === FIRST_CALL) frame[frame.length - 20]! ^= 1
          return [frame]
        },
      ],
      [
        'a frame whose number was altered',
        'reorderedFrame',
        (frame: Uint8Array, index: number) => {
          if (index === FIRST_CALL) frame[5]! ^= 1
          return [frame]
        },
      ],
      [
        'a frame with another cut out before it',
        'reorderedFrame',
        (frame: Uint8Array, index: number) => (index === FIRST_CALL ? [] : [frame]),
      ],
      [
        'a frame cut short',
        'tamperedFrame',
        (frame: Uint8Array, index: number) => [index === FIRST_CALL ? frame.subarray(0, 10) : frame],
      ],
    ] as const)('refuses %s, names it %s and counts it', async (_what, reason, meddle) => {
      const { axon, carrier, honest } = await serve()
      const call = await throughRelay(carrier, axon, meddle)
      const refused = refusalOf(axon, reason)
      const statuses = Promise.all([call(LONG), call(LONG)])
      expect(await refused).toMatchObject({ reason, caller: mallory.address })
      expect((await statuses)[1]).toBe('unreachable')
      expect(axon.counters.refused[reason]).toBe(1)
      expect(await honest()).toBe('ok')
    })

    it('refuses a replayed frame of another session', async () => {
      const { axon, carrier, honest } = await serve()
      let recorded: Uint8Array | undefined
      const record = await throughRelay(carrier, axon, (frame, index) => {
        if (index === FIRST_CALL) recorded = frame
        return [frame]
      })
      expect(await record(1)).toBe('ok')
      const replay = await throughRelay(carrier, axon, (frame, index) => [
        index === FIRST_CALL ? recorded! : frame,
      ])
      expect(await replay(2)).toBe('unreachable')
      expect(axon.counters.refused).toEqual({ tamperedFrame: 1 })
      expect(await honest()).toBe('ok')
    })

    it('refuses a handshake in which a version or a key was altered', async () => {
      const { axon, carrier, honest } = await serve()
      for (const at of [0, 1, 20]) {
        const call = await throughRelay(carrier, axon, (frame, index) => {
          if (index === 0) frame[at]! ^= 1
          return [frame]
        })
        expect(await call(1)).toBe('unauthenticated')
      }
      expect(await honest()).toBe('ok')
    })

    it('refuses a caller whose proof was altered', async () => {
      const { axon, carrier } = await serve()
      const refused = refusalOf(axon, 'badHandshake')
      const call = await throughRelay(carrier, axon, (frame, index) => {
        if (index === 1) frame[frame.length - 1]! ^= 1
        return [frame]
      })
      expect(await call(1)).toBe('unauthenticated')
      expect((await refused).caller).toBeUndefined()
    })

    it('refuses a caller who signs with another key than it shows, as wrongIdentity', async () => {
      const { axon, carrier } = await serve()
      const refused = refusalOf(axon, 'wrongIdentity')
      const thief = {
        scheme: mallory.scheme,
        publicKey: bob.publicKey,
        address: bob.address,
        sign: (message: Uint8Array) => mallory.sign(message),
      }
      const dendrite = new Dendrite({ signer: thief, carrier })
      closers.push(() => dendrite.close())
      const result = await dendrite.call(double, { hotkey: axon.hotkey, ...axon.address }, 1)
      expect(result.status).toBe('unauthenticated')
      await refused
      expect(axon.counters).toMatchObject({ connectionsAccepted: 1, refused: { wrongIdentity: 1 } })
    })

    it('closes a stranger who says nothing when its time is up', async () => {
      const { axon, carrier, honest } = await serve(2_000)
      const { closed } = await stranger(carrier, axon)
      expect(await closed).toBe(4403)
      expect(axon.counters.refused).toEqual({ handshakeTimeout: 1 })
      expect(await honest()).toBe('ok')
    })

    it.each([
      ['noise', Uint8Array.from({ length: 33 }, (_, i) => i)],
      ['nothing', new Uint8Array(0)],
      ['too much', new Uint8Array(600).fill(1)],
      ['a key of small order', Uint8Array.of(1, ...new Uint8Array(32))],
    ])('closes a stranger whose first message is %s', async (_what, message) => {
      const { axon, carrier, honest } = await serve()
      const { channel, closed } = await stranger(carrier, axon)
      channel.send(message)
      expect(await closed).toBe(4402)
      expect(axon.counters.refused).toEqual({ badHandshake: 1 })
      expect(await honest()).toBe('ok')
    })

    it('closes a stranger who sends an oversize frame, and a proven caller who does', async () => {
      const { axon, carrier, honest } = await serve()
      const { channel, closed } = await stranger(carrier, axon)
      channel.send(new Uint8Array(70_000))
      expect(await closed).toBe(1009)
      const friend = await proven(carrier, axon)
      friend.session.send(new Uint8Array(70_000))
      expect(await friend.closed).toBe(1009)
      expect(axon.counters.refused).toMatchObject({ frameTooLarge: 2 })
      expect(await honest()).toBe('ok')
    })

    it.each([
      ['no msgpack', Uint8Array.of(0xc1)],
      ['an array that claims 4 billion values', Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff)],
      ['arrays nested 5,000 deep', new Uint8Array(5_000).fill(0x91)],
      ['a forbidden extension', Uint8Array.of(0xd4, 0x72, 0x40)],
      ['two values', Uint8Array.of(0x01, 0x01)],
      ['no array', packValue({ kind: 'request' })],
      ['a message of an unknown kind', packValue([99, 0])],
      ['a request with a field missing', packValue([1, 0, false, 'double', 100, 0])],
      ['a request with a text for its id', packValue([1, '0', false, 'double', 100, 0, 1])],
      ['a request with a negative timeout', packValue([1, 0, false, 'double', -1, 0, 1])],
    ])('closes a proven caller who sends %s, and names it malformedMessage', async (_what, message) => {
      const { axon, carrier, honest } = await serve()
      const { session, closed } = await proven(carrier, axon)
      session.send(message)
      expect(await closed).toBe(4405)
      expect(axon.counters.refused).toEqual({ malformedMessage: 1 })
      expect(await honest()).toBe('ok')
    })

    it('closes a caller who uses an id twice, or takes more credit than anybody may have', async () => {
      const { axon, carrier } = await serve()
      const twice = await proven(carrier, axon)
      twice.session.send(packValue([1, 7, false, 'double', 100, 0, 1]))
      twice.session.send(packValue([1, 7, false, 'double', 100, 0, 1]))
      expect(await twice.closed).toBe(4405)
      const greedy = await proven(carrier, axon)
      axon.handle({ ...double, name: 'never' }, () => new Promise(() => {}))
      greedy.session.send(packValue([1, 1, false, 'never', 10_000, 0, 1]))
      for (let i = 0; i < 2; i++) greedy.session.send(packValue([3, 1, 1_024]))
      expect(await greedy.closed).toBe(4405)
      expect(axon.counters.refused).toEqual({ protocolViolation: 2 })
    })
  })
}
