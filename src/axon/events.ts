import type { Status } from '../synapse/index.js'
import type { CarrierRefusal, FrameFault, SessionRefusal } from '../transport/index.js'
import type { Hotkey } from '../units/index.js'
import type { HookName } from './axonErrors.js'

/**
 * Why an axon turned somebody away. The peer sees a close code or a status, never more.
 *
 * Connections: what the carrier, the handshake and the session name (`pushedOut` also for a proven caller whose
 * idle connection gave way to a newer one), and
 * - `handshakeAbandoned`: the peer left before it proved anything.
 * - `tooManyFromCaller`: one hotkey has too many connections.
 * - `malformedMessage`: an authentic message that is no message; the connection is closed.
 * - `protocolViolation`: a message out of turn (an id used twice); the connection is closed.
 * - `slowReader`: too many bytes wait for the peer; the connection is closed.
 *
 * Requests over HTTP, each of which is proven by itself: `unsignedRequest` (in no protocol that is spoken), `malformedHttp`,
 * `badRequestSignature` (it does not hold, or was used), `bodyNotRead`, `tooManyRequests` (wait to be proven); `cause` says more.
 *
 * Calls: `unknownSynapse`, `malformedRequest`, `blacklisted`, `notVerified`, `noPriority` (the hook gave none), `connectionBusy`
 * (too many calls on one connection), `requestBytesFull` (too many bytes of requests are held, of
 * the caller or of all), `quota` (of the caller or of all), `admittingFull` (too many are with the hooks), `queueFull`, `displaced` (by one of
 * higher priority), `shed` (it waited for half of its time, or too long for the usual answer to be in time), `stopping`. A hook that threw or gave what decides nothing is in `cause`.
 */
export type RefusalReason =
  | CarrierRefusal
  | Exclude<SessionRefusal, 'closedByPeer'>
  | FrameFault
  | 'handshakeAbandoned'
  | 'tooManyFromCaller'
  | 'malformedMessage'
  | 'protocolViolation'
  | 'slowReader'
  | 'unsignedRequest'
  | 'malformedHttp'
  | 'badRequestSignature'
  | 'bodyNotRead'
  | 'tooManyRequests'
  | 'unknownSynapse'
  | 'malformedRequest'
  | 'blacklisted'
  | 'notVerified'
  | 'noPriority'
  | 'admittingFull'
  | 'quota'
  | 'connectionBusy'
  | 'requestBytesFull'
  | 'queueFull'
  | 'displaced'
  | 'shed'
  | 'stopping'

/** Why a call is refused, and what its caller is told. */
export interface FixedRefusal {
  readonly reason: RefusalReason
  readonly status: Exclude<Status, 'ok'>
}

/** Somebody was turned away. */
export interface RefusedEvent {
  readonly reason: RefusalReason
  /** Address as the carrier knows it. */
  readonly remote: string
  /** Set once the caller is proven. */
  readonly caller?: Hotkey
  /** Set when a call was refused. */
  readonly synapse?: string
  /** Set when a call was refused: what its caller, or else the axon, named it. */
  readonly requestId?: string
  /** What went wrong, for the server's own log. */
  readonly cause?: unknown
}

/** A call was answered, a stream to its end. */
export interface AnsweredEvent {
  readonly caller: Hotkey
  readonly synapse: string
  /** What its caller, or else the axon, named the call. */
  readonly requestId: string
  readonly elapsedMs: number
}

/** A call did not end in an answer though it was let in. */
export interface FailedEvent {
  readonly caller: Hotkey
  readonly synapse: string
  /** What its caller, or else the axon, named the call. */
  readonly requestId: string
  /** What the caller was told: of a handler's own making `failed`, `timeout`, `cancelled`, `tooLarge` or `unreachable`; any other where it relayed one. */
  readonly status: Exclude<Status, 'ok'>
  /** From its arrival to its last word. */
  readonly elapsedMs: number
  /** What the handler threw, or what is wrong with its answer; it never leaves this process. A `RelayedError` is no fault. */
  readonly cause?: unknown
}

/**
 * What an axon was given does not do as it should; said to the logger as well, each distinct fault once and then with its count.
 *
 * - `blacklist`, `verify`, `priority`: it threw, or gave what decides nothing (`HookResultError`); the call was refused.
 * - `standing`: it threw, or gave no number from 0; the caller counted as a stranger.
 * - `handler`: it threw, or its answer fits no schema, cannot travel or is too large; or it goes on long after its call
 *   (`OverrunError`), and holds its place.
 * - `hooks`: a hook or an asynchronous schema goes on long after its call (`OverrunError`); it holds its place.
 * - `request schema`: the schema threw.
 * - `listener`: it threw and was dropped.
 */
export interface FaultEvent {
  readonly part: HookName | 'standing' | 'handler' | 'hooks' | 'request schema' | 'listener'
  readonly synapse?: string
  readonly caller?: Hotkey
  /** Set where it came to light in a call. */
  readonly requestId?: string
  readonly cause: unknown
}

/** What an axon tells, by name of event. */
export interface AxonEvents {
  /** A caller proved who it is. */
  readonly connected: { readonly caller: Hotkey; readonly remote: string }
  readonly disconnected: { readonly caller: Hotkey; readonly remote: string; readonly code: number }
  readonly refused: RefusedEvent
  readonly failed: FailedEvent
  readonly fault: FaultEvent
  readonly answered: AnsweredEvent
}

/** Names of all events. */
export const AXON_EVENTS = [
  'connected',
  'disconnected',
  'refused',
  'failed',
  'fault',
  'answered',
] as const satisfies readonly (keyof AxonEvents)[]
