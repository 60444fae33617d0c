import type { HeaderFields } from '../headerFields.js'
import type { HttpProtocol } from '../protocolOptions.js'

const BTAUTH_HEADERS = ['version', 'hotkey', 'receiver', 'nonce', 'crypto', 'signature']

/**
 * Which protocol a request means to speak. One that carries any header of `btauth/1` speaks that and no weaker one, whatever else it
 * carries and whether or not `btauth/1` is spoken here.
 */
export function claimedProtocol(fields: HeaderFields): HttpProtocol | undefined {
  if (BTAUTH_HEADERS.some((name) => fields.has(`x-bittensor-${name}`))) return 'btauth/1'
  if (fields.has('epistula-version') || fields.has('epistula-request-signature')) return 'epistula/2'
  if (fields.has('bt_header_dendrite_hotkey') || fields.has('bt_header_dendrite_signature'))
    return 'bt_header'
  return undefined
}
