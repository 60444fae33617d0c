import { BaseError } from '../errors/index.js'

/**
 * What canonical bytes can hold. A `number` must be a safe integer or a finite non-integer;
 * a `bigint` (64 bits at most) stays a bigint; maps have their keys in ascending UTF-16 order.
 */
export type CanonicalValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue }

/** Bytes are not the canonical encoding of any value. */
export class MalformedBytesError extends BaseError {
  override readonly name = 'MalformedBytesError'
  readonly code = 'MalformedBytes'

  constructor(details: { why: string; cause?: unknown }) {
    super(`The bytes are not canonical MessagePack: ${details.why}.`, {
      hints: ['Encode the value with encodeCanonical.'],
      docsPath: 'errors#malformed-bytes',
      cause: details.cause,
    })
  }
}

/** Nesting beyond this is refused: no message of ours is deeper than a handful. */
export const DEPTH_LIMIT = 32

/** Whether objects would take a key for their prototype, so that no decoder gives it back. */
export function isPrototypeKey(key: string): boolean {
  return key === '__proto__'
}
