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
}

/** A typed request answered by a stream of chunks. */
export interface StreamSynapse<Request = unknown, Chunk = unknown> {
  readonly kind: 'stream'
  readonly name: string
  readonly request: StandardSchemaV1<unknown, Request>
  readonly chunk: StandardSchemaV1<unknown, Chunk>
}

/** How one call ended, with its answer when there is one. */
export type CallResult<Answer> =
  | { readonly status: 'ok'; readonly answer: Answer; readonly elapsedMs: number }
  | { readonly status: Exclude<Status, 'ok'>; readonly reason: string; readonly elapsedMs: number }
