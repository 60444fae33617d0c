import type { Clock } from '../../clock/index.js'
import { bytesOfHex, InvalidAddressError, publicKeyOf, verifySignature } from '../../crypto/index.js'
import { type Address, asHotkey, type Hotkey } from '../../units/index.js'
import { nowNsOf, nsOfMs } from '../freshness.js'
import type { HeaderFields } from '../headerFields.js'
import { type RequestRefusal, RequestRefusedError } from '../httpErrors.js'
import type { ProofTurn } from '../proofTurn.js'
import type { ReplayStore } from '../ReplayStore.js'
import { recordUse } from '../recordUse.js'
import { legacyMessage } from './legacyMessage.js'

/** What a server holds requests of `bt_header_*` to. */
export interface LegacyRules {
  readonly receiver: string
  readonly replays: ReplayStore
  /** Longest time-out that widens the window. */
  readonly maxTimeoutMs: number
  readonly maxSkewMs: number
  readonly notBeforeMs?: number | undefined
  readonly clock: Clock
}

/** Who sent a request whose headers hold, and what they say of its body. */
export interface LegacyVerified {
  readonly sender: Hotkey
  readonly uuid: string
  readonly timeoutMs: number
  readonly bodyHash: string
}

/** What a window is wider than the time-out. */
const GRACE_MS = 4_000
/** What a caller that says no time-out means. */
const DEFAULT_TIMEOUT_MS = 12_000
/** Older callers have weaker rules, which are not spoken. */
const OLDEST_VERSION = 7_002_000

/**
 * Verifies the headers of a request, which sign its body by the hash of some fields only.
 *
 * @throws RequestRefusedError with the status and the sentence that callers of this protocol know.
 * @source spec: `spec/wire-python-interop.md` A4, A6, A7, A9
 */
export async function verifyLegacy(
  fields: HeaderFields,
  rules: LegacyRules,
  turn?: ProofTurn,
): Promise<LegacyVerified> {
  const { sender, nonce, uuid, bodyHash, signature, timeoutMs } = readHeaders(fields)
  const publicKey = keyOf(sender)
  checkWindow(nonce, timeoutMs, rules)
  const message = legacyMessage({ nonce, sender, receiver: rules.receiver, uuid, bodyHash })
  await turn?.()
  const request = { scheme: 'sr25519', publicKey, message, signature: bytesOfHex(signature) } as const
  if (!verifySignature({ ...request, acceptWrapped: true }))
    throw notVerified('badSignature', 'Signature mismatch')
  const entry = { receiver: rules.receiver, sender, nonce: `bt_header ${nonce} ${uuid}` }
  await recordUse(rules.replays, { entry, signedAtNs: nonce }, rules.clock).catch((error: unknown) => {
    if (!(error instanceof RequestRefusedError) || error.refusal !== 'replayed') throw error
    throw notVerified('replayed', 'Nonce is too old, a newer one was last processed')
  })
  return { sender: asHotkey(sender as Address), uuid, timeoutMs, bodyHash }
}

interface LegacyHeaders {
  readonly sender: string
  readonly nonce: bigint
  readonly uuid: string
  readonly bodyHash: string
  readonly signature: string
  readonly timeoutMs: number
}

function readHeaders(fields: HeaderFields): LegacyHeaders {
  const signature = one(fields, 'bt_header_dendrite_signature')
  if (signature === undefined || signature === '') throw notVerified('malformed', 'Missing signature')
  if (!/^(?:0x)?[0-9a-fA-F]{128}$/.test(signature))
    throw notVerified('malformed', 'The signature is not 64 bytes in hexadecimal digits')
  const nonce = one(fields, 'bt_header_dendrite_nonce')
  if (nonce === undefined) throw notVerified('malformed', 'Missing Nonce')
  if (!/^[1-9][0-9]{0,19}$/.test(nonce))
    throw malformed('bt_header_dendrite_nonce is no time in nanoseconds.')
  const sender = one(fields, 'bt_header_dendrite_hotkey')
  if (sender === undefined) throw notVerified('malformed', 'The hotkey is missing')
  const bodyHash = one(fields, 'computed_body_hash')
  // Without the hash there is nothing that the signature could cover.
  if (bodyHash === undefined || !/^[0-9a-f]{64}$/.test(bodyHash))
    throw notVerified('badSignature', 'Signature mismatch')
  const version = one(fields, 'bt_header_dendrite_version')
  if (version === undefined || !/^[0-9]{1,12}$/.test(version) || Number(version) < OLDEST_VERSION)
    throw malformed('bt_header_dendrite_version is missing or of a version that is not spoken.')
  const uuid = one(fields, 'bt_header_dendrite_uuid') ?? 'None'
  if (uuid.length > 64) throw malformed('bt_header_dendrite_uuid is too long.')
  return { sender, nonce: BigInt(nonce), uuid, bodyHash, signature, timeoutMs: timeoutOf(fields) }
}

function timeoutOf(fields: HeaderFields): number {
  const timeout = one(fields, 'timeout')
  if (timeout === undefined) return DEFAULT_TIMEOUT_MS
  const timeoutMs = /^[0-9]{1,9}(?:\.[0-9]{1,20})?(?:e[+-]?[0-9]{1,2})?$/.test(timeout)
    ? 1_000 * Number(timeout)
    : 0
  if (timeoutMs <= 0 || timeoutMs > Number.MAX_SAFE_INTEGER)
    throw malformed('timeout is no number of seconds.')
  return timeoutMs
}

function checkWindow(nonce: bigint, timeoutMs: number, rules: LegacyRules): void {
  const nowNs = nowNsOf(rules.clock)
  const windowMs = Math.min(timeoutMs, rules.maxTimeoutMs) + GRACE_MS
  const ageNs = nowNs - nonce
  if (ageNs >= nsOfMs(windowMs)) {
    const [allowed, actual] = [windowMs / 1_000, Number(ageNs / 1_000_000n) / 1_000]
    throw notVerified(
      'stale',
      `Nonce is too old: acceptable delta is ${allowed.toFixed(2)} seconds but request was ${actual.toFixed(2)} seconds old`,
    )
  }
  if (-ageNs > nsOfMs(rules.maxSkewMs)) throw notVerified('stale', 'Nonce is from the future')
  if (rules.notBeforeMs !== undefined && nonce < nsOfMs(rules.notBeforeMs))
    throw notVerified('stale', 'Nonce is older than this server')
}

function keyOf(sender: string): Uint8Array {
  try {
    return publicKeyOf(sender as Address)
  } catch (error) {
    if (error instanceof InvalidAddressError) throw notVerified('malformed', 'The hotkey is no address')
    throw error
  }
}

/** The one value of a header. */
function one(fields: HeaderFields, name: string): string | undefined {
  const value = fields.get(name)
  if (value === null) throw malformed(`${name} is there twice.`)
  return value
}

function notVerified(refusal: RequestRefusal, why: string): RequestRefusedError {
  return new RequestRefusedError({ refusal, httpStatus: 401, why: `Not Verified with error: ${why}` })
}

function malformed(why: string): RequestRefusedError {
  return new RequestRefusedError({ refusal: 'malformed', httpStatus: 400, why })
}
