import type { Clock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import type { StreamSynapse, Synapse } from '../synapse/index.js'
import type { ByteMeter, Carrier } from '../transport/index.js'
import type { Failure } from './callErrors.js'
import type { DendriteLimits } from './limits.js'
import type { Target } from './target.js'

/** One call as a transport carries it. What is in it has been checked. */
export interface TransportCall {
  readonly synapse: Synapse | StreamSynapse
  readonly target: Target
  /**
   * The request as the schema of the synapse made it. Read it when it is written: until then it may become a copy, which its owner cannot
   * change.
   */
  readonly body: unknown
  /** By `elapsedOf` of the dendrite's clock, which setting the time does not move. */
  readonly startedAtMs: number
  /** From `startedAtMs` to the whole answer; above 0. */
  readonly timeoutMs: number
  /** May be aborted already: the call ends as `cancelled` then, and nothing is sent. */
  readonly signal: AbortSignal | undefined
  /** Travels with the request; 1 to 64 letters, digits, `.`, `_` or `-`. */
  readonly requestId: string
  /** Travels with the request: the trace that the call belongs to, as W3C Trace Context writes it. */
  readonly traceparent: string | undefined
}

/** How a call with one answer ended. `answer` is as it came: the dendrite holds it to the schema. */
export type TransportAnswer =
  | { readonly kind: 'answer'; readonly body: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** The request cannot be said, which is the caller's own mistake. */
  | { readonly kind: 'unencodable'; readonly error: unknown }

/** What a stream brings next. A chunk is as it came: the dendrite holds it to the schema. */
export type StreamItem =
  | { readonly kind: 'chunk'; readonly body: unknown }
  | { readonly kind: 'done' }
  | Exclude<TransportAnswer, { kind: 'answer' }>

/** A stream under way. */
export interface TransportStream {
  /** The next chunk or the end, in order; never rejects. After the end it gives the end again. */
  next(): Promise<StreamItem>
  /** The reader wants no more: everything is let go, and the server is told when it may still be at it. Twice does nothing. */
  dispose(): void
}

/**
 * What carries the calls of a dendrite. Each call ends by an answer, a failure, its deadline (`timeout`) or its signal (`cancelled`),
 * whatever the peer does, and leaves nothing behind.
 *
 * A failure's `unhandled` may be true only where no handler can have begun with the request: it is what makes a retry elsewhere safe.
 * A transport that proves its server lets nobody between the peers make it true: what was written counts as handled unless the server says
 * otherwise under its proof.
 * `transportContract` of `subnetkit/testing` states all that a transport must hold.
 */
export interface DendriteTransport {
  /** Such as `session`: for logs. */
  readonly kind: string
  /** Connections held, being made or going away. */
  readonly connectionCount: number
  /** Begins a call; never rejects. */
  unary(call: TransportCall): Promise<TransportAnswer>
  /** Begins a call that is answered by a stream. @param credit - chunks that may wait to be read; the server is held back above. */
  stream(call: TransportCall, credit: number): TransportStream
  /** Ends every call as `unreachable` and closes every connection. No call begins afterwards. */
  close(): void
}

/** What a dendrite hands its transport. */
export interface TransportServices {
  /** Key of the hotkey that calls. */
  readonly signer: Signer
  readonly clock: Clock
  readonly limits: DendriteLimits
  /** The dendrite's own carrier, for transports that are given no other. */
  readonly carrier: Carrier
  /** Where bytes are counted that go over a kind of transport, such as `session`: the same meter each time. The kind is a label of metrics. */
  readonly bytesOf: (kind: string) => ByteMeter
}
