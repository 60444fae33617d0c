/** Where a peer listens. */
export interface NetworkAddress {
  readonly host: string
  readonly port: number
}

/** What a channel tells its owner. Frames arrive whole, in order. */
export interface ChannelHandlers {
  onFrame(frame: Uint8Array): void
  /** Once; nothing follows. `code` is the peer's close code, 1006 when the connection was lost. */
  onClose(code: number): void
  /** `bufferedBytes` fell below the low-water mark again. */
  onDrain?(): void
}

/** An ordered, message-framed, unauthenticated byte channel between two peers. */
export interface Channel {
  /** Who is at the other end as the carrier knows it (`127.0.0.1:9944`): for logs, never for trust. */
  readonly remote: string
  /** Bytes handed to `send` and not yet given to the network. */
  readonly bufferedBytes: number
  /** Sets the handlers; frames that came before are delivered first. Call it once. */
  receive(handlers: ChannelHandlers): void
  /** Queues a frame; after the channel closed it does nothing. */
  send(frame: Uint8Array): void
  /** Closes with a code (1000, or 4000 to 4999); closing twice does nothing. */
  close(code: number): void
}

export interface Listener {
  /** The address that was really bound (port 0 asks for any free one). */
  readonly address: NetworkAddress
  close(): Promise<void>
}

export interface ListenOptions extends NetworkAddress {
  /** Frames above this close the channel with 1009. */
  readonly maxFrameBytes: number
  /** Connections beyond this are refused before any byte of theirs is read. */
  readonly maxConnections: number
  readonly onChannel: (channel: Channel) => void
  /** A connection was refused or broke the framing; `reason` is a short fixed name. */
  readonly onRefused?: (reason: string, remote: string) => void
}

export interface DialOptions {
  readonly maxFrameBytes: number
  readonly signal?: AbortSignal
}

/** How frames get from one peer to another: WebSocket, or memory. Both pass one contract suite. */
export interface Carrier {
  readonly kind: string
  listen(options: ListenOptions): Promise<Listener>
  /** Rejects with `UnreachableError` when nobody listens there. */
  dial(address: NetworkAddress, options: DialOptions): Promise<Channel>
}
