import { utf8ToBytes } from '@noble/hashes/utils.js'
import { sha256Hex } from '../../crypto/index.js'
import type { BtauthScheme } from './schemes.js'

/** What a signature of `btauth/1` covers. */
export interface BtauthPayload {
  readonly scheme: BtauthScheme
  readonly method: string
  /** Path and query exactly as they travel. */
  readonly target: string
  readonly body: Uint8Array
  /** Nanoseconds since 1970. */
  readonly nonce: bigint
  readonly sender: string
  /** Absent for a request that is for whoever gets it. */
  readonly receiver?: string | undefined
}

/**
 * The bytes that a sender signs: eight lines without a last line break.
 *
 * @source spec: `spec/wire-python-interop.md` B2
 */
export function btauthPayload(payload: BtauthPayload): Uint8Array {
  const { scheme, method, target, body, nonce, sender, receiver } = payload
  const lines = [
    'btauth/1',
    scheme,
    method.toUpperCase(),
    target,
    sha256Hex(body),
    String(nonce),
    sender,
    receiver ?? '-',
  ]
  return utf8ToBytes(lines.join('\n'))
}
