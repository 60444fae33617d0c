import { systemClock } from '../../clock/index.js'
import type { BtauthRules } from '../btauth/verifyBtauth.js'
import { checkBtauth } from '../btauth/verifyBtauth.js'
import { type EpistulaRules, verifyEpistula } from '../epistula/epistula.js'
import { nowNsOf } from '../freshness.js'
import type { HeaderFields } from '../headerFields.js'
import { RequestRefusedError } from '../httpErrors.js'
import { parseJson } from '../jsonBody.js'
import { plainRefusal, plainReplies } from './plainReplies.js'
import type { HttpRequest, ServerProtocol, VerifiedRequest } from './serverProtocol.js'

/** Time-out that a caller of ours says, in milliseconds. It is not signed, and bounded by what the axon allows. */
export const TIMEOUT_HEADER = 'x-subnetkit-timeout-ms'

/** `btauth/1` at the server. */
export function btauthServer(rules: BtauthRules): ServerProtocol {
  return {
    name: 'btauth/1',
    async verify(request) {
      const body = await request.body()
      const { method, target, fields } = request
      const nowNs = nowNsOf(rules.clock ?? systemClock)
      const { sender } = await checkBtauth({ method, target, body }, fields, rules, nowNs)
      return verified(request, body, sender)
    },
    refusal: plainRefusal,
  }
}

/** `epistula/2` at the server. */
export function epistulaServer(rules: EpistulaRules): ServerProtocol {
  return {
    name: 'epistula/2',
    async verify(request) {
      const body = await request.body()
      return verified(request, body, await verifyEpistula(body, request.fields, rules))
    },
    refusal: plainRefusal,
  }
}

function verified(
  request: HttpRequest,
  body: Uint8Array,
  caller: VerifiedRequest['caller'],
): VerifiedRequest {
  const json = parseJson(body)
  if (json === undefined)
    throw new RequestRefusedError({ refusal: 'malformed', httpStatus: 400, why: 'The body is no JSON.' })
  const timeoutMs = timeoutOf(request.fields)
  return { caller, bodySigned: true, timeoutMs, request: json.value, replies: plainReplies }
}

function timeoutOf(fields: HeaderFields): number | undefined {
  const timeout = fields.get(TIMEOUT_HEADER)
  if (timeout === undefined) return undefined
  if (timeout !== null && /^[1-9][0-9]{0,14}$/.test(timeout)) return Number(timeout)
  throw new RequestRefusedError({
    refusal: 'malformed',
    httpStatus: 400,
    why: `${TIMEOUT_HEADER} is no time.`,
  })
}
