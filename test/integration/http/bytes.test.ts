import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { httpClient, httpServer } from '../../../src/http/index.js'
import { signLegacy } from '../../../src/http/legacy/signLegacy.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { RawPeer, rawFrame, upgradeText } from '../../support/RawPeer.js'

const echo = defineSynapse({ name: 'echo', request: z.string(), answer: z.string() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.string() })

describe('an axon and a dendrite over HTTP', () => {
  test('count what goes over the wire alike, headers and refused requests included, apart from sessions', async () => {
    const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
    const caller = keyPairFromUri('//Bob', { scheme: 'ed25519' })
    const transports = [httpServer({ protocols: ['btauth/1'], expectedScheme: () => 'ed25519' })]
    await using axon = new Axon({ signer, transports, logger: silentLogger })
    axon.handle(echo, (text) => text)
    axon.handle(count, async function* (to) {
      for (let n = 0; n < to; n++) yield 'x'.repeat(10_000)
    })
    await axon.start()
    const target = { hotkey: axon.hotkey, ...axon.address }
    const overHttp = new Dendrite({ signer: caller, transport: httpClient() })
    const overSession = new Dendrite({ signer: caller })
    const none = { received: 0, sent: 0 }
    expect(axon.counters.bytes).toEqual({ session: none, http: none })
    expect([overHttp.bytes, overSession.bytes]).toEqual([{ http: none }, { session: none }])

    expect((await overSession.call(echo, target, 'hello')).status).toBe('ok')
    for (const length of [10, 50_000]) {
      expect((await overHttp.call(echo, target, 'y'.repeat(length))).status).toBe('ok')
    }
    const unknown = defineSynapse({ name: 'unknown', request: z.string(), answer: z.string() })
    expect((await overHttp.call(unknown, target, 'hello')).status).toBe('unknownSynapse')
    const chunks: string[] = []
    for await (const chunk of overHttp.stream(count, target, 20)) {
      chunks.push(chunk)
      // A stream is counted as it goes.
      if (chunks.length === 19) expect(axon.counters.bytes.http?.sent).toBeGreaterThan(50_000 + 100_000)
    }
    // Each end counts what it has seen of it by now.
    await expect
      .poll(() => {
        const [theirs, ours] = [overHttp.bytes.http, axon.counters.bytes.http]
        return [theirs?.received === ours?.sent, theirs?.sent === ours?.received]
      })
      .toEqual([true, true])
    const { http, session } = axon.counters.bytes
    expect(http?.received).toBeGreaterThan(50_000)
    expect(http?.received).toBeLessThan(60_000)
    expect(http?.sent).toBeGreaterThan(250_000)
    expect(http?.sent).toBeLessThan(260_000)
    expect(overSession.bytes.session).toEqual({ received: session?.sent, sent: session?.received })

    // Somebody who speaks nothing that is known here.
    const line = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'
    const socket = connect(axon.address.port, axon.address.host, () => socket.end(line))
    let read = 0
    for await (const piece of socket) read += (piece as Uint8Array).length
    await expect
      .poll(() => axon.counters.bytes.http)
      .toEqual({
        received: (http?.received ?? 0) + line.length,
        sent: (http?.sent ?? 0) + read,
      })
    await overHttp.close()
    await overSession.close()
  })

  test('count those of a WebSocket that follows a request on its connection as those of a session alone', async () => {
    const transports = [httpServer({ protocols: ['bt_header'] })]
    await using axon = new Axon({ signer: keyPairFromUri('//Alice'), transports, logger: silentLogger })
    await axon.start()
    const signed = signLegacy({
      signer: keyPairFromUri('//Bob'),
      synapse: 'nobody',
      body: {},
      hashFields: [],
      target: { hotkey: axon.hotkey, ...axon.address },
      uuid: 'one',
      nonce: BigInt(Date.now() + 1) * 1_000_000n,
      timeoutMs: 12_000,
    })
    const headers = { ...signed, host: 'x', 'content-type': 'application/json', 'content-length': '2' }
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const peer = await RawPeer.connect(axon.address)
    peer.write(`POST /nobody HTTP/1.1\r\n${head.join('')}\r\n{}`)
    await peer.until(() => peer.received.includes('HTTP/1.1 404'))
    const { http } = axon.counters.bytes
    peer.write(upgradeText())
    await peer.until(() => peer.received.includes('HTTP/1.1 101'))
    peer.write(rawFrame(new Uint8Array(1_000)))
    await peer.closed
    await expect.poll(() => axon.counters.bytes).toMatchObject({ http, session: { received: 1_000 } })
  })
})
