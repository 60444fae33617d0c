import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import {
  CallFailedError,
  Dendrite,
  DendriteClosedError,
  defaultDendriteLimits,
  PoolFullError,
} from '../../../src/dendrite/index.js'
import { defineStream, defineSynapse, packValue } from '../../../src/synapse/index.js'
import {
  acceptSession,
  type Carrier,
  closeCodes,
  createMemoryNetwork,
  generateNoiseKeyPair,
  type SecureSession,
} from '../../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })

/** A server that is proven and then does what the test says with each message. */
async function lyingServer(
  carrier: Carrier,
  reply: (session: SecureSession, call: number) => void,
): Promise<{ hotkey: typeof alice.hotkey; host: string; port: number }> {
  let calls = 0
  const listener = await carrier.listen({
    host: 'liar',
    port: 1,
    maxFrameBytes: 1 << 20,
    maxConnections: 8,
    onChannel: async (channel) => {
      const session = await acceptSession(channel, { signer: alice, staticKey: generateNoiseKeyPair() })
      session.receive({ onMessage: () => reply(session, calls++), onClose: () => {} })
    },
  })
  return { hotkey: alice.hotkey, ...listener.address }
}

describe('Dendrite with a server that lies', () => {
  it.each([
    ['no msgpack', Uint8Array.of(0xc1)],
    ['an answer to a call that was never made', packValue([4, 77, 1])],
    ['a chunk for a call with one answer', packValue([5, 0, 1])],
    ['an end without an answer', packValue([6, 0, 0])],
    ['a status outside the set', packValue([6, 0, 99])],
  ])('ends the call as malformed on %s', async (_what, message) => {
    const carrier = createMemoryNetwork()
    const target = await lyingServer(carrier, (session) => session.send(message))
    const dendrite = new Dendrite({ signer: bob, carrier })
    expect((await dendrite.call(double, target, 1)).status).toBe('malformed')
    await dendrite.close()
  })

  it('ends a stream as malformed when more chunks come than were asked for', async () => {
    const carrier = createMemoryNetwork()
    const target = await lyingServer(carrier, (session) => {
      for (let i = 0; i < 5; i++) session.send(packValue([5, 0, i]))
    })
    const dendrite = new Dendrite({ signer: bob, carrier, limits: { streamCredit: 4 } })
    const read = async (): Promise<void> => {
      for await (const chunk of dendrite.stream(count, target, 1)) expect(chunk).toBeLessThan(4)
    }
    await expect(read()).rejects.toMatchObject({ status: 'malformed' })
    await dendrite.close()
  })

  it('ends a stream as malformed when a chunk does not fit the schema', async () => {
    const carrier = createMemoryNetwork()
    const target = await lyingServer(carrier, (session) => session.send(packValue([5, 0, 'one'])))
    const dendrite = new Dendrite({ signer: bob, carrier })
    const error = await dendrite
      .stream(count, target, 1)
      .next()
      .catch((reason) => reason)
    expect(error).toBeInstanceOf(CallFailedError)
    expect(error.status).toBe('malformed')
    await dendrite.close()
  })

  it('dials once more when the server was idle at the other end, and not for ever', async () => {
    const carrier = createMemoryNetwork()
    const once = await lyingServer(carrier, (session, call) => {
      session.send(packValue(call === 0 ? [7, 0, 9] : [4, 0, 42]))
      if (call === 0) session.close(closeCodes.idle)
    })
    const dendrite = new Dendrite({ signer: bob, carrier })
    expect(await dendrite.call(double, once, 1)).toMatchObject({ status: 'ok', answer: 42 })
    await dendrite.close()
    const other = createMemoryNetwork()
    let calls = 0
    const always = await lyingServer(other, (session) => {
      calls++
      session.send(packValue([7, 0, 9]))
      session.close(closeCodes.idle)
    })
    const patient = new Dendrite({ signer: bob, carrier: other })
    expect(await patient.call(double, always, 1)).toMatchObject({ status: 'unreachable', unhandled: true })
    expect(calls).toBe(2)
    await patient.close()
  })

  it('does not call again when the connection was lost after the request was written', async () => {
    const carrier = createMemoryNetwork()
    let calls = 0
    const target = await lyingServer(carrier, (session) => {
      calls++
      session.close(closeCodes.goingAway)
    })
    const dendrite = new Dendrite({ signer: bob, carrier })
    expect((await dendrite.call(double, target, 1)).status).toBe('unreachable')
    expect(calls).toBe(1)
    await dendrite.close()
  })

  it('takes new calls elsewhere when the server says that it goes away', async () => {
    const carrier = createMemoryNetwork()
    const sessions = new Set<SecureSession>()
    const target = await lyingServer(carrier, (session) => {
      sessions.add(session)
      session.send(packValue([7, 1, 9]))
      session.send(packValue([4, 0, 1]))
    })
    const dendrite = new Dendrite({ signer: bob, carrier })
    for (let i = 0; i < 2; i++) expect((await dendrite.call(double, target, 1)).status).toBe('ok')
    expect(sessions.size).toBe(2)
    await dendrite.close()
  })
})

describe('Dendrite on a virtual clock', () => {
  /** Calls of three callers with latency, a slow handler, a deadline and a stream; every event with its time. */
  const history = async (): Promise<unknown[]> => {
    const clock = new VirtualClock()
    const carrier = createMemoryNetwork({ clock, latencyMs: 15 })
    const log: unknown[] = []
    const axon = new Axon({
      signer: alice,
      carrier,
      clock,
      host: '10.0.0.1',
      port: 80,
      limits: { maxRunning: 1 },
    })
    axon.handle(double, async (value) => {
      await new Promise<void>((resolve) => void clock.setTimer(resolve, value))
      return 2 * value
    })
    axon.handle(count, async function* (to) {
      for (let i = 0; i < to; i++) yield i
    })
    axon.on('connected', ({ remote }) => log.push(['connected', remote, clock.now()]))
    axon.on('failed', ({ status }) => log.push(['failed', status, clock.now()]))
    await axon.start()
    const target = { hotkey: axon.hotkey, ...axon.address }
    const dendrites = [bob, keyPairFromUri('//Charlie', { scheme: 'ed25519' })].map(
      (signer) => new Dendrite({ signer, carrier, clock }),
    )
    const work = dendrites.flatMap((dendrite, who) => [
      ...[100, 40, 5_000].map(async (value) => {
        const { status, elapsedMs } = await dendrite.call(double, target, value, { timeoutMs: 1_000 })
        log.push([who, value, status, elapsedMs, clock.now()])
      }),
      (async () => {
        for await (const chunk of dendrite.stream(count, target, 3))
          log.push([who, 'chunk', chunk, clock.now()])
      })(),
    ])
    let isDone = false
    const all = Promise.all(work).then(() => {
      isDone = true
    })
    await clock.run({ until: () => isDone })
    await all
    await Promise.all([axon.stop(), clock.run({ untilMs: clock.now() + 10_000 })])
    return log
  }

  it('has the same history every time', async () => {
    const first = await history()
    expect(await history()).toEqual(first)
    // A dial takes 15 ms, the handshake's three messages 45, and the request travels with the third one's heels.
    expect(first.slice(0, 2)).toEqual([
      ['connected', 'memory:0', 60],
      ['connected', 'memory:1', 60],
    ])
    expect(first).toContainEqual([0, 100, 'ok', 175, 175])
    expect(first).toContainEqual([0, 5_000, 'timeout', 1_000, 1_000])
  })

  it('closes idle connections when their time has come', async () => {
    const clock = new VirtualClock()
    const carrier = createMemoryNetwork({ clock })
    const axon = new Axon({ signer: alice, carrier, clock })
    axon.handle(double, (value) => 2 * value)
    await axon.start()
    const closed: unknown[] = []
    axon.on('disconnected', ({ code }) => closed.push([code, clock.now()]))
    const dendrite = new Dendrite({ signer: bob, carrier, clock })
    const call = dendrite.call(double, { hotkey: axon.hotkey, ...axon.address }, 1)
    await clock.run({ untilMs: 29_999 })
    expect((await call).status).toBe('ok')
    expect([dendrite.connectionCount, closed]).toEqual([1, []])
    await clock.run({ untilMs: 30_000 })
    expect([dendrite.connectionCount, closed]).toEqual([0, [[1000, 30_000]]])
    await axon.stop()
  })

  it('gives up a dial that leads nowhere when its time is up', async () => {
    const clock = new VirtualClock()
    const carrier = createMemoryNetwork({ clock })
    const silent = await carrier.listen({
      host: 'a',
      port: 1,
      maxFrameBytes: 1_024,
      maxConnections: 1,
      onChannel: (channel) => channel.receive({ onFrame: () => {}, onClose: () => {} }),
    })
    const dendrite = new Dendrite({ signer: bob, carrier, clock })
    const target = { hotkey: alice.hotkey, ...silent.address }
    const call = dendrite.call(double, target, 1, { timeoutMs: 60_000 })
    await clock.run({ untilMs: 5_000 })
    expect(await call).toMatchObject({ status: 'timeout', elapsedMs: 5_000 })
    expect(dendrite.connectionCount).toBe(0)
  })
})

describe('Dendrite with a server that vanishes without a word', () => {
  it('dials again after two calls in a row went unanswered', async () => {
    const clock = new VirtualClock()
    const carrier = createMemoryNetwork({ clock })
    const sessions = new Set<SecureSession>()
    const target = await lyingServer(carrier, (session, call) => {
      sessions.add(session)
      if (call === 0 || sessions.size > 1) session.send(packValue([4, 0, call]))
    })
    const dendrite = new Dendrite({ signer: bob, carrier, clock })
    const statuses: string[] = []
    for (let i = 1; i <= 4; i++) {
      const call = dendrite.call(double, target, 1, { timeoutMs: 100 })
      await clock.run({ untilMs: i * 1_000 })
      statuses.push((await call).status)
    }
    expect(statuses).toEqual(['ok', 'timeout', 'timeout', 'ok'])
    expect(sessions.size).toBe(2)
    expect(dendrite.connectionCount).toBe(1)
    await dendrite.close()
  })

  it('dials again after one call that was given up, by whomever, when nothing was heard for half a second', async () => {
    const clock = new VirtualClock()
    const carrier = createMemoryNetwork({ clock })
    const sessions = new Set<SecureSession>()
    const target = await lyingServer(carrier, (session, call) => {
      sessions.add(session)
      if (call === 0 || sessions.size > 1) session.send(packValue([4, 0, call]))
    })
    const dendrite = new Dendrite({ signer: bob, carrier, clock })
    const statuses: string[] = []
    for (const [i, cancelledAfterMs] of [5_000, 400, 500, 5_000].entries()) {
      const controller = new AbortController()
      const timer = clock.setTimer(() => controller.abort(), cancelledAfterMs)
      const call = dendrite.call(double, target, 1, { signal: controller.signal })
      await clock.run({ untilMs: (i + 1) * 1_000 })
      statuses.push((await call).status)
      timer.cancel()
    }
    expect(statuses).toEqual(['ok', 'cancelled', 'cancelled', 'ok'])
    expect(sessions.size).toBe(2)
    await dendrite.close()
  })
})

describe('errors of dendrite', () => {
  it('say what they are', () => {
    expect(new DendriteClosedError()).toMatchObject({
      name: 'DendriteClosedError',
      code: 'DendriteClosed',
      shortMessage: 'The dendrite is closed.',
    })
    expect(new PoolFullError({ maxConnections: 3 })).toMatchObject({
      name: 'PoolFullError',
      code: 'PoolFull',
      maxConnections: 3,
      shortMessage: 'All 3 connections are busy.',
    })
    const failure = { status: 'failed', reason: 'The handler failed.', unhandled: false } as const
    const failed = new CallFailedError({ synapse: 'count', ...failure, requestId: 'order-7' })
    expect(failed).toMatchObject({
      name: 'CallFailedError',
      code: 'CallFailed',
      ...failure,
      requestId: 'order-7',
    })
    expect(failed.shortMessage).toBe('The call of count ended as failed: The handler failed.')
    const limits = { streamCredit: 0 }
    expect(() => new Dendrite({ signer: bob, limits })).toThrow('Invalid limits.streamCredit')
    expect(Object.values(defaultDendriteLimits).every((limit) => limit > 0)).toBe(true)
  })
})
