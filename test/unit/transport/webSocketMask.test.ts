import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { webSocketCarrier } from '../../../src/transport/index.js'

/** What every server appends to a client's key. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A server that upgrades by hand, and then hands on what comes as it is on the wire. */
async function rawServer(): Promise<{ port: number; next: () => Promise<Buffer> }> {
  const packets: Buffer[] = []
  let arrived: () => void = () => {}
  const server = createServer((socket: Socket) => {
    closers.push(() => socket.destroy())
    socket.once('data', (request) => {
      const key = /sec-websocket-key: (\S+)/i.exec(String(request))?.[1]
      const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64')
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      )
      socket.on('data', (packet) => {
        packets.push(packet)
        arrived()
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => server.close())
  const next = async (): Promise<Buffer> => {
    while (packets.length === 0) {
      await new Promise<void>((resolve) => {
        arrived = resolve
      })
    }
    return packets.shift() ?? Buffer.alloc(0)
  }
  return { port: (server.address() as AddressInfo).port, next }
}

describe('the frames of a client', () => {
  it('are masked until the peer is trusted, and as they are from then on', async () => {
    const { port, next } = await rawServer()
    const channel = await webSocketCarrier().dial({ host: '127.0.0.1', port }, { maxFrameBytes: 1_024 })
    const said = Uint8Array.from({ length: 64 }, (_, at) => at)
    channel.send(said)
    const strange = await next()
    // Final, binary; masked, 64 bytes; the mask; the bytes under it.
    expect([...strange.subarray(0, 2)]).toEqual([0x82, 0x80 | 64])
    const mask = strange.subarray(2, 6)
    expect(mask.equals(Buffer.alloc(4))).toBe(false)
    expect([...strange.subarray(6)].map((byte, at) => byte ^ mask[at % 4]!)).toEqual([...said])
    channel.trust()
    channel.send(said)
    expect((await next()).toString('hex')).toBe(`82c000000000${Buffer.from(said).toString('hex')}`)
    channel.close(1000)
  })
})
