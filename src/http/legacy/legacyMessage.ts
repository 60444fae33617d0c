import { utf8ToBytes } from '@noble/hashes/utils.js'

/** What a signature of `bt_header_*` covers. */
export interface LegacyMessage {
  /** Nanoseconds since 1970. */
  readonly nonce: bigint
  readonly sender: string
  readonly receiver: string
  /** Of the caller's client object; `None` where it sent none. */
  readonly uuid: string
  /** 64 lower-case hexadecimal digits. */
  readonly bodyHash: string
}

/**
 * The bytes that are signed: five parts with dots between.
 *
 * @source spec: `spec/wire-python-interop.md` A4
 */
export function legacyMessage({ nonce, sender, receiver, uuid, bodyHash }: LegacyMessage): Uint8Array {
  return utf8ToBytes([nonce, sender, receiver, uuid, bodyHash].join('.'))
}
