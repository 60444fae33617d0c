import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import {
  Dendrite,
  type DendriteLimits,
  defaultDendriteLimits,
  type Target,
} from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineStream, defineSynapse, packValue } from '../../../src/synapse/index.js'
import {
  acceptSession,
  createMemoryNetwork,
  generateNoiseKeyPair,
  type SecureSession,
} from '../../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const echo = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.unknown() })
const hang = defineSynapse({ name: 'hang', request: z.unknown(), answer: z.unknown() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** An axon, and a dendrite with limits that calls it. */
async function scene(limits: Partial<DendriteLimits>, clock?: VirtualClock) {
  const carrier = createMemoryNetwork(clock === undefined ? {} : { clock })
  const timed = clock === undefined ? {} : { clock }
  const dendrite = new Dendrite({ signer: bob, carrier, limits, ...timed })
  closers.push(() => dendrite.close())
  const targets: Target[] = []
  for (const name of ['a', 'b', 'c']) {
    const axon = new Axon({
      signer: keyPairFromUri(`//${name}`, { scheme: 'ed25519' }),
      carrier,
      host: name,
      port: 1,
      logger: silentLogger,
      limits: { stopMs: 1, maxRunningPerCaller: 64 },
    })
    axon.handle(echo, (value) => value)
    axon.handle(hang, () => new Promise(() => {}))
    axon.handle(count, async function* (to) {
      for (let i = 0; i < to; i++) yield i
      await new Promise(() => {})
    })
    await axon.start()
    targets.push({ hotkey: axon.hotkey, ...axon.address })
  }
  const [a, b, c] = targets as [Target, Target, Target]
  return { dendrite, carrier, a, b, c }
}

/** A server that proves its key and then does what the test says. */
async function lying(
  carrier: ReturnType<typeof createMemoryNetwork>,
  reply: (session: SecureSession) => void,
): Promise<Target> {
  const listener = await carrier.listen({
    host: 'liar',
    port: 1,
    maxFrameBytes: 1 << 20,
    maxConnections: 8,
    onChannel: async (channel) => {
      const session = await acceptSession(channel, { signer: alice, staticKey: generateNoiseKeyPair() })
      session.receive({ onMessage: () => reply(session), onClose: () => {} })
    },
  })
  return { hotkey: alice.hotkey, ...listener.address }
}

/** How a call ends on virtual time, at this moment of it. */
async function endAt(
  clock: VirtualClock,
  ms: number,
  call: Promise<{ readonly status: string }>,
): Promise<string> {
  let status = 'open'
  void call.then((result) => {
    status = result.status
  })
  await clock.run({ untilMs: ms })
  await settled()
  return status
}

const proofs: { readonly [Name in keyof DendriteLimits]: () => Promise<void> } = {
  async maxFrameBytes() {
    const { dendrite, carrier, a } = await scene({ maxFrameBytes: 4_096 })
    expect((await dendrite.call(echo, a, new Uint8Array(3_900))).status).toBe('ok')
    // Either way: what is asked is never sent, what is answered is not read.
    expect(await dendrite.call(echo, a, new Uint8Array(4_097))).toMatchObject({ status: 'tooLarge' })
    const liar = await lying(carrier, (session) => session.send(packValue([4, 0, new Uint8Array(4_097)])))
    expect(await dendrite.call(echo, liar, 1)).toMatchObject({ status: 'tooLarge' })
  },
  async maxConnections() {
    const { dendrite, a, b, c } = await scene({ maxConnections: 2 })
    void dendrite.call(hang, a, 1)
    void dendrite.call(hang, b, 1)
    await settled()
    expect(dendrite.connectionCount).toBe(2)
    expect(await dendrite.call(echo, c, 1)).toMatchObject({
      status: 'overloaded',
      reason: 'All 2 connections are busy.',
    })
    expect((await dendrite.call(echo, a, 1)).status).toBe('ok')
  },
  async maxCallsPerConnection() {
    const { dendrite, a } = await scene({ maxCallsPerConnection: 2 })
    const controller = new AbortController()
    void dendrite.call(hang, a, 1, { signal: controller.signal })
    await settled()
    expect((await dendrite.call(echo, a, 1)).status).toBe('ok')
    void dendrite.call(hang, a, 2)
    let status = ''
    void dendrite.call(echo, a, 3).then((result) => {
      status = result.status
    })
    await settled()
    expect(status).toBe('')
    controller.abort()
    await settled()
    expect(status).toBe('ok')
  },
  async maxQueuedPerConnection() {
    const { dendrite, a, b } = await scene({ maxCallsPerConnection: 1, maxQueuedPerConnection: 1 })
    void dendrite.call(hang, a, 1)
    await settled()
    void dendrite.call(hang, a, 2)
    await settled()
    expect((await dendrite.call(echo, a, 3)).status).toBe('overloaded')
    expect((await dendrite.call(echo, b, 3)).status).toBe('ok')
  },
  async streamCredit() {
    const { dendrite, carrier } = await scene({ streamCredit: 3 })
    const chunks = (many: number) => (session: SecureSession) => {
      for (let i = 0; i < many; i++) session.send(packValue([5, 0, i]))
      session.send(packValue([6, 0, 0]))
    }
    let many = 3
    const liar = await lying(carrier, (session) => chunks(many)(session))
    const got: number[] = []
    for await (const chunk of dendrite.stream(count, liar, 0)) got.push(chunk)
    expect(got).toEqual([0, 1, 2])
    many = 4
    await dendrite.close()
    const other = new Dendrite({ signer: bob, carrier, limits: { streamCredit: 3 } })
    closers.push(() => other.close())
    const read = async (): Promise<void> => {
      for await (const _chunk of other.stream(count, liar, 0)) {
        // A reader who takes them one at a time, and so gives leave for more only now and then.
      }
    }
    await expect(read()).rejects.toMatchObject({ status: 'malformed' })
  },
  async dialMs() {
    const clock = new VirtualClock()
    const { dendrite, carrier } = await scene({ dialMs: 700 }, clock)
    const silent = await carrier.listen({
      host: 'silent',
      port: 1,
      maxFrameBytes: 1_024,
      maxConnections: 1,
      onChannel: (channel) => channel.receive({ onFrame: () => {}, onClose: () => {} }),
    })
    const call = dendrite.call(echo, { hotkey: alice.hotkey, ...silent.address }, 1, { timeoutMs: 60_000 })
    expect(await endAt(clock, 699, call)).toBe('open')
    expect(await endAt(clock, 700, call)).toBe('timeout')
  },
  async idleMs() {
    const clock = new VirtualClock()
    const { dendrite, a } = await scene({ idleMs: 700 }, clock)
    expect(await endAt(clock, 1, dendrite.call(echo, a, 1))).toBe('ok')
    await clock.run({ untilMs: 699 })
    expect(dendrite.connectionCount).toBe(1)
    await clock.run({ untilMs: 701 })
    expect(dendrite.connectionCount).toBe(0)
  },
  async callMs() {
    const clock = new VirtualClock()
    const { dendrite, a } = await scene({ callMs: 700 }, clock)
    const call = dendrite.call(hang, a, 1)
    expect(await endAt(clock, 699, call)).toBe('open')
    expect(await endAt(clock, 700, call)).toBe('timeout')
  },
  async streamMs() {
    const clock = new VirtualClock()
    const { dendrite, a } = await scene({ streamMs: 700 }, clock)
    const stream = dendrite.stream(count, a, 1)
    const first = stream.next()
    await clock.run({ untilMs: 10 })
    expect((await first).value).toBe(0)
    const next = stream.next().then(
      () => ({ status: 'ok' }),
      (error) => ({ status: String(error.status) }),
    )
    expect(await endAt(clock, 699, next)).toBe('open')
    expect(await endAt(clock, 700, next)).toBe('timeout')
  },
}

describe('a limit of a dendrite', () => {
  it.each(Object.entries(proofs))(
    '%s lets in what it allows, and refuses one more by name',
    async (_name, prove) => {
      await prove()
    },
  )

  it('has a default', () => {
    expect(Object.keys(proofs).sort()).toEqual(Object.keys(defaultDendriteLimits).sort())
  })
})
