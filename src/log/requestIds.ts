import { randomBytes } from 'node:crypto'

/** Bytes of chance before the count: two makers in a billion share them. */
const PREFIX_BYTES = 6

/**
 * Makes names for requests that no other maker gives, here or elsewhere: chance, then a count.
 *
 * PERF: tens of nanoseconds a name.
 *
 * @example
 * ```ts
 * import { requestIds } from 'subnetkit/log'
 *
 * const next = requestIds()
 * next() // such as 'qT3x_Z0a.0'
 * ```
 */
export function requestIds(): () => string {
  const prefix = `${randomBytes(PREFIX_BYTES).toString('base64url')}.`
  let count = 0
  return () => prefix + count++
}
