import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Clock } from '../../clock/index.js'
import {
  bytesOfHex,
  hexOf,
  InvalidAddressError,
  publicKeyOf,
  type Signer,
  sha256Hex,
  verifySignature,
} from '../../crypto/index.js'
import { type Address, asHotkey, type Hotkey } from '../../units/index.js'
import { checkFreshness, nowNsOf } from '../freshness.js'
import type { HeaderFields } from '../headerFields.js'
import { type RequestRefusal, RequestRefusedError } from '../httpErrors.js'
import type { ProofTurn } from '../proofTurn.js'
import type { ReplayStore } from '../ReplayStore.js'
import { recordUse } from '../recordUse.js'

/** What a signature of Epistula v2 covers. */
export interface EpistulaMessage {
  readonly body: Uint8Array
  readonly uuid: string
  readonly timestampMs: number
  /** Empty for a request that is for whoever gets it. */
  readonly signedFor: string
}

/**
 * The bytes that are signed.
 *
 * @source spec: `spec/wire-python-interop.md` part C
 */
export function epistulaMessage({ body, uuid, timestampMs, signedFor }: EpistulaMessage): Uint8Array {
  return utf8ToBytes(`${sha256Hex(body)}.${uuid}.${timestampMs}.${signedFor}`)
}

/** What a server holds requests to. */
export interface EpistulaRules {
  readonly receiver: string
  readonly replays: ReplayStore
  readonly maxAgeMs: number
  readonly maxSkewMs: number
  readonly notBeforeMs?: number | undefined
  readonly clock: Clock
}

/** The headers of a request. */
export function signEpistula(details: {
  readonly signer: Signer
  readonly receiver: string
  readonly body: Uint8Array
  readonly uuid: string
  readonly timestampMs: number
}): Record<string, string> {
  const { signer, receiver, body, uuid, timestampMs } = details
  const message = epistulaMessage({ body, uuid, timestampMs, signedFor: receiver })
  const entropy = globalThis.crypto.getRandomValues(new Uint8Array(32))
  return {
    'Epistula-Version': '2',
    'Epistula-Timestamp': String(timestampMs),
    'Epistula-Uuid': uuid,
    'Epistula-Signed-By': signer.address,
    'Epistula-Signed-For': receiver,
    'Epistula-Request-Signature': `0x${hexOf(signer.sign(message, entropy))}`,
  }
}

/**
 * Verifies a request, which must be signed for this server; a use is remembered by its uuid and time.
 *
 * @throws RequestRefusedError saying which check failed.
 */
export async function verifyEpistula(
  body: Uint8Array,
  fields: HeaderFields,
  rules: EpistulaRules,
  turn?: ProofTurn,
): Promise<Hotkey> {
  const read = (name: string): string => {
    const value = fields.get(name)
    if (typeof value === 'string' && value !== '' && value.length <= 256) return value
    throw refused('malformed', `${name} is missing, too long or there twice.`)
  }
  if (read('epistula-version') !== '2') throw refused('malformed', 'epistula-version is not 2.')
  const signature = read('epistula-request-signature')
  if (!/^0x[0-9a-fA-F]{128}$/.test(signature))
    throw refused('malformed', 'epistula-request-signature is not 0x and 64 bytes in hexadecimal digits.')
  const timestamp = read('epistula-timestamp')
  if (!/^[1-9][0-9]{0,14}$/.test(timestamp))
    throw refused('malformed', 'epistula-timestamp is no time in milliseconds.')
  const uuid = read('epistula-uuid')
  if (!/^[0-9a-fA-F-]{36}$/.test(uuid)) throw refused('malformed', 'epistula-uuid is none.')
  const sender = read('epistula-signed-by')
  if (fields.get('epistula-signed-for') !== rules.receiver)
    throw refused('wrongReceiver', 'The request is not for this hotkey.')
  const timestampMs = Number(timestamp)
  const { maxAgeMs, maxSkewMs, notBeforeMs } = rules
  const nonce = BigInt(timestamp) * 1_000_000n
  checkFreshness({ nonce, nowNs: nowNsOf(rules.clock), maxAgeMs, maxSkewMs, notBeforeMs })
  const message = epistulaMessage({ body, uuid, timestampMs, signedFor: rules.receiver })
  const publicKey = keyOf(sender)
  await turn?.()
  if (!verifySignature({ scheme: 'sr25519', publicKey, message, signature: bytesOfHex(signature) }))
    throw refused('badSignature', 'The signature does not hold.')
  const entry = { receiver: rules.receiver, sender, nonce: `epistula/2 ${timestamp} ${uuid.toLowerCase()}` }
  await recordUse(rules.replays, { entry, signedAtNs: nonce }, rules.clock)
  return asHotkey(sender as Address)
}

function keyOf(sender: string): Uint8Array {
  try {
    return publicKeyOf(sender as Address)
  } catch (error) {
    if (error instanceof InvalidAddressError) throw refused('malformed', 'epistula-signed-by is no address.')
    throw error
  }
}

function refused(refusal: RequestRefusal, why: string): RequestRefusedError {
  return new RequestRefusedError({ refusal, why })
}
