import { hexOf, type Signer } from '../../crypto/index.js'
import { isRecord } from '../jsonBody.js'
import { bodyHashOf, type HashField } from './bodyHash.js'
import { legacyMessage } from './legacyMessage.js'

/** The version of the SDK whose protocol this is. */
const VERSION = '10005000'

/** One request as a caller makes it. */
export interface LegacyDraft {
  readonly signer: Signer
  readonly synapse: string
  readonly body: Readonly<Record<string, unknown>>
  readonly hashFields: readonly HashField[]
  readonly target: { readonly hotkey: string; readonly host: string; readonly port: number }
  readonly uuid: string
  readonly nonce: bigint
  readonly timeoutMs: number
}

/**
 * The headers of a request.
 *
 * @returns `undefined` when a hashed field is missing or not of its type.
 * @source spec: `spec/wire-python-interop.md` A2, A8
 */
export function signLegacy(draft: LegacyDraft): Record<string, string> | undefined {
  const { signer, synapse, body, hashFields, target, uuid, nonce, timeoutMs } = draft
  const bodyHash = bodyHashOf(body, hashFields)
  if (bodyHash === undefined) return undefined
  const sender = signer.address
  const message = legacyMessage({ nonce, sender, receiver: target.hotkey, uuid, bodyHash })
  const entropy = globalThis.crypto.getRandomValues(new Uint8Array(32))
  return {
    name: synapse,
    timeout: seconds(timeoutMs),
    bt_header_axon_ip: target.host,
    bt_header_axon_port: String(target.port),
    bt_header_axon_hotkey: target.hotkey,
    bt_header_dendrite_version: VERSION,
    bt_header_dendrite_nonce: String(nonce),
    bt_header_dendrite_uuid: uuid,
    bt_header_dendrite_hotkey: sender,
    bt_header_dendrite_signature: `0x${hexOf(signer.sign(message, entropy))}`,
    computed_body_hash: bodyHash,
    ...placeholders(body),
  }
}

/** Python reads seconds as a float. */
function seconds(ms: number): string {
  const text = (ms / 1_000).toFixed(3)
  return text.replace(/0{1,2}$/, '')
}

/** An empty value of the type of each field, which a Python server builds its synapse of before it reads the body. */
function placeholders(body: Readonly<Record<string, unknown>>): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(body)) {
    if (value === null || value === undefined) continue
    headers[`bt_header_input_obj_${name}`] = Buffer.from(emptyOf(value)).toString('base64')
  }
  return headers
}

function emptyOf(value: unknown): string {
  if (typeof value === 'string') return '""'
  if (typeof value === 'boolean') return 'false'
  if (typeof value === 'number') return Number.isInteger(value) ? '0' : '0.0'
  return isRecord(value) ? '{}' : '[]'
}
