import type { CallScope } from '../synapse/index.js'

/** How one call is made. */
export interface CallOptions {
  /** From now to the whole answer; default `limits.callMs`, for streams `limits.streamMs`. */
  readonly timeoutMs?: number
  /** Ends the call as `cancelled`; the server is told. */
  readonly signal?: AbortSignal
  /**
   * Names the request in the logs of every neuron that it leads to: 1 to 64 letters, digits, `.`, `_` or `-`. Default: that of `within`,
   * else one made anew.
   */
  readonly requestId?: string
  /** The trace that the call belongs to, as W3C Trace Context writes it. Default: that of `within`, else none. */
  readonly traceparent?: string
  /**
   * The context of the handler on whose behalf the call is made, of an axon on the same clock: the call gets no longer than is left there,
   * ends as `cancelled` when that call is over, and carries its request id, so that deadline and name travel through every hop.
   */
  readonly within?: CallScope
}

/** How a fan-out is made. */
export interface CallAllOptions extends CallOptions {
  /** Calls in flight at once; default 256. Each has `timeoutMs` of its own from the moment it begins. */
  readonly concurrency?: number
}
