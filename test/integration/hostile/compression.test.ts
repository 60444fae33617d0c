import { once } from 'node:events'
import zlib, { deflateRawSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { deferred } from '../../../src/testing/deferred.js'
import { UnreachableError, webSocketCarrier } from '../../../src/transport/index.js'
import { RawPeer, rawFrame } from '../../support/RawPeer.js'
import { afterwards, dendriteOf, double, endAll, kept, proven, serve } from './serving.js'

endAll()

const OFFER = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }
/** A megabyte and a half that travels as some 1,500 bytes. */
const bomb = deflateRawSync(new Uint8Array(1_500_000))

describe('compression', () => {
  it('is never agreed to, whoever offers it', async () => {
    const serving = await serve()
    const ws = new WebSocket(`ws://127.0.0.1:${serving.address.port}`, {
      perMessageDeflate: { threshold: 0 },
    })
    await once(ws, 'open')
    expect(ws.extensions).toBe('')
    ws.terminate()
    const peer = kept(await RawPeer.upgraded(serving.address, OFFER))
    expect(String(peer.received)).toMatch(/^HTTP\/1\.1 101 /)
    expect(String(peer.received)).not.toMatch(/sec-websocket-extensions/i)
  })

  it('makes a frame that says it is compressed one that breaks the framing, of a stranger and of a proven caller', async () => {
    const inflating = vi.spyOn(zlib, 'createInflateRaw')
    afterwards(() => inflating.mockRestore())
    // A server that agrees to it inflates by this function.
    const agreeing = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: true })
    afterwards(() => agreeing.close())
    const [inflated, isInflated] = [deferred(), (): void => inflated.resolve()]
    agreeing.on('connection', (ws) => ws.once('message', isInflated))
    await once(agreeing, 'listening')
    const { port } = agreeing.address() as { port: number }
    const welcome = kept(await RawPeer.upgraded({ host: '127.0.0.1', port }, OFFER))
    welcome.write(rawFrame(bomb, { isCompressed: true }))
    await inflated.promise
    expect(inflating).toHaveBeenCalledTimes(1)
    inflating.mockClear()

    const serving = await serve()
    const stranger = kept(await RawPeer.upgraded(serving.address, OFFER))
    const first = serving.refusal('badFraming')
    stranger.write(rawFrame(bomb, { isCompressed: true }))
    await first
    await stranger.closed
    const caller = await proven(serving)
    const second = serving.refusal('badFraming')
    caller.peer.write(rawFrame(bomb, { isCompressed: true }))
    await second
    expect(inflating).not.toHaveBeenCalled()
    expect(serving.axon.counters.refused).toMatchObject({ badFraming: 2 })
    await serving.expectHonest()
  })

  it('is not offered by who dials, and a server that claims it all the same is none', async () => {
    const offers: (string | undefined)[] = []
    const lying = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: true })
    afterwards(() => lying.close())
    lying.on('headers', (headers, request) => {
      offers.push(request.headers['sec-websocket-extensions'])
      headers.push('Sec-WebSocket-Extensions: permessage-deflate')
    })
    await once(lying, 'listening')
    const { port } = lying.address() as { port: number }
    const dialled = webSocketCarrier().dial({ host: '127.0.0.1', port }, { maxFrameBytes: 1_000 })
    await expect(dialled).rejects.toBeInstanceOf(UnreachableError)
    expect(offers).toEqual([undefined])
    const serving = await serve()
    const result = await dendriteOf().call(
      double,
      { hotkey: serving.axon.hotkey, host: '127.0.0.1', port },
      1,
    )
    expect(result.status).toBe('unreachable')
  })

  it('of an answer ends the channel of who dialled', async () => {
    const lying = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
    afterwards(() => {
      for (const client of lying.clients) client.terminate()
      lying.close()
    })
    lying.on('connection', (_ws, request) => {
      // Unmasked, as a server writes, with the bit that says compressed.
      request.socket.write(
        Buffer.concat([Buffer.from([0xc2, 126, bomb.length >> 8, bomb.length & 0xff]), bomb]),
      )
    })
    await once(lying, 'listening')
    const { port } = lying.address() as { port: number }
    const channel = await webSocketCarrier().dial({ host: '127.0.0.1', port }, { maxFrameBytes: 1 << 20 })
    const frames: Uint8Array[] = []
    const code = await new Promise<number>((resolve) =>
      channel.receive({ onFrame: (frame) => void frames.push(frame), onClose: resolve }),
    )
    expect([frames.length, code]).toEqual([0, 1006])
  })
})
