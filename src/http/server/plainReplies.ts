import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type Status, statusTable } from '../../synapse/index.js'
import { toJson } from '../jsonBody.js'
import type { Replies, Reply } from './serverProtocol.js'

/** Says that no handler began with a request. */
export const UNHANDLED_HEADER = 'x-subnetkit-unhandled'
/** What streams of `btauth/1` and `epistula/2` are: a JSON object a line, and the last says that it is the last. */
export const NDJSON = 'application/x-ndjson'

/** How `btauth/1` and `epistula/2` answer: the answer itself as JSON, and streams as lines of JSON with an end of their own. */
export const plainReplies: Replies = {
  answer: (body) => jsonReply(200, toJson('answer', body)),
  failure(status, unhandled) {
    const { http, meaning } = statusTable[status]
    return jsonReply(
      http,
      JSON.stringify({ status, message: meaning }),
      unhandled ? { [UNHANDLED_HEADER]: '1' } : {},
    )
  },
  streamHeaders: { 'content-type': NDJSON },
  chunk: (body) => utf8ToBytes(`{"chunk":${toJson('chunk', body)}}\n`),
  saysEnd: true,
  end: (status: Status) => utf8ToBytes(`${JSON.stringify({ end: status })}\n`),
}

/** What a caller who is not proven is told. */
export function plainRefusal(httpStatus: number, message: string): Reply {
  return jsonReply(httpStatus, JSON.stringify({ message }), { [UNHANDLED_HEADER]: '1' })
}

/** A response of JSON. */
export function jsonReply(httpStatus: number, json: string, headers: Record<string, string> = {}): Reply {
  return { httpStatus, headers: { 'content-type': 'application/json', ...headers }, body: utf8ToBytes(json) }
}
