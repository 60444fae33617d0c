import type { Clock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import type { CallerMessage, ServerMessage, Status, StreamSynapse, Synapse } from '../synapse/index.js'
import type { ByteMeter, Carrier, NetworkAddress } from '../transport/index.js'
import type { Hotkey } from '../units/index.js'
import type { FixedRefusal, RefusalReason, RefusedEvent } from './events.js'
import type { AxonLimits } from './limits.js'

/**
 * One way for calls to reach an axon. Whatever brings them, the same handlers answer behind the same hooks, queue and limits.
 * `transportContract` of `subnetkit/testing` states all that a transport must hold.
 */
export interface AxonTransport {
  /** Such as `session`: for logs. */
  readonly kind: string
  /**
   * Begins to take connections; once per start of the axon. A transport may stand in front of another and hand it a host of its own making.
   *
   * @throws ListenError when the address cannot be bound.
   */
  listen(host: AxonHost): Promise<AxonEndpoint>
}

/** A transport that listens. Proving callers, framing and bounding connections is its own affair. */
export interface AxonEndpoint {
  /** The address that was really bound. */
  readonly address: NetworkAddress
  /** Connections whose caller is proven. */
  readonly connectionCount: number
  /** Connections whose peer has proven nothing yet. */
  readonly unauthenticatedCount: number
  /** Calls that have had no last word. */
  readonly callCount: number
  /** Takes no more connections and no more calls, frees the address, and asks callers to take new calls elsewhere; calls go on. */
  drain(): Promise<void>
  /** Ends every call as `unreachable` and closes every connection. After `drain`. */
  close(): void
}

/** A request as a transport brings it; `id` is the transport's own, good for one call of a port at a time. */
export type IncomingRequest = Extract<CallerMessage, { kind: 'request' }>

/** Where the words about a call go: a connection, as a call sees it. */
export interface CallPort {
  /** Proven. */
  readonly caller: Hotkey
  /** Address as the carrier knows it: for logs, never for trust. */
  readonly remote: string
  /** False where what proves the caller does not cover the whole request; default true. */
  readonly bodySigned?: boolean
  /** False while too many bytes wait for the caller to read; `resume` the calls when there is room again. */
  readonly hasRoom: boolean
  /**
   * False, and nothing was sent, when the message is too large to be.
   *
   * @throws UnencodableMessageError when its body would not arrive as it is.
   */
  send(message: ServerMessage): boolean
  /** The call has had its last word. */
  forget(id: number): void
}

/** A call as its transport drives it. */
export interface IncomingCall {
  /** Lets it in, or refuses it; once. */
  start(): void
  /** The caller wants no answer any more. */
  cancel(): void
  /** The caller is gone, or the axon stops. */
  abandon(): void
  /** The caller has room for more chunks; false when that is more than anybody may have. */
  grant(credit: number, maxCredit: number): boolean
  /** There may be room again. */
  resume(): void
}

/** Where a transport says how large the requests are that it holds. */
export interface RequestMeter {
  /** False when there is no room: the request is to be refused as `requestBytesFull`. */
  enter(caller: Hotkey, bytes: number): boolean
  leave(caller: Hotkey, bytes: number): void
}

/** Something for which bytes wait to be read. */
export interface UnreadHolder {
  /** 0 once it is closed. */
  readonly unreadBytes: number
  /** Ends it: it does not read what it asked for. */
  dropAsSlow(): void
}

/** Keeps account of what waits to be read. */
export interface UnreadMeter {
  /** Something was sent to one. */
  note(holder: UnreadHolder): void
  /** One is closed. */
  forget(holder: UnreadHolder): void
}

/** What a transport knows of a request beside what it asks. */
export interface AcceptOptions {
  /** Of it that `spend` was told of, so that a call is not refused for its own. */
  readonly requestBytes?: number
  /** What is wrong with it whatever it asks: told once the blacklist has let its caller in. */
  readonly refusal?: FixedRefusal
}

/** What an axon offers its transports: plain functions, which may be handed on one by one. */
export interface AxonHost {
  /** Key of the hotkey that answers. */
  readonly signer: Signer
  readonly clock: Clock
  readonly limits: AxonLimits
  /** The axon's own carrier, for transports that are given no other. */
  readonly carrier: Carrier
  /** Where to listen. */
  readonly address: NetworkAddress
  /** Web pages that may connect, by origin. */
  readonly allowedOrigins: readonly string[]
  /** Bounds the bytes of requests that are held, of each caller and of all together: taken before `accept`, given back with the last word. */
  readonly requestBytes: RequestMeter
  /** Bounds what waits to be read by all callers together. */
  readonly unread: UnreadMeter
  /**
   * Where bytes are counted that go over a kind of transport, such as `session`: the same meter each time. The kind is a label of metrics, so
   * that no stranger may choose it.
   */
  bytesOf(kind: string): ByteMeter
  /** The axon takes no new calls: new connections belong elsewhere. */
  isStopping(): boolean
  /** What is answered under a name; a call of any other is refused by `accept`. */
  synapseOf(name: string): Synapse | StreamSynapse | undefined
  /**
   * A call of a request, to be noted by the port and then started; undefined when it was refused, which the port has been sent.
   * It counts as received in either case. Of a name that nobody answers, it is refused after the blacklist: whom that turns away is told no
   * more of one name than of another.
   */
  accept(request: IncomingRequest, port: CallPort, options?: AcceptOptions): IncomingCall | undefined
  /** What a caller counts for; 0 for a stranger. */
  standingOf(caller: Hotkey): number
  /** Counts bytes that came from a caller or go to it, for its quota. */
  spend(caller: Hotkey, bytes: number): void
  /** Refuses a request in place of `accept`: the port is sent the status, the axon's owner is told the reason. */
  refuse(request: IncomingRequest, port: CallPort, refusal: { reason: RefusalReason; status: Status }): void
  /** Counts and tells that somebody was turned away who made no call. */
  refused(event: RefusedEvent): void
  /** Counts and tells that a caller proved who it is. */
  connected(event: { readonly caller: Hotkey; readonly remote: string }): void
  /** Tells that a proven caller's connection ended. */
  disconnected(event: { readonly caller: Hotkey; readonly remote: string; readonly code: number }): void
}
