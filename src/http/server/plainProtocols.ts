import { systemClock } from '../../clock/index.js'
import type { BtauthRules } from '../btauth/verifyBtauth.js'
import { BTAUTH_MAX_SKEW_MS, checkBtauth } from '../btauth/verifyBtauth.js'
import { type EpistulaRules, verifyEpistula } from '../epistula/epistula.js'
import { nowNsOf, nsOfMs } from '../freshness.js'
import type { HeaderFields } from '../headerFields.js'
import { RequestRefusedError } from '../httpErrors.js'
import { parseJson } from '../jsonBody.js'
import { untilSigned } from '../recordUse.js'
import { plainRefusal, plainReplies } from './plainReplies.js'
import type { HttpRequest, ServerProtocol, VerifiedRequest } from './serverProtocol.js'

/** Time-out that a caller of ours says, in milliseconds. It is not signed, and bounded by what the axon allows. */
export const TIMEOUT_HEADER = 'x-subnetkit-timeout-ms'

/** `btauth/1` at the server. */
export function btauthServer(rules: BtauthRules): ServerProtocol {
  return {
    name: 'btauth/1',
    async verify(request) {
      const { method, target, fields, turn } = request
      await untilTimeOf(fields.get('x-bittensor-nonce'), 1n, {
        ...rules,
        maxSkewMs: rules.maxSkewMs ?? BTAUTH_MAX_SKEW_MS,
      })
      const body = await request.body()
      const nowNs = nowNsOf(rules.clock ?? systemClock)
      const { sender } = await checkBtauth({ method, target, body }, fields, rules, nowNs, turn)
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
      await untilTimeOf(request.fields.get('epistula-timestamp'), 1_000_000n, rules)
      const body = await request.body()
      return verified(request, body, await verifyEpistula(body, request.fields, rules, request.turn))
    },
    refusal: plainRefusal,
  }
}

/** A request that was signed ahead waits before its body is read, so that it holds none meanwhile. */
async function untilTimeOf(
  header: string | null | undefined,
  unitNs: bigint,
  {
    replays,
    maxSkewMs,
    clock = systemClock,
  }: Pick<BtauthRules, 'replays' | 'clock'> & { readonly maxSkewMs: number },
): Promise<void> {
  if (typeof header !== 'string' || !/^[0-9]{1,20}$/.test(header)) return
  const signedAtNs = BigInt(header) * unitNs
  // One from further ahead is refused without waiting.
  if (signedAtNs - nowNsOf(clock) <= nsOfMs(maxSkewMs)) await untilSigned(replays, signedAtNs, clock)
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
