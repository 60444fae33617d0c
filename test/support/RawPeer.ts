import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Headers of an upgrade that is right. */
const UPGRADE: Readonly<Record<string, string>> = {
  Host: 'x',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** How a frame of WebSocket is written. */
export interface RawFrame {
  /** 2 binary, 1 text, 0 a further fragment, 8 close, 9 ping. */
  readonly opcode?: number
  readonly isLast?: boolean
  /** Says that the payload is compressed. */
  readonly isCompressed?: boolean
}

/** A frame as clients write it, masked with zeros. */
export function rawFrame(
  payload: Uint8Array,
  { opcode = 2, isLast = true, isCompressed = false }: RawFrame = {},
): Buffer {
  const first = (isLast ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode
  const { length } = payload
  const header =
    length < 126
      ? Buffer.from([first, 0x80 | length])
      : length < 65_536
        ? Buffer.from([first, 0x80 | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([first, 0x80 | 127, 0, 0, 0, 0]), u32(length)])
  return Buffer.concat([header, Buffer.alloc(4), payload])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** The text of an upgrade; a header of `undefined` is left out. */
export function upgradeText(headers: Readonly<Record<string, string | undefined>> = {}): string {
  const all = Object.entries({ ...UPGRADE, ...headers }).filter(([, value]) => value !== undefined)
  return `GET / HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

/** A TCP connection of somebody who writes what he likes. */
export class RawPeer {
  readonly socket: Socket
  /** All that came, as it came. */
  received = Buffer.alloc(0)
  /** Milliseconds from its beginning to its end. */
  readonly closed: Promise<number>
  readonly #changes: (() => void)[] = []

  private constructor(socket: Socket) {
    this.socket = socket
    const began = performance.now()
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk])
      for (const tell of this.#changes.splice(0)) tell()
    })
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve(performance.now() - began)
        for (const tell of this.#changes.splice(0)) tell()
      })
    })
  }

  static async connect(address: { readonly host: string; readonly port: number }): Promise<RawPeer> {
    const socket = connect(address)
    const peer = new RawPeer(socket)
    await once(socket, 'connect')
    return peer
  }

  /** A connection that is upgraded. */
  static async upgraded(
    address: { readonly host: string; readonly port: number },
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<RawPeer> {
    const peer = await RawPeer.connect(address)
    peer.write(upgradeText(headers))
    await peer.until(() => peer.received.includes('\r\n\r\n'))
    return peer
  }

  get isClosed(): boolean {
    return this.socket.destroyed
  }

  write(data: string | Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(data)
  }

  /** Writes a byte at a time, so many milliseconds apart, until there are none left or the other end has closed. */
  async drip(data: Uint8Array, everyMs: number): Promise<void> {
    for (let at = 0; at < data.length && !this.socket.destroyed; at++) {
      this.write(data.subarray(at, at + 1))
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  }

  /** Waits until something holds of what came, or the connection is over. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.socket.destroyed)
      await new Promise<void>((resolve) => this.#changes.push(resolve))
  }

  /** The code of the close frame that came last, undefined when none did: a server writes them unmasked, at its end. */
  get closeCode(): number | undefined {
    const at = this.received.lastIndexOf(Buffer.from([0x88, 0x02]))
    return at === -1 || at + 4 > this.received.length ? undefined : this.received.readUInt16BE(at + 2)
  }

  end(): void {
    this.socket.destroy()
  }
}
