import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { AbortedError } from '../../../src/errors/index.js'
import {
  type Channel,
  type Listener,
  LOW_WATER_BYTES,
  webSocketCarrier,
} from '../../../src/transport/index.js'

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('webSocketCarrier listener', () => {
  let listener: Listener
  let refusals: string[]
  let channels: Channel[]
  let refused: () => void = () => {}
  let closed: (code: number) => void = () => {}
  const sockets: Socket[] = []

  beforeEach(async () => {
    refusals = []
    channels = []
    listener = await webSocketCarrier({ upgradeMs: 1_000 }).listen({
      host: '127.0.0.1',
      port: 0,
      maxFrameBytes: 1024,
      maxConnections: 4,
      onChannel: (channel) => {
        channels.push(channel)
        channel.receive({ onFrame: (frame) => channel.send(frame), onClose: (code) => closed(code) })
      },
      onRefused: (reason) => {
        refusals.push(reason)
        refused()
      },
    })
  })

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    for (const channel of channels) channel.close(1000)
    await listener.close()
  })

  const raw = async (text: string): Promise<string> => {
    const socket = connect(listener.address.port, '127.0.0.1')
    sockets.push(socket)
    socket.write(text)
    let answer = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('error', () => {})
    await once(socket, 'close')
    return answer
  }

  it('answers a plain request with 426 and names it notWebSocket', async () => {
    const { port } = listener.address
    const [response] = await once(request({ port, host: '127.0.0.1', path: '/' }).end(), 'response')
    response.resume()
    expect(response.statusCode).toBe(426)
    expect(refusals).toEqual(['notWebSocket'])
  })

  it.each([
    ['no HTTP at all', '\u0016\u0003\u0001 hello\r\n\r\n'],
    ['headers that are too long', `GET / HTTP/1.1\r\nX: ${'x'.repeat(5000)}\r\n\r\n`],
    [
      'an upgrade of an unknown version',
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    ],
  ])('drops %s and names it notWebSocket', async (_what, text) => {
    await raw(text)
    expect(refusals).toEqual(['notWebSocket'])
    expect(channels).toEqual([])
  })

  it('drops a connection that says nothing, when its time is up, and names it upgradeTimeout', async () => {
    const socket = connect(listener.address.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.resume()
    await once(socket, 'close')
    expect(refusals).toEqual(['upgradeTimeout'])
  })

  it('ends a dial to somebody who accepts and says nothing when the signal is aborted', async () => {
    const controller = new AbortController()
    const silent = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => {})
      socket.once('data', () => controller.abort('enough'))
    })
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const address = { host: '127.0.0.1', port: (silent.address() as AddressInfo).port }
    const { signal } = controller
    const error = await webSocketCarrier()
      .dial(address, { maxFrameBytes: 64, signal })
      .catch((reason) => reason)
    expect(error).toBeInstanceOf(AbortedError)
    expect(error.cause).toBe('enough')
    silent.close()
  })

  it('closes a text frame with 1003 and names it textFrame', async () => {
    const ws = new WebSocket(`ws://127.0.0.1:${listener.address.port}`)
    await once(ws, 'open')
    ws.send('hello')
    const [code] = await once(ws, 'close')
    expect(code).toBe(1003)
    expect(refusals).toEqual(['textFrame'])
  })

  it('ends a connection with broken framing and names it badFraming', async () => {
    const socket = connect(listener.address.port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    socket.write(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    await once(socket, 'data')
    const named = new Promise<void>((resolve) => {
      refused = resolve
    })
    // A client's frame must be masked; this one is not.
    socket.write(Buffer.from([0x82, 0x01, 0x00]))
    await named
    expect(refusals).toEqual(['badFraming'])
  })

  it('tells an owner 1006 when the connection is lost', async () => {
    const ws = new WebSocket(`ws://127.0.0.1:${listener.address.port}`)
    await once(ws, 'open')
    ws.send(Buffer.from([1]))
    await once(ws, 'message')
    const lost = new Promise<number>((resolve) => {
      closed = resolve
    })
    ws.terminate()
    expect(await lost).toBe(1006)
  })

  it.each(['https://evil.example', 'null', 'http://127.0.0.1'])(
    'answers a browser whose page is of %s with 403, and names it originNotAllowed',
    async (origin) => {
      const ws = new WebSocket(`ws://127.0.0.1:${listener.address.port}`, { origin })
      ws.on('error', () => {})
      const [request, response] = await once(ws, 'unexpected-response')
      expect(response.statusCode).toBe(403)
      request.destroy()
      expect(refusals).toEqual(['originNotAllowed'])
      expect(channels).toEqual([])
    },
  )

  it.each([
    ['Origin: '],
    ['oRiGiN: https://evil.example'],
    ['Origin: https://evil.example\r\nOrigin: https://example.org'],
    ['Sec-WebSocket-Origin: https://evil.example'],
    ['Origin: https://evil.example\r\nX-Forwarded-Host: example.org\r\nForwarded: host=example.org'],
  ])('answers %j with 403', async (lines) => {
    const answer = await raw(
      'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${lines}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(refusals).toEqual(['originNotAllowed'])
  })

  it('answers pings of a peer that reads', async () => {
    const ws = new WebSocket(`ws://127.0.0.1:${listener.address.port}`)
    await once(ws, 'open')
    ws.ping('hello')
    const [data] = await once(ws, 'pong')
    expect(String(data)).toBe('hello')
    ws.terminate()
  })

  it('takes turns between peers, however many frames one of them packs into a packet', async () => {
    const ask =
      'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
    const peers: Socket[] = []
    for (let i = 0; i < 2; i++) {
      const socket = connect(listener.address.port, '127.0.0.1').on('error', () => {})
      sockets.push(socket)
      peers.push(socket)
      socket.write(ask)
      await once(socket, 'data')
    }
    const order: number[] = []
    let timerAfter: number | undefined
    for (const [index, channel] of channels.entries()) {
      channel.send = () => {
        if (order.length === 0) {
          setImmediate(() => {
            timerAfter = order.length
          })
        }
        order.push(index)
      }
    }
    // A binary frame of one byte, masked with zeros.
    const packet = Buffer.concat(Array.from({ length: 500 }, () => Buffer.from([0x82, 0x81, 0, 0, 0, 0, 7])))
    for (const socket of peers) socket.write(packet)
    await until(() => order.length === 1_000)
    expect(order.indexOf(order[0] === 0 ? 1 : 0)).toBeLessThan(100)
    expect(timerAfter).toBeLessThan(10)
  })

  it('keeps no more than a little for a peer that pings and never reads', async () => {
    const ws = new WebSocket(`ws://127.0.0.1:${listener.address.port}`)
    await once(ws, 'open')
    ws.pause()
    const block = Buffer.alloc(100, 1)
    // The kernel takes some megabytes before anything waits here.
    for (let round = 0; round < 400; round++) {
      for (let i = 0; i < 500; i++) ws.ping(block)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => ws.bufferedAmount === 0)
    expect(channels[0]!.bufferedBytes).toBeLessThan(2 * LOW_WATER_BYTES)
    ws.terminate()
  })
})
