/** How one call is made. */
export interface CallOptions {
  /** From now to the whole answer; default `limits.callMs`, for streams `limits.streamMs`. */
  readonly timeoutMs?: number
  /** Ends the call as `cancelled`; the server is told. */
  readonly signal?: AbortSignal
}

/** How a fan-out is made. */
export interface CallAllOptions extends CallOptions {
  /** Calls in flight at once; default 64. Each has `timeoutMs` of its own from the moment it begins. */
  readonly concurrency?: number
}
