import { type CallContext, RelayedError } from '../../axon/index.js'
import { type Clock, onAbort } from '../../clock/index.js'
import { CallFailedError, DendriteClosedError, type FailureStatus } from '../../dendrite/index.js'
import { RouterClosedError, StreamTruncatedError } from '../../router/index.js'
import type { Status } from '../../synapse/index.js'
import type { Hotkey } from '../../units/index.js'
import { sizeOf } from '../play/sizeOf.js'
import type { CustomerCallEvent } from '../validatorEvents.js'
import type { Sale } from './Sale.js'

/** What a call of a customer begins with. */
export interface CustomerCallParts {
  /** Names it within this validator; no miner ever sees it. */
  readonly id: string
  readonly sale: Sale
  readonly context: CallContext
  readonly request: unknown
  readonly clock: Clock
  /** Aborted when the validator stops. */
  readonly signal: AbortSignal
}

/** A call of a customer: until when it is worked on, what it weighs, and how it ended. */
export class CustomerCall {
  readonly id: string
  readonly sale: Sale
  readonly customer: Hotkey
  readonly requestWeight: number
  /** Who was asked for it, in order. */
  readonly miners: Hotkey[] = []
  readonly #parts: CustomerCallParts
  readonly #controller = new AbortController()
  readonly #forget: (() => void)[]
  #answerWeight = 0
  #status: Status | undefined
  /** Itself, and its asks that are under way. */
  #users = 1

  constructor(parts: CustomerCallParts) {
    const { id, sale, context, request, signal } = parts
    this.id = id
    this.sale = sale
    this.customer = context.caller
    this.requestWeight = sizeOf(request, Number.POSITIVE_INFINITY)
    this.#parts = parts
    const abort = (): void => this.#controller.abort()
    this.#forget = [onAbort(context.signal, abort), onAbort(signal, abort)]
  }

  /** Aborted when its customer does not wait any more, and when the validator stops. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** How it is asked, and asked on, within the customer's time. */
  get options(): { readonly requestId: string; readonly timeoutMs: number; readonly signal: AbortSignal } {
    const { clock, context } = this.#parts
    return {
      requestId: this.id,
      timeoutMs: Math.max(1, context.deadlineMs - clock.now()),
      signal: this.signal,
    }
  }

  /** An ask of it begins, which may last longer than itself; gives what ends it. */
  asks(miner: Hotkey): () => void {
    this.miners.push(miner)
    this.#users++
    return () => this.#leave()
  }

  /** Something goes on to its customer. */
  passes(part: unknown): void {
    this.#answerWeight += sizeOf(part, Number.POSITIVE_INFINITY)
  }

  succeeds(): void {
    this.#status = 'ok'
  }

  /** What its customer is to be told of an error. */
  fails(error: unknown): unknown {
    const told = this.#told(error)
    this.#status = told instanceof RelayedError ? told.status : 'failed'
    return told
  }

  end(): Omit<CustomerCallEvent, 'type'> {
    const { clock, context, sale } = this.#parts
    this.#leave()
    return {
      synapse: sale.synapse.name,
      customer: this.customer,
      miners: this.miners,
      status: this.#ended,
      requestBytes: this.requestWeight,
      answerBytes: this.#answerWeight,
      elapsedMs: clock.now() - context.receivedAtMs,
    }
  }

  /** Whoever ends it first says how. */
  get #ended(): Status {
    const { clock, context, signal } = this.#parts
    if (this.#status === 'ok' || !this.signal.aborted) return this.#status ?? 'cancelled'
    if (signal.aborted) return 'unreachable'
    return clock.now() >= context.deadlineMs ? 'timeout' : 'cancelled'
  }

  #told(error: unknown): unknown {
    if (error instanceof RelayedError) return error
    if (error instanceof CallFailedError || error instanceof StreamTruncatedError) return relayed(error)
    const isClosed = error instanceof RouterClosedError || error instanceof DendriteClosedError
    return isClosed ? relayed({ status: 'unreachable', unhandled: false }) : error
  }

  #leave(): void {
    if (--this.#users === 0) for (const forget of this.#forget) forget()
  }
}

/** How a call to a miner ended, for the customer. */
export function relayed(end: {
  readonly status: FailureStatus
  readonly unhandled: boolean
  readonly retryAfterMs?: number | undefined
}): RelayedError {
  const { status, unhandled } = end
  const retryAfterMs =
    'retryAfterMs' in end && end.retryAfterMs !== undefined ? Math.ceil(end.retryAfterMs) : undefined
  // The customer has cancelled nothing: the validator stops.
  return new RelayedError({
    status: status === 'cancelled' ? 'unreachable' : status,
    unhandled,
    retryAfterMs,
  })
}
