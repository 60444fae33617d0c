import type { Channel, ChannelHandlers, NetworkAddress } from '../../src/transport/index.js'
import { RawPeer, rawFrame } from './RawPeer.js'

/** A channel of somebody who can also write and read below it what he likes. */
export class RawChannel implements Channel {
  readonly remote = 'raw'
  readonly bufferedBytes = 0
  readonly peer: RawPeer
  /** Opcodes of the frames that came, in order. */
  readonly opcodes: number[] = []
  #handlers: ChannelHandlers | undefined
  #rest: Buffer

  private constructor(peer: RawPeer) {
    this.peer = peer
    const headEnd = peer.received.indexOf('\r\n\r\n') + 4
    this.#rest = peer.received.subarray(headEnd)
    peer.received = Buffer.alloc(0)
    peer.socket.on('data', (chunk: Buffer) => {
      this.#rest = Buffer.concat([this.#rest, chunk])
      peer.received = Buffer.alloc(0)
      this.#read()
    })
    peer.socket.once('close', () => this.#handlers?.onClose(1006))
  }

  static async dial(address: NetworkAddress): Promise<RawChannel> {
    return new RawChannel(await RawPeer.upgraded(address))
  }

  receive(handlers: ChannelHandlers): void {
    this.#handlers = handlers
    this.#read()
  }

  send(frame: Uint8Array): void {
    this.peer.write(rawFrame(frame))
  }

  close(code: number): void {
    this.peer.write(rawFrame(Uint8Array.of(code >> 8, code & 0xff), { opcode: 8 }))
    this.peer.socket.end()
  }

  trust(): void {}

  /** Takes the frames that have come whole; a server's are unmasked. */
  #read(): void {
    while (this.#handlers !== undefined && this.#rest.length >= 2) {
      const short = this.#rest[1]! & 0x7f
      const header = short < 126 ? 2 : short === 126 ? 4 : 10
      if (this.#rest.length < header) return
      const length =
        short < 126
          ? short
          : short === 126
            ? this.#rest.readUInt16BE(2)
            : Number(this.#rest.readBigUInt64BE(2))
      if (this.#rest.length < header + length) return
      const opcode = this.#rest[0]! & 0x0f
      const payload = Uint8Array.from(this.#rest.subarray(header, header + length))
      this.#rest = this.#rest.subarray(header + length)
      this.opcodes.push(opcode)
      if (opcode === 2) this.#handlers.onFrame(payload)
      if (opcode === 8) {
        this.#handlers.onClose(payload.length < 2 ? 1005 : (payload[0]! << 8) | payload[1]!)
        this.#handlers = undefined
      }
    }
  }
}
