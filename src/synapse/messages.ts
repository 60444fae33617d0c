import type { MsgpackWriter } from './MsgpackWriter.js'
import { copied, lend, unpackValue, type Writing } from './messageCodec.js'
import { MalformedMessageError, type SendableFault } from './messageErrors.js'
import { isRequestId, isTraceparent } from './requestId.js'
import { statusOfWire, statusTable } from './status.js'
import type { Status } from './types.js'

/** What a caller says to a server. */
export type CallerMessage =
  | {
      readonly kind: 'request'
      /** Counts up within a connection; never used twice. */
      readonly id: number
      readonly isStream: boolean
      readonly synapse: string
      /** What is left of the caller's patience. */
      readonly timeoutMs: number
      /** Chunks the caller has room for. */
      readonly credit: number
      readonly body: unknown
      /** What the caller names it; a server names one itself where there is none. */
      readonly requestId?: string | undefined
      /** The trace that it belongs to; travels with a name only. */
      readonly traceparent?: string | undefined
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'credit'; readonly id: number; readonly credit: number }

/** What a server says to a caller. */
export type ServerMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly body: unknown }
  | { readonly kind: 'chunk'; readonly id: number; readonly body: unknown }
  /** The call is over without a body: a refusal, or `ok` at the end of a stream. `unhandled`: no handler began with it. */
  | {
      readonly kind: 'end'
      readonly id: number
      readonly status: Status
      readonly unhandled: boolean
      /** When it may be worth asking again, up to an hour; of `overloaded` alone. */
      readonly retryAfterMs?: number | undefined
    }
  /**
   * The server reads no more requests here, and says so at most once: calls in flight go on, others belong elsewhere.
   * `overloaded` where it has no place for this caller, `unreachable` where it stops, or was idle.
   */
  | {
      readonly kind: 'goAway'
      /** Requests of this id and above it has not read and will not; 0 where it has read none. */
      readonly unreadFrom: number
      readonly status: 'overloaded' | 'unreachable'
    }

const kinds = { request: 1, cancel: 2, credit: 3, answer: 4, chunk: 5, end: 6, goAway: 7 } as const

/** What a message wraps around its body. */
const ENVELOPE = { depth: 1, values: 10 } as const

const MAX_ID = 0xffff_ffff
/** Longest timeout that can be said. */
const MAX_TIMEOUT_MS = Number.MAX_SAFE_INTEGER
/** Longest wait that a refusal can name. */
const MAX_RETRY_AFTER_MS = 3_600_000
/** Most chunks a caller may ask for at once. */
export const MAX_STREAM_CREDIT = 1_024

/**
 * The bytes of a caller's message, in memory of their own.
 *
 * @throws UnencodableMessageError when the body would not arrive as it is.
 */
export function encodeCallerMessage(message: CallerMessage): Uint8Array {
  return lend(callerWriting(message), copied)
}

/**
 * Lends the bytes of a caller's message to `use`, for as long as that runs: the next message is written over them.
 *
 * PERF: as `encodeCallerMessage` without its copy.
 *
 * @returns what `use` gives.
 * @throws UnencodableMessageError when the body would not arrive as it is.
 *
 * @example
 * ```ts
 * import { lendCallerMessage } from 'subnetkit/synapse'
 *
 * lendCallerMessage({ kind: 'cancel', id: 7 }, (bytes) => bytes.length)
 * ```
 */
export function lendCallerMessage<T>(message: CallerMessage, use: (bytes: Uint8Array) => T): T {
  return lend(callerWriting(message), use)
}

function callerWriting(message: CallerMessage): Writing {
  return { root: message.kind, values: ENVELOPE.values, write: (writer) => writeCaller(writer, message) }
}

function writeCaller(writer: MsgpackWriter, message: CallerMessage): SendableFault | undefined {
  const { kind, id } = message
  if (kind !== 'request') {
    writer.array(kind === 'cancel' ? 2 : 3)
    writer.number(kinds[kind])
    writer.number(id)
    if (kind === 'credit') writer.number(message.credit)
    return undefined
  }
  const { requestId, traceparent } = message
  const named = requestId === undefined ? 0 : traceparent === undefined ? 1 : 2
  writer.array(7 + named)
  writer.number(kinds.request)
  writer.number(id)
  writer.flag(message.isStream)
  const misnamed = writer.text(message.synapse)
  writer.number(Math.ceil(message.timeoutMs))
  writer.number(message.credit)
  const fault = misnamed ?? writer.value(message.body, ENVELOPE.depth)
  if (fault !== undefined || requestId === undefined) return fault
  return writer.text(requestId) ?? (traceparent === undefined ? undefined : writer.text(traceparent))
}

/**
 * A caller's message of its bytes; anything that is none is refused.
 *
 * @throws MalformedMessageError
 */
export function decodeCallerMessage(bytes: Uint8Array): CallerMessage {
  const fields = fieldsOf(bytes)
  const [kind, id] = fields
  if (!isCount(id, MAX_ID)) throw new MalformedMessageError({ fault: 'unknownKind' })
  if (kind === kinds.cancel && fields.length === 2) return { kind: 'cancel', id }
  if (kind === kinds.credit && fields.length === 3 && isCredit(fields[2])) {
    return { kind: 'credit', id, credit: fields[2] }
  }
  const [, , isStream, synapse, timeoutMs, credit, body, requestId, traceparent] = fields
  if (
    kind === kinds.request &&
    fields.length >= 7 &&
    fields.length <= 9 &&
    typeof isStream === 'boolean' &&
    typeof synapse === 'string' &&
    synapse.length <= 64 &&
    isCount(timeoutMs, MAX_TIMEOUT_MS) &&
    (isStream ? isCredit(credit) : credit === 0) &&
    (fields.length === 7 || isRequestId(requestId)) &&
    (fields.length <= 8 || isTraceparent(traceparent))
  ) {
    return {
      kind: 'request',
      id,
      isStream,
      synapse,
      timeoutMs,
      credit: credit as number,
      body,
      requestId: requestId as string | undefined,
      traceparent: traceparent as string | undefined,
    }
  }
  throw new MalformedMessageError({ fault: 'unknownKind' })
}

/**
 * The bytes of a server's message, in memory of their own.
 *
 * @throws UnencodableMessageError when the body would not arrive as it is.
 */
export function encodeServerMessage(message: ServerMessage): Uint8Array {
  return lend(serverWriting(message), copied)
}

/**
 * Lends the bytes of a server's message to `use`, for as long as that runs: the next message is written over them.
 *
 * PERF: as `encodeServerMessage` without its copy.
 *
 * @returns what `use` gives.
 * @throws UnencodableMessageError when the body would not arrive as it is.
 *
 * @example
 * ```ts
 * import { lendServerMessage } from 'subnetkit/synapse'
 *
 * lendServerMessage({ kind: 'answer', id: 7, body: 'yes' }, (bytes) => bytes.length)
 * ```
 */
export function lendServerMessage<T>(message: ServerMessage, use: (bytes: Uint8Array) => T): T {
  return lend(serverWriting(message), use)
}

function serverWriting(message: ServerMessage): Writing {
  return { root: message.kind, values: ENVELOPE.values, write: (writer) => writeServer(writer, message) }
}

function writeServer(writer: MsgpackWriter, message: ServerMessage): SendableFault | undefined {
  const { kind } = message
  if (kind === 'goAway') {
    writer.array(3)
    writer.number(kinds.goAway)
    writer.number(message.unreadFrom)
    writer.number(statusTable[message.status].wire)
    return undefined
  }
  writer.array(kind === 'end' ? endFields(message) : 3)
  writer.number(kinds[kind])
  writer.number(message.id)
  if (kind !== 'end') return writer.value(message.body, ENVELOPE.depth)
  writer.number(statusTable[message.status].wire)
  if (message.unhandled) {
    writer.flag(true)
    if (message.retryAfterMs !== undefined) writer.number(retryHintOf(message.retryAfterMs))
  }
  return undefined
}

function endFields({ unhandled, retryAfterMs }: Extract<ServerMessage, { kind: 'end' }>): number {
  if (!unhandled) return 3
  return retryAfterMs === undefined ? 4 : 5
}

/** A whole number of milliseconds that can be said. */
function retryHintOf(retryAfterMs: number): number {
  return Math.min(Math.ceil(retryAfterMs), MAX_RETRY_AFTER_MS)
}

/**
 * A server's message of its bytes; anything that is none is refused.
 *
 * @throws MalformedMessageError
 */
export function decodeServerMessage(bytes: Uint8Array): ServerMessage {
  const fields = fieldsOf(bytes)
  const [kind, id, rest, unhandled, retryAfterMs] = fields
  if (kind === kinds.goAway && fields.length === 3 && isCount(id, MAX_ID + 1)) {
    const status = statusOfWire(rest)
    if (status === 'overloaded' || status === 'unreachable') return { kind: 'goAway', unreadFrom: id, status }
  }
  if (isCount(id, MAX_ID) && fields.length === 3) {
    if (kind === kinds.answer) return { kind: 'answer', id, body: rest }
    if (kind === kinds.chunk) return { kind: 'chunk', id, body: rest }
    const status = kind === kinds.end ? statusOfWire(rest) : undefined
    if (status !== undefined) return { kind: 'end', id, status, unhandled: false }
  }
  if (kind === kinds.end && isCount(id, MAX_ID) && unhandled === true) {
    const status = statusOfWire(rest)
    if (status !== undefined && status !== 'ok') {
      if (fields.length === 4) return { kind: 'end', id, status, unhandled }
      if (fields.length === 5 && status === 'overloaded' && isCount(retryAfterMs, MAX_RETRY_AFTER_MS))
        return { kind: 'end', id, status, unhandled, retryAfterMs }
    }
  }
  throw new MalformedMessageError({ fault: 'unknownKind' })
}

function fieldsOf(bytes: Uint8Array): readonly unknown[] {
  const fields = unpackValue(bytes)
  if (!Array.isArray(fields)) throw new MalformedMessageError({ fault: 'unknownKind' })
  return fields
}

function isCount(value: unknown, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max
}

function isCredit(value: unknown): value is number {
  return isCount(value, MAX_STREAM_CREDIT) && value > 0
}
