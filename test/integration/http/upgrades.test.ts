import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { httpServer } from '../../../src/http/index.js'
import { signLegacy } from '../../../src/http/legacy/signLegacy.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { deferred } from '../../../src/testing/deferred.js'
import { type Channel, type Listener, webSocketCarrier } from '../../../src/transport/index.js'
import { RawPeer, upgradeText } from '../../support/RawPeer.js'

const bob = keyPairFromUri('//Bob')
const add = defineSynapse({
  name: 'Add',
  request: z.object({ a: z.number(), b: z.number() }),
  answer: z.object({ sum: z.number() }),
})
const BODY = { a: 2, b: 3 }

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function connected(address: { readonly host: string; readonly port: number }): Promise<RawPeer> {
  const peer = await RawPeer.connect(address)
  closing.push(() => peer.end())
  return peer
}

const textOf = (peer: RawPeer): string => peer.received.toString('latin1')

describe('a request that asks for another protocol', () => {
  async function serve(): Promise<{
    readonly axon: Axon
    readonly ask: (headers: string, body?: string) => string
  }> {
    const transports = [httpServer({ protocols: ['bt_header'] })]
    const axon = new Axon({ signer: keyPairFromUri('//Alice'), transports, logger: silentLogger })
    axon.handle(add, ({ a, b }) => ({ sum: a + b }))
    await axon.start()
    closing.push(() => axon.stop())
    let signed = 0n
    const ask = (headers: string, body = `Content-Length: 13\r\n`): string => {
      const target = { hotkey: axon.hotkey, ...axon.address }
      const nonce = BigInt(Date.now()) * 1_000_000n + ++signed
      const draft = { signer: bob, synapse: 'Add', body: BODY, hashFields: [], target, timeoutMs: 12_000 }
      const own = Object.entries(signLegacy({ ...draft, uuid: 'u', nonce }) ?? {})
      const head = own.map(([name, value]) => `${name}: ${value}\r\n`).join('')
      return `POST /Add HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}${body}${head}\r\n`
    }
    return { axon, ask }
  }

  const H2C = 'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'
  const answers = (peer: RawPeer): number => textOf(peer).split('"sum":5').length - 1

  it.each([
    ['h2c', H2C],
    ['several', 'Connection: upgrade\r\nUpgrade: TLS/1.0, h2c\r\n'],
    ['websocket, which POST cannot', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
  ])('for %s is answered as it is, and so is the next of its connection', async (_what, headers) => {
    const { axon, ask } = await serve()
    const peer = await connected(axon.address)
    for (let count = 1; count <= 3; count++) {
      peer.write(`${ask(count === 2 ? '' : headers)}{"a":2,"b":3}`)
      await peer.until(() => answers(peer) === count)
    }
    expect(textOf(peer)).not.toContain('101 ')
    expect([axon.counters.callsReceived, axon.counters.refused]).toEqual([3, {}])
  })

  it('behind one that is not answered yet is answered after it', async () => {
    const { axon, ask } = await serve()
    const slow = defineSynapse({
      name: 'Slow',
      request: z.unknown(),
      answer: z.object({ late: z.boolean() }),
    })
    const begun = deferred<() => void>()
    axon.handle(slow, () => new Promise((resolve) => begun.resolve(() => resolve({ late: true }))))
    const peer = await connected(axon.address)
    const first = `${ask('').replace('/Add', '/Slow')}{"a":2,"b":3}`
    peer.write(`${first}${ask(H2C)}{"a":2,"b":3}${ask('')}{"a":2,"b":3}`)
    const release = await begun.promise
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(answers(peer)).toBe(0)
    release()
    await peer.until(() => answers(peer) === 2)
    expect(textOf(peer).indexOf('"late":true')).toBeLessThan(textOf(peer).indexOf('"sum":5'))
  })

  it('with a body that comes in chunks, and later, is answered', async () => {
    const { axon, ask } = await serve()
    const peer = await connected(axon.address)
    peer.write(ask(H2C, 'Transfer-Encoding: chunked\r\n'))
    await new Promise((resolve) => setTimeout(resolve, 30))
    peer.write('6\r\n{"a":2\r\n7\r\n,"b":3}\r\n0\r\n\r\n')
    await peer.until(() => answers(peer) === 1)
    expect(answers(peer)).toBe(1)
  })

  it('is refused like any other where only sessions are served', async () => {
    const axon = new Axon({ signer: keyPairFromUri('//Alice'), logger: silentLogger })
    await axon.start()
    closing.push(() => axon.stop())
    const peer = await connected(axon.address)
    peer.write(`GET / HTTP/1.1\r\nHost: x\r\n${H2C}\r\n`)
    await peer.closed
    expect(textOf(peer)).toContain('HTTP/1.1 426')
    expect(axon.counters.refused).toEqual({ notWebSocket: 1 })
  })
})

describe('a connection over which a request came and then a WebSocket', () => {
  async function listening(): Promise<{ readonly listener: Listener; readonly closed: number[] }> {
    const channels: Channel[] = []
    const closed: number[] = []
    const listener = await webSocketCarrier().listen({
      host: '127.0.0.1',
      port: 0,
      maxFrameBytes: 1_024,
      maxConnections: 1,
      onRequest: (request, response) => {
        if (request.url === '/held') request.resume()
        else response.end('ok')
      },
      onChannel: (channel) => {
        channels.push(channel)
        channel.receive({ onFrame: () => {}, onClose: (code) => closed.push(code) })
      },
    })
    closing.push(async () => {
      for (const channel of channels) channel.close(1000)
      await listener.close()
    })
    return { listener, closed }
  }
  const GET = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

  it('is one of a WebSocket alone: it takes no place of requests, and stays when the port is freed', async () => {
    const { listener, closed } = await listening()
    const peer = await connected(listener.address)
    peer.write(GET('/'))
    await peer.until(() => textOf(peer).includes('ok'))
    peer.write(upgradeText())
    await peer.until(() => textOf(peer).includes('101 '))
    for (let count = 0; count < 3; count++) {
      const other = await connected(listener.address)
      other.write(GET('/'))
      await other.until(() => textOf(other).includes('ok'))
      expect(textOf(other)).toContain('200 OK')
    }
    await listener.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([peer.isClosed, closed]).toEqual([false, []])
  })

  it('is closed where an answer is still to come, which would be in the way', async () => {
    const { listener } = await listening()
    const peer = await connected(listener.address)
    peer.write(GET('/held'))
    peer.write(upgradeText())
    await peer.closed
    expect(textOf(peer)).toBe('')
  })
})
