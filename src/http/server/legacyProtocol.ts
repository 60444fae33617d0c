import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Clock } from '../../clock/index.js'
import type { BaseError } from '../../errors/index.js'
import { type Status, statusTable } from '../../synapse/index.js'
import { NotPythonError, RequestRefusedError } from '../httpErrors.js'
import { isRecord, parseJson, toJson } from '../jsonBody.js'
import { bodyHashOf, type HashField } from '../legacy/bodyHash.js'
import { fieldReader, isLegacyBody, ownFields } from '../legacy/legacyBody.js'
import { type LegacyRules, type LegacyVerified, verifyLegacy } from '../legacy/verifyLegacy.js'
import { jsonReply, UNHANDLED_HEADER } from './plainReplies.js'
import type { HttpRequest, Replies, Reply, ServerProtocol } from './serverProtocol.js'

/** What `bt_header` at the server needs. */
export interface LegacyServerDetails {
  readonly rules: LegacyRules
  /** Fields that are signed, by synapse. */
  readonly hashFields: Readonly<Record<string, readonly HashField[]>>
}

/** `bt_header_*` at the server, for callers of SDK 7.2 to 10.5. */
export function legacyServer({ rules, hashFields }: LegacyServerDetails): ServerProtocol {
  return {
    name: 'bt_header',
    async verify(request, synapse) {
      const startedAtMs = rules.clock.now()
      const headers = await verifyLegacy(request.fields, rules, request.turn)
      const body = bodyOf(await request.body())
      const hashed = Object.hasOwn(hashFields, request.name) ? (hashFields[request.name] ?? []) : []
      // Which fields are hashed depends on the name: who is not let in learns nothing of it.
      const refusal =
        bodyHashOf(body, hashed) === headers.bodyHash
          ? undefined
          : malformed('The body is not the one that computed_body_hash is of.')
      return {
        refusal,
        caller: headers.sender,
        bodySigned: false,
        timeoutMs: headers.timeoutMs,
        request: synapse === undefined ? ownFields(body) : fieldReader(synapse.request)(body),
        replies: repliesTo({
          request,
          headers,
          body,
          receiver: rules.receiver,
          startedAtMs,
          clock: rules.clock,
        }),
      }
    },
    refusal: legacyRefusal,
  }
}

type Body = Readonly<Record<string, unknown>>

function bodyOf(bytes: Uint8Array): Body {
  const json = parseJson(bytes)
  if (json === undefined || !isRecord(json.value)) throw malformed('The body is no JSON object.')
  return json.value
}

interface Answered {
  readonly request: HttpRequest
  readonly headers: LegacyVerified
  readonly body: Body
  readonly receiver: string
  readonly startedAtMs: number
  readonly clock: Clock
}

function repliesTo(answered: Answered): Replies {
  const { request, headers, body, receiver, startedAtMs, clock } = answered
  const inputs = ownFields(body)
  const elapsedSeconds = (): string => ((clock.now() - startedAtMs) / 1_000).toFixed(6)
  const timeoutSeconds = headers.timeoutMs / 1_000
  const common = (httpStatus: number, message: string): Record<string, string> => ({
    ...statusHeaders(httpStatus, message),
    name: request.name,
    timeout: String(timeoutSeconds),
    bt_header_axon_hotkey: receiver,
    bt_header_axon_process_time: elapsedSeconds(),
    bt_header_dendrite_hotkey: headers.sender,
    bt_header_dendrite_uuid: headers.uuid,
    computed_body_hash: headers.bodyHash,
  })
  return {
    answer(answer) {
      if (!isLegacyBody(answer)) throw notPython(request.name)
      const whole = {
        ...inputs,
        ...answer,
        name: request.name,
        timeout: timeoutSeconds,
        axon: { hotkey: receiver, status_code: 200, status_message: 'Success' },
        dendrite: { hotkey: headers.sender, uuid: headers.uuid, status_code: 200, status_message: 'Success' },
        computed_body_hash: headers.bodyHash,
      }
      return jsonReply(200, toJson('answer', whole), common(200, 'Success'))
    },
    failure(status, unhandled) {
      const [httpStatus, message] = wordsOf(status, request.name, timeoutSeconds)
      const extra = unhandled ? { [UNHANDLED_HEADER]: '1' } : {}
      return jsonReply(httpStatus, JSON.stringify({ message }), { ...common(httpStatus, message), ...extra })
    },
    get streamHeaders() {
      return { 'content-type': 'text/event-stream', ...common(200, 'Success') }
    },
    chunk(chunk) {
      if (typeof chunk === 'string') return utf8ToBytes(chunk)
      if (chunk instanceof Uint8Array) return chunk
      throw notPython(
        request.name,
        'chunk',
        'is neither text nor bytes',
        'Stream text or bytes: they travel as they are.',
      )
    },
    saysEnd: false,
    end: (status) => (status === 'ok' ? new Uint8Array() : undefined),
  }
}

/** The words that callers of this protocol match on. */
function wordsOf(
  status: Exclude<Status, 'ok'>,
  name: string,
  timeoutSeconds: number,
): readonly [httpStatus: number, message: string] {
  switch (status) {
    case 'unknownSynapse':
      return [404, `Synapse name '${name}' not found.`]
    case 'forbidden':
      return [403, 'Forbidden. Key is blacklisted: this caller or request is not served.']
    case 'timeout':
      return [408, `Response timeout after: ${timeoutSeconds}s`]
    case 'failed':
      return [500, 'Internal Server Error']
    default:
      return [statusTable[status].http, statusTable[status].meaning]
  }
}

function legacyRefusal(httpStatus: number, message: string): Reply {
  return jsonReply(httpStatus, JSON.stringify({ message }), {
    ...statusHeaders(httpStatus, message),
    [UNHANDLED_HEADER]: '1',
  })
}

/** Text of ours in Latin letters, without line breaks: headers carry nothing else. */
function statusHeaders(httpStatus: number, message: string): Record<string, string> {
  return {
    bt_header_axon_status_code: String(httpStatus),
    bt_header_axon_status_message: message.replaceAll(/[^ -~]/g, '?').slice(0, 512),
  }
}

function malformed(why: string): RequestRefusedError {
  return new RequestRefusedError({ refusal: 'malformed', httpStatus: 400, why })
}

function notPython(
  synapse: string,
  path = 'answer',
  why = 'is no object with names in lower_snake_case',
  remedy = 'Answer with an object: in Python request and answer are one class.',
): BaseError {
  return new NotPythonError({ synapse, path, why, remedy })
}
