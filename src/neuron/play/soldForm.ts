import type { CanonicalValue } from '../../codec/index.js'
import { RoundRecordError, type SoldCall, type StreamPart } from '../../mechanism/index.js'
import { packValue, type Status, statusTable, unpackValue } from '../../synapse/index.js'
import type { Hotkey } from '../../units/index.js'
import type { PlainForm } from './Doorway.js'

/** A call of either kind of synapse. */
export type SoldRowCall = SoldCall<unknown, never>

interface AnyReply {
  readonly status: Status
  readonly elapsedMs: number
  readonly answer?: unknown
  readonly parts?: readonly StreamPart<unknown>[]
}

/** How the calls of customers are written: each request, answer and part as a message of its own, since the bounds of a message are those of one. */
export const soldForm: PlainForm<readonly SoldRowCall[]> = {
  write: (calls) => calls.map(rowOf),
  read: (written) => listOf(written).map(callOf),
}

function rowOf({ hotkey, uid, customer, request, reply }: SoldRowCall): CanonicalValue {
  const { status, elapsedMs, answer, parts }: AnyReply = reply
  const came = parts?.map(({ chunk, atMs }) => [atMs, packValue(chunk)])
  const body: CanonicalValue = came ?? (status === 'ok' ? packValue(answer) : null)
  return [hotkey, uid, customer, packValue(request), status, elapsedMs, body]
}

/** @throws RoundRecordError */
function callOf(row: CanonicalValue): SoldRowCall {
  const [hotkey, uid, customer, request, status, elapsedMs, body = null] = listOf(row)
  if (typeof hotkey !== 'string' || typeof customer !== 'string' || typeof uid !== 'number') throw malformed()
  if (typeof status !== 'string' || !Object.hasOwn(statusTable, status) || typeof elapsedMs !== 'number')
    throw malformed()
  const miner = hotkey as Hotkey
  // In the order of a live one: a mechanism may write it as JSON.
  const reply = { hotkey: miner, status, ...bodyOf(body), elapsedMs, sentAtMs: 0, uid }
  return {
    hotkey: miner,
    uid,
    customer: customer as Hotkey,
    request: unpacked(request),
    reply: reply as never,
  }
}

function bodyOf(body: CanonicalValue): Pick<AnyReply, 'answer' | 'parts'> {
  if (body === null) return {}
  if (body instanceof Uint8Array) return { answer: unpacked(body) }
  const parts = listOf(body).map((part) => {
    const [atMs, chunk] = listOf(part)
    if (typeof atMs !== 'number') throw malformed()
    return { chunk: unpacked(chunk), atMs }
  })
  return { parts }
}

function listOf(value: CanonicalValue): readonly CanonicalValue[] {
  if (!Array.isArray(value)) throw malformed()
  return value
}

function unpacked(bytes: CanonicalValue | undefined): unknown {
  if (!(bytes instanceof Uint8Array)) throw malformed()
  try {
    return unpackValue(bytes)
  } catch (cause) {
    throw malformed(cause)
  }
}

function malformed(cause?: unknown): RoundRecordError {
  return new RoundRecordError({ why: 'what customers asked is malformed', cause })
}
