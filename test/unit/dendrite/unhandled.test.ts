import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonOptions } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite, type DendriteOptions, failureOf } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineStream, defineSynapse, encodeServerMessage, packValue } from '../../../src/synapse/index.js'
import {
  acceptSession,
  closeCodes,
  createMemoryNetwork,
  generateNoiseKeyPair,
  type SecureSession,
} from '../../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const echo = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.unknown() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** An axon that answers and somebody to call it; what its handler was asked. */
async function scene(axonOptions: Partial<AxonOptions> = {}, options: Partial<DendriteOptions> = {}) {
  const carrier = createMemoryNetwork()
  const axon = new Axon({ signer: alice, carrier, logger: silentLogger, ...axonOptions })
  const asked: unknown[] = []
  const strict = defineSynapse({ name: 'strict', request: z.number(), answer: z.unknown() })
  const broken = defineSynapse({
    name: 'broken',
    request: z.unknown().transform(() => {
      throw new TypeError('a schema of theirs')
    }),
    answer: z.unknown(),
  })
  axon.handle(strict, (request) => void asked.push(request))
  axon.handle(broken, (request) => void asked.push(request))
  axon.handle(echo, async (request, { signal }) => {
    asked.push(request)
    if (request === 'fail') throw new TypeError('broken')
    if (request === 'large') return new Uint8Array(2 << 20)
    if (request === 'hang') await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return request
  })
  await axon.start()
  const dendrite = new Dendrite({ signer: bob, carrier, ...options })
  closing.push(
    () => dendrite.close(),
    () => axon.stop(),
  )
  return { carrier, axon, dendrite, asked, target: { hotkey: axon.hotkey, ...axon.address } }
}

/** Status and `unhandled` of a call that fails. */
async function endOf(call: Promise<{ status: string; unhandled?: boolean }>): Promise<unknown[]> {
  const { status, unhandled } = await call
  return [status, unhandled]
}

const anyOf = (name: string) => defineSynapse({ name, request: z.unknown(), answer: z.unknown() })

describe('unhandled is true', () => {
  it('where the request never left', async () => {
    const { dendrite, target, asked } = await scene(
      {},
      { limits: { maxFrameBytes: 4_096, maxConnections: 1 } },
    )
    const nobody = { ...target, port: 1 }
    expect(await endOf(dendrite.call(echo, nobody, 1))).toEqual(['unreachable', true])
    const other = { ...target, hotkey: bob.hotkey }
    expect(await endOf(dendrite.call(echo, other, 1))).toEqual(['unauthenticated', true])
    expect(await endOf(dendrite.call(echo, target, new Uint8Array(5_000)))).toEqual(['tooLarge', true])
    const { signal } = new AbortController()
    expect(await endOf(dendrite.call(echo, target, 1, { signal: AbortSignal.abort() }))).toEqual([
      'cancelled',
      true,
    ])
    const busy = dendrite.call(echo, target, 'hang', { signal, timeoutMs: 1_500 })
    expect(await endOf(dendrite.call(echo, nobody, 1))).toEqual(['overloaded', true])
    expect(await endOf(busy)).toEqual(['timeout', false])
    expect(asked).toEqual(['hang'])
  })

  it('where a getter of its own body gave it up, which leaves nothing behind', async () => {
    const { dendrite, target, asked } = await scene({}, { limits: { idleMs: 50 } })
    expect(await dendrite.call(echo, target, 1)).toMatchObject({ status: 'ok' })
    const controller = new AbortController()
    const body = {
      get cancelled() {
        controller.abort()
        return 1
      },
    }
    expect(await endOf(dendrite.call(echo, target, body, { signal: controller.signal }))).toEqual([
      'cancelled',
      true,
    ])
    while (dendrite.connectionCount > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(asked).toEqual([1])
  })

  it('where it waited at the client until the end', async () => {
    const limits = { maxCallsPerConnection: 1, maxQueuedPerConnection: 1 }
    const { dendrite, target, asked } = await scene({}, { limits })
    const running = dendrite.call(echo, target, 'hang', { timeoutMs: 20_000 })
    const waiting = dendrite.call(echo, target, 2, { timeoutMs: 200 })
    expect(await endOf(dendrite.call(echo, target, 3))).toEqual(['overloaded', true])
    expect(await endOf(waiting)).toEqual(['timeout', true])
    const last = dendrite.call(echo, target, 4)
    await new Promise((resolve) => setImmediate(resolve))
    await dendrite.close()
    expect(await endOf(running)).toEqual(['unreachable', false])
    expect(await endOf(last)).toEqual(['unreachable', true])
    expect(asked).toEqual(['hang'])
  })

  it('where the server refused it before its handler', async () => {
    const refusing = { blacklist: ({ request }: { request: unknown }) => request === 'no' }
    const { dendrite, target, asked } = await scene({ ...refusing, limits: { maxRunning: 1, maxQueued: 1 } })
    expect(await endOf(dendrite.call(anyOf('none'), target, 1))).toEqual(['unknownSynapse', true])
    expect(await endOf(dendrite.call(anyOf('strict'), target, 'text'))).toEqual(['malformed', true])
    expect(await endOf(dendrite.call(anyOf('broken'), target, 1))).toEqual(['failed', true])
    expect(await endOf(dendrite.call(echo, target, 'no'))).toEqual(['forbidden', true])
    const running = dendrite.call(echo, target, 'hang', { timeoutMs: 1_500 })
    const waiting = dendrite.call(echo, target, 2, { timeoutMs: 20_000 })
    expect(await endOf(dendrite.call(echo, target, 3))).toEqual(['overloaded', true])
    expect(await endOf(running)).toEqual(['timeout', false])
    await waiting
    expect(asked.slice(0, 1)).toEqual(['hang'])
  })

  it('where the time of the server was over while it waited there', async () => {
    const { dendrite, target, asked } = await scene({ limits: { maxRunning: 1, maxCallMs: 100 } })
    const running = dendrite.call(echo, target, 'hang')
    const waiting = dendrite.call(echo, target, 2)
    expect(await endOf(running)).toEqual(['timeout', false])
    const { status } = await waiting
    // It may have got the place of the first, which ended in the same instant.
    if (status === 'timeout') expect(asked).toEqual(['hang'])
  })

  it('where the server is stopping', async () => {
    const { axon, dendrite, target } = await scene()
    const running = dendrite.call(echo, target, 'hang', { timeoutMs: 1_500 })
    while (axon.counters.callsRunning === 0) await new Promise((resolve) => setImmediate(resolve))
    const stopping = axon.stop()
    expect(await endOf(dendrite.call(echo, target, 1))).toEqual(['unreachable', true])
    await running
    await stopping
  })

  it('where the server had too many connections, whatever was on its way', async () => {
    const { carrier, dendrite, target } = await scene({ limits: { maxConnectionsPerCaller: 1 } })
    const second = new Dendrite({ signer: bob, carrier })
    closing.push(() => second.close())
    expect((await dendrite.call(echo, target, 1)).status).toBe('ok')
    expect(await endOf(second.call(echo, target, 2))).toEqual(['overloaded', true])
  })
})

describe('unhandled is false', () => {
  it('where a handler began, or may have', async () => {
    const { axon, dendrite, target } = await scene({ limits: { stopMs: 10 } })
    expect(await endOf(dendrite.call(echo, target, 'fail'))).toEqual(['failed', false])
    expect(await endOf(dendrite.call(echo, target, 'large'))).toEqual(['tooLarge', false])
    const texts = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.string() })
    expect(await endOf(dendrite.call(texts, target, 1))).toEqual(['malformed', false])
    expect(await endOf(dendrite.call(echo, target, 'hang', { timeoutMs: 50 }))).toEqual(['timeout', false])
    const controller = new AbortController()
    const cut = dendrite.call(echo, target, 'hang', { signal: controller.signal })
    while (axon.counters.callsRunning === 0) await new Promise((resolve) => setImmediate(resolve))
    controller.abort()
    expect(await endOf(cut)).toEqual(['cancelled', false])
    while (axon.counters.callsRunning > 0) await new Promise((resolve) => setImmediate(resolve))
    const last = dendrite.call(echo, target, 'hang')
    while (axon.counters.callsRunning === 0) await new Promise((resolve) => setImmediate(resolve))
    await axon.stop()
    expect(await endOf(last)).toEqual(['unreachable', false])
  })

  it.each([
    ['goes away', closeCodes.goingAway, 'unreachable'],
    ['drops a slow reader', closeCodes.slowReader, 'overloaded'],
    ['does not like a message', closeCodes.badMessage, 'malformed'],
    ['does not like a frame', closeCodes.frameTooLarge, 'tooLarge'],
    ['is idle', closeCodes.idle, 'unreachable'],
    ['has too many connections', closeCodes.tooManyConnections, 'overloaded'],
    ['does not know the caller', closeCodes.wrongIdentity, 'unauthenticated'],
  ])(
    'where the server %s, says nothing of what it has read and closes after the request was on its way',
    async (_, code, status) => {
      const { dendrite, target } = await sayingServer((session) => session.close(code))
      expect(await endOf(dendrite.call(echo, target, 1))).toEqual([status, false])
    },
  )
})

/** A server that is proven and then does what the test says with each message. */
async function sayingServer(reply: (session: SecureSession) => void) {
  const carrier = createMemoryNetwork()
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
  const dendrite = new Dendrite({ signer: bob, carrier })
  closing.push(() => dendrite.close())
  return { dendrite, target: { hotkey: alice.hotkey, ...listener.address } }
}

describe('a server that says unhandled', () => {
  it('is believed for a status that is no success', async () => {
    const { dendrite, target } = await sayingServer((session) =>
      session.send(encodeServerMessage({ kind: 'end', id: 0, status: 'failed', unhandled: true })),
    )
    expect(await endOf(dendrite.call(echo, target, 1))).toEqual(['failed', true])
  })

  it('after it sent chunks breaks the protocol', async () => {
    const { dendrite, target } = await sayingServer((session) => {
      session.send(packValue([5, 0, 1]))
      session.send(packValue([6, 0, 4, true]))
    })
    const stream = dendrite.stream(count, target, 1)
    const end = async (): Promise<void> => {
      for await (const chunk of stream) expect(chunk).toBe(1)
    }
    await expect(end()).rejects.toMatchObject({ status: 'malformed', unhandled: false })
  })
})

describe('failureOf', () => {
  it('says a status in the words of the table', () => {
    expect(failureOf('forbidden', true)).toEqual({
      status: 'forbidden',
      reason: 'The server does not serve this caller or this request.',
      unhandled: true,
    })
  })
})
