import type { IncomingMessage, ServerResponse } from 'node:http'

/** Where a peer listens. */
export interface NetworkAddress {
  readonly host: string
  readonly port: number
}

/** What a channel tells its owner. Frames arrive whole, in order. */
export interface ChannelHandlers {
  onFrame(frame: Uint8Array): void
  /**
   * Once, never from inside `close`; nothing follows. `code` is the code of whoever closed first, peer or
   * owner, and 1006 when the connection was lost.
   */
  onClose(code: number): void
  /** `bufferedBytes` rose above `LOW_WATER_BYTES` and fell to it again. */
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
  /**
   * Queues a frame and takes the bytes over: do not change them afterwards. On a closed channel it does nothing.
   *
   * @param onTaken - called where the carrier can tell that it needs the bytes no more, so that their memory can serve again.
   */
  send(frame: Uint8Array, onTaken?: () => void): void
  /**
   * Closes with a code (1000, 1001, 1003, 1009, or 4000 to 4999) after everything sent before. No frame is
   * delivered here any more; `onClose` follows. Closing twice does nothing.
   */
  close(code: number): void
  /**
   * The peer has proven itself, and all that is said from now on is ciphertext: lifts the listener's `maxUntrustedBytes` from this
   * channel, and what a carrier does to keep others from choosing the bytes on the wire.
   */
  trust(): void
}

/** `Channel.bufferedBytes` at or below which a writer that was held back may go on. */
export const LOW_WATER_BYTES = 65_536

/** Something that accepts channels. */
export interface Listener {
  /** The address that was really bound (port 0 asks for any free one). */
  readonly address: NetworkAddress
  /**
   * Stops listening and frees the address. Connections that are not channels yet are dropped; channels stay
   * open and belong to whoever got them.
   */
  close(): Promise<void>
}

/** Takes what came over HTTP without asking for a channel; it answers in its own time. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void

/** What `Carrier.listen` needs to know. */
export interface ListenOptions extends NetworkAddress {
  /** Frames above this close the channel with 1009. */
  readonly maxFrameBytes: number
  /**
   * Bytes that may come over a channel before its owner calls `trust`, framing included; more close it with 1009.
   * Default: no such limit. It keeps strangers from filling memory with frames that are allowed to friends.
   */
  readonly maxUntrustedBytes?: number
  /**
   * Bytes that may have come of messages that are not whole yet, over all channels; above, those of which most has come are closed with
   * 4432. Default: no such limit. Of messages below 64 KiB nothing is counted.
   */
  readonly maxUnfinishedBytes?: number
  /** Open channels beyond this are refused before any byte of theirs is read. */
  readonly maxConnections: number
  /**
   * Web pages that may connect, by origin. A connection that names any other is refused with HTTP 403 before it is a channel; one
   * that names none, as programs do, is not a browser's. Default: none.
   */
  readonly allowedOrigins?: readonly string[]
  readonly onChannel: (channel: Channel) => void
  /**
   * Takes HTTP requests that ask for no channel, at the same port, over up to `maxConnections` connections of their own. Default: such requests are refused. Carriers
   * that are no HTTP have none.
   */
  readonly onRequest?: RequestListener
  /** A connection was refused or broke the framing; `reason` is a {@link CarrierRefusal}. */
  readonly onRefused?: (reason: CarrierRefusal, remote: string) => void
}

/**
 * Why a carrier turned a connection away.
 *
 * - `tooManyConnections`: `maxConnections` is reached.
 * - `pushedOut`: it had not finished its upgrade when too many newer connections came.
 * - `upgradeTimeout`: it did not finish its upgrade in time.
 * - `notWebSocket`: it speaks something else.
 * - `originNotAllowed`: a browser brought it from a page that is not in `allowedOrigins`.
 * - `frameTooLarge`, `textFrame`, `badFraming`: it broke the framing later on.
 * - `slowSender`: too much had come of messages that were not whole, and most of them of its own.
 */
export type CarrierRefusal =
  | 'tooManyConnections'
  | 'pushedOut'
  | 'upgradeTimeout'
  | 'notWebSocket'
  | 'originNotAllowed'
  | 'frameTooLarge'
  | 'textFrame'
  | 'badFraming'
  | 'slowSender'

/** What `Carrier.dial` needs to know. */
export interface DialOptions {
  /** Frames above this close the channel with 1009. */
  readonly maxFrameBytes: number
  /** How long it may take until the channel stands; default 10,000. The signal may end it sooner. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** How frames get from one peer to another: WebSocket, or memory. Both pass one contract suite. */
export interface Carrier {
  readonly kind: string
  /** @throws ListenError when the address cannot be bound. */
  listen(options: ListenOptions): Promise<Listener>
  /**
   * @throws UnreachableError when nobody accepts a connection there.
   * @throws AbortedError when the signal is aborted first.
   */
  dial(address: NetworkAddress, options: DialOptions): Promise<Channel>
}
