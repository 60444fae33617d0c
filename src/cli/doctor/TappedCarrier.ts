import {
  type Carrier,
  type Channel,
  type ChannelHandlers,
  type DialOptions,
  type NetworkAddress,
  webSocketCarrier,
} from '../../transport/index.js'

/** A channel that remembers what was sent over it, so that it can be sent once more, and with which code it ended. */
export class TappedChannel implements Channel {
  /** Copies, in order. */
  readonly sent: Uint8Array[] = []
  /** The code with which it ended. */
  readonly closed: Promise<number>
  readonly #channel: Channel
  #onClosed: (code: number) => void = () => {}

  constructor(channel: Channel) {
    this.#channel = channel
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve
    })
  }

  get remote(): string {
    return this.#channel.remote
  }

  get bufferedBytes(): number {
    return this.#channel.bufferedBytes
  }

  receive(handlers: ChannelHandlers): void {
    this.#channel.receive({
      onFrame: (frame) => handlers.onFrame(frame),
      onClose: (code) => {
        this.#onClosed(code)
        handlers.onClose(code)
      },
      onDrain: () => handlers.onDrain?.(),
    })
  }

  send(frame: Uint8Array): void {
    this.sent.push(frame.slice())
    this.#channel.send(frame)
  }

  /** Sends a frame that was sent before, and does not remember it again. */
  sendAgain(frame: Uint8Array): void {
    this.#channel.send(frame.slice())
  }

  close(code: number): void {
    this.#channel.close(code)
  }

  trust(): void {
    this.#channel.trust()
  }
}

/** WebSocket, of which the channels that were dialled are at hand. */
export class TappedCarrier implements Carrier {
  readonly kind = 'websocket'
  /** In the order in which they were dialled. */
  readonly channels: TappedChannel[] = []
  readonly #carrier = webSocketCarrier()

  listen: Carrier['listen'] = (options) => this.#carrier.listen(options)

  async dial(address: NetworkAddress, options: DialOptions): Promise<TappedChannel> {
    const channel = new TappedChannel(await this.#carrier.dial(address, options))
    this.channels.push(channel)
    return channel
  }
}
