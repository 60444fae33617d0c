import type { Clock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import type { Logger } from '../log/index.js'
import type { CallScope } from '../synapse/index.js'
import type { Carrier } from '../transport/index.js'
import type { Hotkey } from '../units/index.js'
import type { AxonLimits } from './limits.js'
import type { AxonQuotas } from './quotas.js'
import type { AxonTransport } from './transport.js'

/** What a handler knows about a call beside its request. Calls that it makes in turn are given it as `within`. */
export interface CallContext extends CallScope {
  /** The hotkey that the caller proved. */
  readonly caller: Hotkey
  /**
   * Whether what proves the caller covers the whole request. False for callers of `bt_header` over HTTP, whose signatures leave out path and
   * most of the body: somebody on the way may have changed what is asked.
   */
  readonly bodySigned: boolean
  /** On the axon's clock. */
  readonly receivedAtMs: number
}

/** Answers a request. What it throws stays at the server; the caller sees `failed`. */
export type Handler<Request, Answer> = (request: Request, context: CallContext) => Answer | Promise<Answer>

/** Answers a request by chunks; the next one is asked for when the caller has room for it. */
export type StreamHandler<Request, Chunk> = (request: Request, context: CallContext) => AsyncIterable<Chunk>

/** Who wants what. */
export interface CallerInfo<Request = unknown> {
  /** The hotkey that the caller proved. */
  readonly hotkey: Hotkey
  /** Address as the carrier knows it: for logs, never for trust. */
  readonly remote: string
  /** Whether what proves the caller covers the whole request; see `CallContext`. */
  readonly bodySigned: boolean
  /** Name of the synapse. */
  readonly synapse: string
  /** What it asks: as it came for `blacklist`, as the synapse's schema made it for `verify` and `priority`. */
  readonly request: Request
}

/**
 * Decisions about verified callers, in the order in which they are asked. One that throws, or gives anything but what is said here,
 * refuses the call with `forbidden`, and is told in a `fault` event and to the logger. A call holds a place
 * (`limits.maxAdmitting`) until its hooks have ended, also when it is cancelled meanwhile: a hook that waits for something needs
 * a time-out of its own.
 *
 * The hooks of an axon decide about every synapse but those that were given a hook of that name of their own, which decides alone: who may
 * ask what is then said in one place, and a synapse can be open to those whom the others turn away.
 */
export interface AxonHooks<Request = unknown> {
  /**
   * Only `false` lets the call go on; `true` refuses it with `forbidden`. Before the request is checked. The axon's own is asked of names that
   * nobody answers as well: whom it turns away is told `forbidden` of every name, and learns of none whether it is there.
   */
  readonly blacklist?: (call: CallerInfo) => boolean | Promise<boolean>
  /** Only `true` lets the call go on; `false` refuses it with `forbidden`. */
  readonly verify?: (call: CallerInfo<Request>) => boolean | Promise<boolean>
  /** A number, at once: higher goes first when calls have to wait; default the standing of the caller. */
  readonly priority?: (call: CallerInfo<Request>) => number
}

/** How an axon is made. */
export interface AxonOptions extends AxonHooks {
  /**
   * What a caller counts for, by its hotkey alone, at once: a number from 0, where 0 is a stranger. It is asked for every call and connection. Callers with
   * standing find places that strangers cannot take (`limits.reservedPercent`), push out a connection of lower standing where there are too many, and
   * go first where no `priority` says otherwise. Default: nobody has any. `standingByStake` of `subnetkit/neuron` goes by the metagraph.
   */
  readonly standing?: (caller: Hotkey) => number
  /** How much callers may ask in an interval. Default: as much as the limits let through. */
  readonly quotas?: AxonQuotas
  /** Key of the hotkey this axon answers for. */
  readonly signer: Signer
  /** What sessions are carried by. Default `webSocketCarrier()`. */
  readonly carrier?: Carrier
  /**
   * How calls reach the axon, one way or several; the address of the axon is that of the first. Default `[sessionServer()]`: sessions
   * over `carrier`.
   */
  readonly transports?: readonly AxonTransport[]
  /** Default the system clock. */
  readonly clock?: Clock
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /**
   * Web pages that may connect, by their origin such as `https://example.org`. Default: none. A browser names the page in every
   * request, and any page can reach a loopback port; programs name none and are let in.
   */
  readonly allowedOrigins?: readonly string[]
  /** Where faults of hooks, handlers and listeners are said. Default `stderrLogger()`. */
  readonly logger?: Logger
  readonly limits?: Partial<AxonLimits>
}
