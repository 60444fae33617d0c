import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AxonOptions, RefusalReason } from '../../../src/axon/index.js'
import { type KeyPair, keyPairFromUri } from '../../../src/crypto/index.js'
import type { Dendrite } from '../../../src/dendrite/index.js'
import { type HttpServerOptions, httpClient, httpServer } from '../../../src/http/index.js'
import { signLegacy } from '../../../src/http/legacy/signLegacy.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { RawPeer } from '../../support/RawPeer.js'
import { dendriteOf, endAll, kept, type Serving, serve, until } from './serving.js'

/**
 * Times are those of a machine that is busy with other tests: what must hold is that an end comes, and not long after its time. Limits are
 * long enough for those who are honest, and to the millisecond in virtual time (`test/unit/axon/limits.test.ts`).
 */
const LATE_MS = 10_000
const PROTOCOL = 'bt_header'
const bob = keyPairFromUri('//Bob')
const mallory = keyPairFromUri('//Mallory')
/** Of more bytes than the machine keeps for who does not read. */
const large = defineSynapse({ name: 'Large', request: z.object({}), answer: z.object({ text: z.string() }) })
const endless = defineStream({ name: 'Endless', request: z.object({}), chunk: z.string() })
const ask = defineSynapse({ name: 'Ask', request: z.object({}), answer: z.object({}) })
const TEXT = 'x'.repeat(900_000)

endAll()

interface HttpServing extends Serving {
  /** Expects that calls over HTTP and in a session are answered. */
  readonly expectAll: () => Promise<void>
}

async function serveHttp(
  options: Partial<AxonOptions> & { readonly upgradeMs?: number } = {},
  http: Partial<HttpServerOptions> = {},
): Promise<HttpServing> {
  const serving = await serve({ transports: [httpServer({ protocols: [PROTOCOL], ...http })], ...options })
  serving.axon.handle(large, () => ({ text: TEXT }))
  serving.axon.handle(ask, () => ({}))
  serving.axon.handle(endless, async function* () {
    for (;;) yield TEXT
  })
  const caller = overHttp(bob)
  return {
    ...serving,
    async expectAll() {
      await serving.expectHonest()
      const result = await caller.call(ask, serving.target, {}, { timeoutMs: 60_000 })
      expect(result.status).toBe('ok')
    },
  }
}

const overHttp = (signer: KeyPair): Dendrite =>
  dendriteOf(signer, { transport: httpClient({ protocol: PROTOCOL }) })

let signed = 0n

/** A right request, but for what is changed in its text. */
function requestOf(
  { target }: Pick<Serving, 'target'>,
  synapse: string,
  {
    signer = mallory,
    length = 2,
    timeoutMs = 12_000,
  }: { signer?: KeyPair; length?: number; timeoutMs?: number } = {},
): string {
  const nonce = BigInt(Date.now()) * 1_000_000n + ++signed
  const draft = { signer, synapse, body: {}, hashFields: [], target, uuid: 'u', nonce, timeoutMs }
  const headers = {
    ...signLegacy(draft),
    'content-type': 'application/json',
    'content-length': String(length),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST /${synapse} HTTP/1.1\r\nHost: x\r\n${lines.join('')}\r\n${'{}'.slice(0, length)}`
}

async function connected(serving: Serving): Promise<RawPeer> {
  return kept(await RawPeer.connect(serving.address))
}

const refusedTimes = ({ axon }: Serving, reason: RefusalReason): number => axon.counters.refused[reason] ?? 0

describe('over HTTP, somebody who', () => {
  it('drips the headers of a first request: is dropped when the time for them is up', async () => {
    const serving = await serveHttp({ upgradeMs: 1_200 })
    const slow = await connected(serving)
    void slow.drip(Buffer.from(requestOf(serving, 'Ask')), 10)
    await serving.expectAll()
    expect(await slow.closed).toBeLessThan(1_200 + LATE_MS)
    expect(refusedTimes(serving, 'upgradeTimeout')).toBe(1)
    await serving.expectAll()
  })

  it('drips the headers of a later request of its connection: is dropped when the same time is up', async () => {
    const serving = await serveHttp({ upgradeMs: 1_200 })
    const slow = await connected(serving)
    slow.write(requestOf(serving, 'Ask'))
    await slow.until(() => slow.received.includes('200 OK'))
    const began = performance.now()
    void slow.drip(Buffer.from(requestOf(serving, 'Ask')), 10)
    await serving.expectAll()
    await slow.closed
    // It is looked for once a second.
    expect(performance.now() - began).toBeLessThan(1_200 + 1_000 + LATE_MS)
    await serving.expectAll()
  })

  it('drips a body: is told 408 and closed when its time is up', async () => {
    const serving = await serveHttp({}, { bodyMs: 1_200 })
    const slow = await connected(serving)
    slow.write(requestOf(serving, 'Ask', { length: 1_000 }))
    void slow.drip(Buffer.alloc(998, 32), 10)
    await serving.expectAll()
    expect(await slow.closed).toBeLessThan(1_200 + LATE_MS)
    expect(slow.received.toString()).toContain('HTTP/1.1 408')
    expect(refusedTimes(serving, 'bodyNotRead')).toBe(1)
    await serving.expectAll()
  })

  it('reads no answers: is closed as slowReader when a connection without calls would be', async () => {
    const serving = await serveHttp({ limits: { idleMs: 500 } })
    const slow = await connected(serving)
    slow.socket.pause()
    for (let count = 0; count < 16; count++) slow.write(requestOf(serving, 'Large'))
    await until(() => serving.axon.counters.callsReceived >= 2)
    await serving.expectAll()
    await until(() => refusedTimes(serving, 'slowReader') >= 1, 500 + LATE_MS)
    slow.socket.resume()
    await slow.closed
    await serving.expectAll()
  })

  it('reads nothing of a stream: holds no handler longer than its call may take, and is closed then', async () => {
    const serving = await serveHttp({ limits: { idleMs: 1_200, maxCallMs: 1_200 } })
    const slow = await connected(serving)
    slow.socket.pause()
    const received = serving.axon.counters.callsReceived
    slow.write(requestOf(serving, 'Endless', { timeoutMs: 60_000 }))
    await until(() => serving.axon.counters.callsReceived === received + 1)
    await serving.expectAll()
    await until(() => serving.axon.counters.callsRunning === 0, 1_200 + LATE_MS)
    slow.socket.resume()
    await slow.closed
    await serving.expectAll()
  })

  it('is a stranger and reads no refusals: is closed all the same', async () => {
    const http = { protocols: [PROTOCOL, 'btauth/1'], expectedScheme: () => undefined } as const
    const serving = await serveHttp({ limits: { idleMs: 500, maxCallsPerConnection: 1_000_000 } }, http)
    const slow = await connected(serving)
    slow.socket.pause()
    // Of the protocol that reads the body first: its connection outlives a refusal.
    const unsigned =
      'POST /Ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Bittensor-Version: 1\r\nContent-Length: 2\r\n\r\n{}'
    const many = unsigned.repeat(500)
    // The axon takes no more of it than it can answer: the rest waits here.
    const endMs = Date.now() + 60_000
    for (let round = 0; Date.now() < endMs && refusedTimes(serving, 'slowReader') === 0; round++) {
      if (slow.socket.writableLength < 1_000_000) slow.write(many)
      if (round % 100 === 0) await serving.expectAll()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(refusedTimes(serving, 'slowReader')).toBe(1)
    slow.socket.resume()
    await slow.closed
    await serving.expectAll()
  })

  it('keeps a connection and asks nothing more: is closed after five seconds', async () => {
    const serving = await serveHttp()
    const idle = await connected(serving)
    idle.write(requestOf(serving, 'Ask'))
    await idle.until(() => idle.received.includes('200 OK'))
    const lasted = await idle.closed
    expect(lasted).toBeGreaterThan(4_000)
    expect(lasted).toBeLessThan(6_000 + LATE_MS)
    await serving.expectAll()
  }, 20_000)
})

describe('over HTTP, a flood of strangers', () => {
  it('takes every place but those that are kept: callers with standing are answered meanwhile', async () => {
    const limits = {
      maxRunning: 8,
      maxRunningPerCaller: 8,
      maxQueued: 16,
      maxQueuedPerCaller: 16,
      maxUnauthenticated: 32,
    }
    const serving = await serveHttp({ limits, standing: (hotkey) => (hotkey === bob.address ? 1 : 0) })
    const hang = defineSynapse({ name: 'Hang', request: z.object({}), answer: z.object({}) })
    serving.axon.handle(
      hang,
      (_request, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
    )
    let isOver = false
    /** Signed calls that hang, unsigned ones and bodies that never come, over ever new connections. */
    const flood = async (at: number): Promise<void> => {
      const signer = keyPairFromUri(`//Stranger//${at}`)
      for (let count = 0; !isOver; count++) {
        const peer = await RawPeer.connect(serving.address)
        kept(peer)
        if (count % 3 === 0) peer.write(requestOf(serving, 'Hang', { signer, timeoutMs: 60_000 }))
        else if (count % 3 === 1) peer.write('POST /Hang HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n')
        else peer.write(requestOf(serving, 'Hang', { signer, length: 1_000 }))
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    const floods = Array.from({ length: 6 }, (_, at) => flood(at))
    await until(() => serving.axon.counters.callsQueued > 0, 20_000)
    const caller = overHttp(bob)
    const statuses: string[] = []
    for (let count = 0; count < 40; count++)
      statuses.push((await caller.call(ask, serving.target, {}, { timeoutMs: 20_000 })).status)
    isOver = true
    await Promise.all(floods)
    expect(new Set(statuses)).toEqual(new Set(['ok']))
    expect(serving.axon.counters.callsRunning).toBeLessThanOrEqual(8)
    expect(serving.axon.counters.unauthenticatedOpen).toBeLessThanOrEqual(32)
    expect((await overHttp(mallory).call(ask, serving.target, {}, { timeoutMs: 500 })).status).not.toBe('ok')
  })
})
