import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Signer } from '../../crypto/index.js'
import type { TransportCall } from '../../dendrite/index.js'
import type { Synapse } from '../../synapse/index.js'
import { type BtauthSigner, signBtauth } from '../btauth/signBtauth.js'
import { signEpistula } from '../epistula/epistula.js'
import { NotPythonError } from '../httpErrors.js'
import { isRecord, toJson } from '../jsonBody.js'
import { fieldReader, isLegacyBody } from '../legacy/legacyBody.js'
import { signLegacy } from '../legacy/signLegacy.js'
import type { HashFields } from '../protocolOptions.js'
import { TIMEOUT_HEADER } from '../server/plainProtocols.js'
import { NDJSON } from '../server/plainReplies.js'
import type { ClientProtocol } from './clientProtocol.js'

/** `btauth/1` at the caller. */
export function btauthClient(signer: BtauthSigner): ClientProtocol {
  return {
    async draft(call, lane, leftMs) {
      const body = utf8ToBytes(toJson('request', call.body))
      const signed = await signBtauth({
        signer,
        target: `/${call.synapse.name}`,
        body,
        receiver: call.target.hotkey,
        nonce: lane.nonces.next(),
      })
      return { headers: { ...signed, ...plainHeaders(call, leftMs) }, body }
    },
    answerOf: (_call, json) => ({ body: json }),
    streams: 'lines',
  }
}

/** `epistula/2` at the caller. */
export function epistulaClient(signer: Signer): ClientProtocol {
  return {
    async draft(call, lane, leftMs) {
      const body = utf8ToBytes(toJson('request', call.body))
      const timestampMs = Number(lane.nonces.next() / 1_000_000n)
      const uuid = globalThis.crypto.randomUUID()
      const signed = signEpistula({ signer, receiver: call.target.hotkey, body, uuid, timestampMs })
      return { headers: { ...signed, ...plainHeaders(call, leftMs) }, body }
    },
    answerOf: (_call, json) => ({ body: json }),
    streams: 'lines',
  }
}

/** `bt_header_*` at the caller, for servers of SDK 7.2 to 10.5. */
export function legacyClient(details: {
  readonly signer: Signer
  readonly hashFields: HashFields
  readonly streams: 'text' | 'bytes'
}): ClientProtocol {
  const { signer, hashFields, streams } = details
  return {
    async draft(call, lane, leftMs) {
      const { synapse, body } = call
      const { name } = synapse
      if (!isLegacyBody(body)) throw notPython(name, 'request', 'is no object with names in lower_snake_case')
      const json = toJson('request', body)
      const hashed = Object.hasOwn(hashFields, name) ? (hashFields[name] ?? []) : []
      const nonce = lane.nonces.next()
      const draft = {
        signer,
        synapse: name,
        body,
        hashFields: hashed,
        target: call.target,
        uuid: lane.uuid,
        nonce,
      }
      const headers = signLegacy({ ...draft, timeoutMs: leftMs })
      if (headers === undefined)
        throw notPython(name, 'request', 'lacks a signed field, or has one of another type')
      return { headers: { ...headers, ...tracing(call), accept: '*/*' }, body: utf8ToBytes(json) }
    },
    answerOf(call, json) {
      return isRecord(json) ? { body: fieldReader((call.synapse as Synapse).answer)(json) } : undefined
    },
    streams,
  }
}

function plainHeaders(call: TransportCall, leftMs: number): Record<string, string> {
  return {
    ...tracing(call),
    accept: call.synapse.kind === 'stream' ? NDJSON : 'application/json',
    [TIMEOUT_HEADER]: String(Math.max(1, Math.ceil(leftMs))),
  }
}

function tracing({ requestId, traceparent }: TransportCall): Record<string, string> {
  return { 'x-request-id': requestId, ...(traceparent === undefined ? {} : { traceparent }) }
}

function notPython(synapse: string, path: string, why: string): NotPythonError {
  const remedy =
    'Peers of this protocol speak one flat object per synapse, with typed fields in lower_snake_case.'
  return new NotPythonError({ synapse, path, why, remedy })
}
