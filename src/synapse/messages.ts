import { assertSendable } from './assertSendable.js'
import { packPlain, unpackValue } from './messageCodec.js'
import { MalformedMessageError } from './messageErrors.js'
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
  | { readonly kind: 'end'; readonly id: number; readonly status: Status; readonly unhandled: boolean }
  /** The server is stopping: calls in flight go on, new ones belong elsewhere. */
  | { readonly kind: 'goAway' }

const kinds = { request: 1, cancel: 2, credit: 3, answer: 4, chunk: 5, end: 6, goAway: 7 } as const

/** What a message wraps around its body. */
const ENVELOPE = { depth: 1, values: 10 } as const

const MAX_ID = 0xffff_ffff
/** Longest timeout that can be said. */
const MAX_TIMEOUT_MS = Number.MAX_SAFE_INTEGER
/** Most chunks a caller may ask for at once. */
export const MAX_STREAM_CREDIT = 1_024

/**
 * The bytes of a caller's message.
 *
 * @throws UnencodableMessageError when the body would not arrive as it is.
 */
export function encodeCallerMessage(message: CallerMessage): Uint8Array {
  if (message.kind === 'cancel') return packPlain([kinds.cancel, message.id], 'cancel')
  if (message.kind === 'credit') return packPlain([kinds.credit, message.id, message.credit], 'credit')
  const { id, isStream, synapse, timeoutMs, credit, body, requestId, traceparent } = message
  const found = assertSendable('request', body, ENVELOPE)
  const fields: unknown[] = [kinds.request, id, isStream, synapse, Math.ceil(timeoutMs), credit, body]
  if (requestId !== undefined) {
    fields.push(requestId)
    if (traceparent !== undefined) fields.push(traceparent)
  }
  return packPlain(fields, 'request', found)
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
 * The bytes of a server's message.
 *
 * @throws UnencodableMessageError when the body would not arrive as it is.
 */
export function encodeServerMessage(message: ServerMessage): Uint8Array {
  const { kind } = message
  if (kind === 'goAway') return packPlain([kinds.goAway], kind)
  if (kind === 'end') {
    const { id, status, unhandled } = message
    const fields = [kinds.end, id, statusTable[status].wire]
    return packPlain(unhandled ? [...fields, true] : fields, kind)
  }
  const found = assertSendable(kind, message.body, ENVELOPE)
  return packPlain([kinds[kind], message.id, message.body], kind, found)
}

/**
 * A server's message of its bytes; anything that is none is refused.
 *
 * @throws MalformedMessageError
 */
export function decodeServerMessage(bytes: Uint8Array): ServerMessage {
  const fields = fieldsOf(bytes)
  const [kind, id, rest, unhandled] = fields
  if (kind === kinds.goAway && fields.length === 1) return { kind: 'goAway' }
  if (isCount(id, MAX_ID) && fields.length === 3) {
    if (kind === kinds.answer) return { kind: 'answer', id, body: rest }
    if (kind === kinds.chunk) return { kind: 'chunk', id, body: rest }
    const status = kind === kinds.end ? statusOfWire(rest) : undefined
    if (status !== undefined) return { kind: 'end', id, status, unhandled: false }
  }
  if (kind === kinds.end && isCount(id, MAX_ID) && fields.length === 4 && unhandled === true) {
    const status = statusOfWire(rest)
    if (status !== undefined && status !== 'ok') return { kind: 'end', id, status, unhandled }
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
