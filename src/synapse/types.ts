import type { StandardSchemaV1 } from '@standard-schema/spec'

/**
 * How a call ended. Closed: a peer can say nothing else, and a caller can switch over all of it.
 *
 * - `ok`: answered.
 * - `malformed`: the request or the answer does not fit the synapse's schema.
 * - `unknownSynapse`: the server has no handler of that name.
 * - `forbidden`: the caller is blacklisted, or its request did not pass the server's verify hook.
 * - `overloaded`: a limit of the server (concurrency, queue, rate) was reached.
 * - `tooLarge`: the message exceeds the size limit.
 * - `timeout`: the deadline passed, at either end.
 * - `failed`: the handler failed; its message stays at the server.
 * - `unauthenticated`: the peer is not who was dialled, or the session could not be proven.
 * - `unreachable`: no connection, or it was lost before the answer.
 * - `cancelled`: the caller's signal was aborted.
 */
export type Status =
  | 'ok'
  | 'malformed'
  | 'unknownSynapse'
  | 'forbidden'
  | 'overloaded'
  | 'tooLarge'
  | 'timeout'
  | 'failed'
  | 'unauthenticated'
  | 'unreachable'
  | 'cancelled'

/** A typed request with one answer. Schemas may be of any Standard Schema library; both ends validate. */
export interface Synapse<Request = unknown, Answer = unknown> {
  readonly kind: 'unary'
  /** Name on the wire, 1 to 64 letters, digits, `.`, `_` or `-`. */
  readonly name: string
  readonly request: StandardSchemaV1<unknown, Request>
  readonly answer: StandardSchemaV1<unknown, Answer>
  /**
   * To ask twice is as good as to ask once: whoever routes calls may then ask another server when one is slow or lost. Default: no.
   * It does not travel; each end says so for itself.
   */
  readonly idempotent?: boolean
}

/** A typed request answered by a stream of chunks. */
export interface StreamSynapse<Request = unknown, Chunk = unknown> {
  readonly kind: 'stream'
  readonly name: string
  readonly request: StandardSchemaV1<unknown, Request>
  readonly chunk: StandardSchemaV1<unknown, Chunk>
  /**
   * To ask twice is as good as to ask once: whoever routes calls may then ask another server while the first chunk has not come. Default:
   * no. It does not travel; each end says so for itself.
   */
  readonly idempotent?: boolean
  /**
   * What is left to ask once one more chunk has been delivered: it is called with each chunk in turn, first on the request itself, then on
   * what it gave for the chunk before. So the rest of a stream can be asked of another server. `undefined`: it cannot go on from here.
   */
  resume?(request: Request, chunk: Chunk): Request | undefined
}

/** How one call ended, with its answer when there is one. */
export type CallResult<Answer> =
  | { readonly status: 'ok'; readonly answer: Answer; readonly elapsedMs: number }
  | {
      readonly status: Exclude<Status, 'ok'>
      readonly reason: string
      /**
       * No handler can have begun with the request: it never left, or the server refused it before its handler. Making the call again
       * elsewhere is safe then, whatever it does. False where that is not known.
       */
      readonly unhandled: boolean
      /** When the server thinks it worth asking again, from now; set where it refused as `overloaded` and knows. A hint, and no promise. */
      readonly retryAfterMs?: number
      /** What the call is named in the logs of both ends. */
      readonly requestId: string
      readonly elapsedMs: number
    }

/** What a handler's call hands on to the calls that the handler makes: until when, for whom, and under which name. */
export interface CallScope {
  /** Aborted when the call is over: at its deadline, when its caller cancels or is gone, and when the server stops. */
  readonly signal: AbortSignal
  /** When the call is over at the latest, on the clock of its server. */
  readonly deadlineMs: number
  /** Names the request in the logs of every neuron that it leads to; 1 to 64 letters, digits, `.`, `_` or `-`. */
  readonly requestId: string
  /** The trace that the call belongs to, as W3C Trace Context writes it, where the caller said one. */
  readonly traceparent: string | undefined
}
