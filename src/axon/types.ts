import type { Clock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import type { Carrier } from '../transport/index.js'
import type { Hotkey } from '../units/index.js'
import type { AxonLimits } from './limits.js'

/** What a handler knows about a call beside its request. */
export interface CallContext {
  /** The hotkey that the caller proved. */
  readonly caller: Hotkey
  /** Aborted at the deadline, when the caller cancels or is gone, and when the axon stops. */
  readonly signal: AbortSignal
  /** On the axon's clock. */
  readonly receivedAtMs: number
}

/** Answers a request. What it throws stays at the server; the caller sees `failed`. */
export type Handler<Request, Answer> = (request: Request, context: CallContext) => Answer | Promise<Answer>

/** Answers a request by chunks; the next one is asked for when the caller has room for it. */
export type StreamHandler<Request, Chunk> = (request: Request, context: CallContext) => AsyncIterable<Chunk>

/** Who wants what: all that is known before a request is looked at. */
export interface CallerInfo {
  readonly hotkey: Hotkey
  readonly synapse: string
}

/** A call whose request fits its schema. */
export interface VerifiableCall extends CallerInfo {
  readonly request: unknown
}

/** Decisions about verified callers. One that throws refuses the call. */
export interface AxonHooks {
  /** True refuses the call with `forbidden`. */
  readonly blacklist?: (caller: CallerInfo) => boolean | Promise<boolean>
  /** Higher goes first when calls have to wait; default 0. */
  readonly priority?: (caller: CallerInfo) => number
  /** False refuses the call with `forbidden`. */
  readonly verify?: (call: VerifiableCall) => boolean | Promise<boolean>
}

/** How an axon is made. */
export interface AxonOptions extends AxonHooks {
  /** Key of the hotkey this axon answers for. */
  readonly signer: Signer
  /** Default `webSocketCarrier()`. */
  readonly carrier?: Carrier
  /** Default the system clock. */
  readonly clock?: Clock
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  readonly limits?: Partial<AxonLimits>
}
