import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonLimits, type AxonOptions, defaultAxonLimits } from '../../../src/axon/index.js'
import { VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { decodeServerMessage, defineSynapse, packValue } from '../../../src/synapse/index.js'
import {
  type Channel,
  type ChannelHandlers,
  connectSession,
  createMemoryNetwork,
  generateNoiseKeyPair,
  SESSION_OVERHEAD_BYTES,
  webSocketCarrier,
} from '../../../src/transport/index.js'
import type { Hotkey } from '../../../src/units/index.js'

import { RawChannel } from '../../support/RawChannel.js'
import { rawFrame } from '../../support/RawPeer.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
const echo = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.unknown() })
const hang = defineSynapse({ name: 'hang', request: z.unknown(), answer: z.unknown() })
const staticKey = generateNoiseKeyPair()

const scenes: Scene[] = []
afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene.end()
})

/** Lets everything happen that waits for no time. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A caller who says what he likes, and what he is told. */
interface Caller {
  say(message: Uint8Array): void
  ask(id: number, synapse?: string, timeoutMs?: number): void
  cancel(id: number): void
  readonly channel: Channel
  /** Statuses and answers by number of the call. */
  readonly told: Map<number, unknown>
  closedWith: number | undefined
}

class Scene {
  readonly axon: Axon
  readonly #network
  readonly #clock: VirtualClock | undefined
  /** What is said to wait unread, by number of the channel. */
  readonly unread: number[] = []

  constructor(limits: Partial<AxonLimits>, options: Partial<AxonOptions> = {}, clock?: VirtualClock) {
    this.#clock = clock
    this.#network = createMemoryNetwork()
    const network = this.#network
    this.axon = new Axon({
      signer: alice,
      logger: silentLogger,
      limits: { stopMs: 1, ...limits },
      carrier: {
        ...network,
        listen: (wanted) =>
          network.listen({ ...wanted, onChannel: (channel) => wanted.onChannel(this.#measured(channel)) }),
      },
      ...(clock === undefined ? {} : { clock }),
      ...options,
    })
    scenes.push(this)
    this.axon.handle(double, (value) => 2 * value)
    this.axon.handle(echo, () => 1)
    this.axon.handle(hang, () => new Promise(() => {}))
  }

  async started(): Promise<this> {
    await this.axon.start()
    return this
  }

  async stranger(): Promise<{ readonly channel: Channel; closedWith: number | undefined }> {
    const channel = await this.#network.dial(this.axon.address, { maxFrameBytes: 1 << 20 })
    const stranger: { channel: Channel; closedWith: number | undefined } = { channel, closedWith: undefined }
    channel.receive({
      onFrame: () => {},
      onClose: (code) => {
        stranger.closedWith = code
      },
    })
    await settled()
    return stranger
  }

  async caller(name: string): Promise<Caller> {
    const channel = await this.#network.dial(this.axon.address, { maxFrameBytes: 1 << 20 })
    const signer = keyPairFromUri(`//${name}`, { scheme: 'ed25519' })
    const connecting = connectSession(channel, { signer, staticKey, hotkey: this.axon.hotkey })
    // Strangers are answered one in a turn of the clock.
    if (this.#clock !== undefined) await this.#clock.run({ untilMs: this.#clock.now() })
    const session = await connecting
    const caller: Caller = {
      channel,
      told: new Map(),
      closedWith: undefined,
      say: (message) => session.send(message),
      ask: (id, synapse = 'double', timeoutMs = 60_000) =>
        session.send(packValue([1, id, false, synapse, timeoutMs, 0, id])),
      cancel: (id) => session.send(packValue([2, id])),
    }
    session.receive({
      onMessage: (bytes) => {
        const message = decodeServerMessage(bytes)
        if (message.kind === 'answer') caller.told.set(message.id, message.body)
        if (message.kind === 'end') caller.told.set(message.id, message.status)
      },
      onClose: (code) => {
        caller.closedWith = code
      },
    })
    await settled()
    return caller
  }

  async end(): Promise<void> {
    const stopped = this.axon.stop()
    await settled()
    await this.#clock?.run({ untilMs: this.#clock.now() + 10_000 })
    await stopped
  }

  get refused(): Readonly<Record<string, number>> {
    return this.axon.counters.refused as Readonly<Record<string, number>>
  }

  #measured(channel: Channel): Channel {
    const number = this.unread.push(0) - 1
    const { unread } = this
    return {
      remote: channel.remote,
      get bufferedBytes() {
        return unread[number] ?? 0
      },
      receive: (handlers: ChannelHandlers) => channel.receive(handlers),
      send: (frame) => channel.send(frame),
      close: (code) => channel.close(code),
      trust: () => channel.trust(),
    }
  }
}

const scene = (limits: Partial<AxonLimits>, options?: Partial<AxonOptions>): Promise<Scene> =>
  new Scene(limits, options).started()

/** A scene on virtual time. */
async function timed(
  limits: Partial<AxonLimits>,
): Promise<{ readonly scene: Scene; readonly clock: VirtualClock }> {
  const clock = new VirtualClock()
  return { scene: await new Scene(limits, {}, clock).started(), clock }
}

/** For each limit: what it allows is let in, and one more is refused by the name that is told. A new limit needs a line here. */
const proofs: { readonly [Name in keyof AxonLimits]: () => Promise<void> } = {
  async maxFrameBytes() {
    const { caller, refused } = await bound({ maxFrameBytes: 4_096 })
    const [a, b] = [await caller('a'), await caller('b')]
    const most = 4_096 - SESSION_OVERHEAD_BYTES
    a.say(packed('echo', most))
    b.say(packed('echo', most + 1))
    await settled()
    expect(a.told.size).toBe(1)
    expect([a.closedWith, b.closedWith]).toEqual([undefined, 1009])
    expect(refused()).toEqual({ frameTooLarge: 1 })
  },
  async maxConnections() {
    const { caller, refused } = await bound({ maxConnections: 2 })
    const [a, b] = [await caller('a'), await caller('b')]
    a.ask(0, 'hang')
    b.ask(0, 'hang')
    await settled()
    expect(refused()).toEqual({})
    const c = await caller('c')
    expect([a.closedWith, b.closedWith, c.closedWith]).toEqual([undefined, undefined, 4429])
    expect(refused()).toEqual({ tooManyConnections: 1 })
    b.cancel(0)
    await settled()
    const d = await caller('d')
    expect([a.closedWith, b.closedWith, d.closedWith]).toEqual([undefined, 4408, undefined])
    expect(refused()).toEqual({ tooManyConnections: 1, pushedOut: 1 })
  },
  async maxConnectionsPerCaller() {
    const { caller, refused } = await bound({ maxConnectionsPerCaller: 2 })
    const own = [await caller('a'), await caller('a'), await caller('b')]
    expect(own.map(({ closedWith }) => closedWith)).toEqual([undefined, undefined, undefined])
    expect((await caller('a')).closedWith).toBe(4429)
    expect(refused()).toEqual({ tooManyFromCaller: 1 })
  },
  async maxUnauthenticated() {
    const { stranger, refused, axon } = await bound({ maxUnauthenticated: 6 })
    const silent = [await stranger(), await stranger(), await stranger()]
    expect([axon.counters.unauthenticatedOpen, refused()]).toEqual([3, {}])
    // Half of the places are for those that have been answered.
    silent.push(await stranger())
    expect(silent.map(({ closedWith }) => closedWith)).toEqual([4429, undefined, undefined, undefined])
    expect([axon.counters.unauthenticatedOpen, refused()]).toEqual([3, { pushedOut: 1 }])
  },
  async maxRunning() {
    const { caller, axon } = await bound({ maxRunning: 2 })
    for (const name of ['a', 'b', 'c']) (await caller(name)).ask(0, 'hang')
    await settled()
    expect(axon.counters).toMatchObject({ callsRunning: 2, callsQueued: 1 })
  },
  async reservedPercent() {
    const known = keyPairFromUri('//known', { scheme: 'ed25519' }).hotkey
    const standing = (hotkey: Hotkey): number => (hotkey === known ? 1 : 0)
    const { caller, axon } = await bound({ maxRunning: 4, reservedPercent: 50 }, { standing })
    for (const name of ['a', 'b', 'c']) (await caller(name)).ask(0, 'hang')
    await settled()
    expect(axon.counters).toMatchObject({ callsRunning: 2, callsQueued: 1 })
    const friend = await caller('known')
    for (const id of [0, 1, 2]) friend.ask(id, 'hang')
    await settled()
    expect(axon.counters).toMatchObject({ callsRunning: 4, callsQueued: 2 })
  },
  async maxRunningPerCaller() {
    const { caller, axon } = await bound({ maxRunningPerCaller: 1 })
    const [a, b] = [await caller('a'), await caller('b')]
    for (const id of [0, 1]) a.ask(id, 'hang')
    b.ask(0, 'hang')
    await settled()
    expect(axon.counters).toMatchObject({ callsRunning: 2, callsQueued: 1 })
  },
  async maxQueued() {
    const { caller, axon, refused } = await bound({ maxRunning: 1, maxQueued: 2 })
    const callers = [await caller('a'), await caller('b'), await caller('c'), await caller('d')]
    for (const one of callers) one.ask(0, 'hang')
    await settled()
    expect(axon.counters).toMatchObject({ callsRunning: 1, callsQueued: 2 })
    expect(callers.map(({ told }) => told.get(0))).toEqual([undefined, undefined, undefined, 'overloaded'])
    expect(refused()).toEqual({ queueFull: 1 })
  },
  async maxQueuedPerCaller() {
    const { caller, refused } = await bound({ maxRunning: 1, maxQueuedPerCaller: 1 })
    const [a, b] = [await caller('a'), await caller('b')]
    for (const id of [0, 1, 2]) a.ask(id, 'hang')
    b.ask(0, 'hang')
    await settled()
    expect([a.told.get(1), a.told.get(2), b.told.get(0)]).toEqual([undefined, 'overloaded', undefined])
    expect(refused()).toEqual({ queueFull: 1 })
  },
  async maxAdmitting() {
    const { caller, axon, refused } = await bound(
      { maxAdmitting: 2 },
      { verify: () => new Promise(() => {}) },
    )
    const callers = [await caller('a'), await caller('b'), await caller('c')]
    for (const one of callers) one.ask(0)
    await settled()
    expect(axon.counters.callsAdmitting).toBe(2)
    expect(callers.map(({ told }) => told.get(0))).toEqual([undefined, undefined, 'overloaded'])
    expect(refused()).toEqual({ admittingFull: 1 })
  },
  async maxAdmittingPerCaller() {
    const { caller, refused } = await bound(
      { maxAdmittingPerCaller: 1 },
      { verify: () => new Promise(() => {}) },
    )
    const [a, b] = [await caller('a'), await caller('b')]
    for (const id of [0, 1]) a.ask(id)
    b.ask(0)
    await settled()
    expect([a.told.get(0), a.told.get(1), b.told.get(0)]).toEqual([undefined, 'overloaded', undefined])
    expect(refused()).toEqual({ admittingFull: 1 })
  },
  async maxRequestBytes() {
    const { caller, refused } = await bound({ maxRequestBytes: 3_000 })
    const callers = [await caller('a'), await caller('b'), await caller('c')]
    for (const one of callers) one.say(packed('hang', 1_500))
    await settled()
    expect(callers.map(({ told }) => told.get(0))).toEqual([undefined, undefined, 'overloaded'])
    expect(refused()).toEqual({ requestBytesFull: 1 })
    // What has had its last word leaves room.
    callers[0]?.cancel(0)
    await settled()
    const [fourth] = [await caller('d')]
    fourth.say(packed('hang', 1_500))
    await settled()
    expect(fourth.told.get(0)).toBeUndefined()
  },
  async maxRequestBytesPerCaller() {
    const { caller, refused } = await bound({ maxRequestBytesPerCaller: 3_000 })
    const [a, b] = [await caller('a'), await caller('b')]
    const again = await caller('a')
    a.say(packed('hang', 1_500))
    b.say(packed('hang', 5_000))
    await settled()
    again.say(packed('hang', 1_501))
    await settled()
    // One alone may be of any size.
    expect([a.told.get(0), again.told.get(0), b.told.get(0)]).toEqual([undefined, 'overloaded', undefined])
    expect(refused()).toEqual({ requestBytesFull: 1 })
  },
  async maxCallsPerConnection() {
    const { caller, refused } = await bound({ maxCallsPerConnection: 2 })
    const [a, b] = [await caller('a'), await caller('a')]
    for (const id of [0, 1, 2]) a.ask(id, 'hang')
    b.ask(0, 'hang')
    await settled()
    expect([a.told.get(1), a.told.get(2), b.told.get(0)]).toEqual([undefined, 'overloaded', undefined])
    expect(refused()).toEqual({ connectionBusy: 1 })
  },
  async maxUnfinishedBytes() {
    const { axon, refused } = await bound({ maxUnfinishedBytes: 200_000 }, { carrier: webSocketCarrier() })
    const callers = await Promise.all(
      ['a', 'b'].map(async (name) => {
        const channel = await RawChannel.dial(axon.address)
        const signer = keyPairFromUri(`//${name}`, { scheme: 'ed25519' })
        const session = await connectSession(channel, { signer, staticKey, hotkey: axon.hotkey })
        const closed = new Promise<number>((resolve) =>
          session.receive({ onMessage: () => {}, onClose: resolve }),
        )
        return { peer: channel.peer, closed }
      }),
    )
    const [a, b] = callers as [(typeof callers)[0], (typeof callers)[0]]
    const message = rawFrame(new Uint8Array(300_000))
    a.peer.write(message.subarray(0, 120_000))
    b.peer.write(message.subarray(0, 75_000))
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(refused()).toEqual({})
    b.peer.write(message.subarray(75_000, 90_000))
    // Of which most has come goes.
    expect(await a.closed).toBe(4432)
    expect(refused()).toEqual({ slowSender: 1 })
    expect(b.peer.isClosed).toBe(false)
    b.peer.end()
  },
  async maxUnreadBytes() {
    const { caller, refused, unread } = await bound({ maxUnreadBytes: 100_000 })
    const a = await caller('a')
    unread[0] = 99_000
    a.ask(0)
    await settled()
    expect([a.told.get(0), a.closedWith]).toEqual([0, undefined])
    unread[0] = 100_001
    a.ask(1)
    await settled()
    expect([a.closedWith, refused()]).toEqual([4431, { slowReader: 1 }])
  },
  async maxTotalUnreadBytes() {
    const { caller, refused, unread } = await bound({ maxTotalUnreadBytes: 100_000 })
    const [a, b] = [await caller('a'), await caller('b')]
    unread[0] = 60_000
    unread[1] = 39_000
    a.ask(0)
    b.ask(0)
    await settled()
    expect([a.closedWith, b.closedWith, refused()]).toEqual([undefined, undefined, {}])
    unread[1] = 40_001
    b.ask(1)
    await settled()
    // Who keeps most waiting goes.
    expect([a.closedWith, b.closedWith, refused()]).toEqual([4431, undefined, { slowReader: 1 }])
  },
  async handshakeMs() {
    const { scene: at, clock } = await timed({ handshakeMs: 700 })
    const silent = await at.stranger()
    await clock.run({ untilMs: 699 })
    expect(silent.closedWith).toBeUndefined()
    await clock.run({ untilMs: 700 })
    await settled()
    expect([silent.closedWith, at.refused]).toEqual([4403, { handshakeTimeout: 1 }])
  },
  async idleMs() {
    const { scene: at, clock } = await timed({ idleMs: 700 })
    const [idle, busy] = [await at.caller('a'), await at.caller('b')]
    busy.ask(0, 'hang')
    await settled()
    await clock.run({ untilMs: 699 })
    expect(idle.closedWith).toBeUndefined()
    await clock.run({ untilMs: 700 })
    await settled()
    expect([idle.closedWith, busy.closedWith]).toEqual([4408, undefined])
  },
  async maxCallMs() {
    const { scene: at, clock } = await timed({ maxCallMs: 700 })
    const caller = await at.caller('a')
    caller.ask(0, 'hang', 60_000)
    caller.ask(1, 'hang', 300)
    await settled()
    await clock.run({ untilMs: 699 })
    expect([...caller.told]).toEqual([[1, 'timeout']])
    await clock.run({ untilMs: 700 })
    await settled()
    expect(caller.told.get(0)).toBe('timeout')
    expect(at.axon.counters.failed).toEqual({ timeout: 2 })
  },
  async overrunMs() {
    const { scene: at, clock } = await timed({ overrunMs: 700 })
    const parts: string[] = []
    at.axon.on('fault', ({ part }) => parts.push(part))
    const caller = await at.caller('a')
    caller.ask(0, 'hang', 100)
    await settled()
    await clock.run({ untilMs: 799 })
    expect(parts).toEqual([])
    await clock.run({ untilMs: 800 })
    expect(parts).toEqual(['handler'])
  },
  async stopMs() {
    const { scene: at, clock } = await timed({ stopMs: 700 })
    const caller = await at.caller('a')
    caller.ask(0, 'hang')
    await settled()
    const stopping = at.axon.stop()
    await settled()
    await clock.run({ untilMs: 699 })
    expect([at.axon.state, caller.closedWith]).toEqual(['stopping', undefined])
    await clock.run({ untilMs: 700 })
    await stopping
    await settled()
    expect([at.axon.state, caller.closedWith]).toEqual(['stopped', 1001])
  },
}

/** A request of so many bytes in all. */
function packed(synapse: string, bytes: number): Uint8Array {
  const of = (length: number): Uint8Array =>
    packValue([1, 0, false, synapse, 60_000, 0, new Uint8Array(length)])
  const request = of(bytes - (of(1_000).length - 1_000))
  expect(request.length).toBe(bytes)
  return request
}

/** A scene in parts. */
async function bound(limits: Partial<AxonLimits>, options?: Partial<AxonOptions>) {
  const made = await scene(limits, options)
  return {
    axon: made.axon,
    unread: made.unread,
    caller: (name: string) => made.caller(name),
    stranger: () => made.stranger(),
    refused: () => made.refused,
  }
}

describe('a limit of an axon', () => {
  it.each(Object.entries(proofs))(
    '%s lets in what it allows, and refuses one more by name',
    async (_name, prove) => {
      await prove()
    },
  )

  it('has a default', () => {
    expect(Object.keys(proofs).sort()).toEqual(Object.keys(defaultAxonLimits).sort())
  })
})
