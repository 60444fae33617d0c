const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/**
 * Whether a value may name a request: 1 to 64 letters, digits, `.`, `_` or `-`, which is safe in any log.
 *
 * @example
 * ```ts
 * import { isRequestId } from 'subnetkit/synapse'
 *
 * isRequestId('order-7.2') // true
 * ```
 */
export function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && REQUEST_ID.test(value)
}

/**
 * Whether a value says which trace a request belongs to: the header `traceparent` of W3C Trace Context, in its 55 characters.
 *
 * @example
 * ```ts
 * import { isTraceparent } from 'subnetkit/synapse'
 *
 * isTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01') // true
 * ```
 */
export function isTraceparent(value: unknown): value is string {
  return typeof value === 'string' && value.length === 55 && TRACEPARENT.test(value)
}
