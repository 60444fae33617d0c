import { Packr } from 'msgpackr'
import { bytes as bytesCheck, check } from '../checks/index.js'
import { assertSendable } from './assertSendable.js'
import { MalformedMessageError, UnencodableMessageError } from './messageErrors.js'
import { packMinusZero } from './packMinusZero.js'
import { scanMsgpack } from './scanMsgpack.js'

/** One packer serves all: it keeps no state between messages, since record structures are off. */
const packr = /* @__PURE__ */ new Packr({ useRecords: false, moreTypes: true })

const anyBytes = /* @__PURE__ */ bytesCheck()

/**
 * The msgpack bytes of one value, which arrives as it was sent or is refused; Node's `Buffer` arrives as a `Uint8Array` of the same bytes.
 *
 * PERF: one pass to look at the value, one to write it.
 *
 * @throws UnencodableMessageError
 *
 * @example
 * ```ts
 * import { packValue, unpackValue } from 'subnetkit/synapse'
 *
 * unpackValue(packValue({ scores: Float32Array.of(0.5), at: new Date(0) }))
 * ```
 */
export function packValue(value: unknown): Uint8Array {
  return packPlain(value, 'value', assertSendable('value', value))
}

/** The bytes of a value that was found to be sendable. @param found - what `assertSendable` saw in it. */
export function packPlain(
  value: unknown,
  path: string,
  found: { readonly hasMinusZero: boolean } = { hasMinusZero: false },
): Uint8Array {
  try {
    if (found.hasMinusZero) return packMinusZero(value, (leaf) => packr.pack(leaf))
    return packr.pack(value)
  } catch (cause) {
    throw new UnencodableMessageError({ fault: 'unpackable', path, cause })
  }
}

/**
 * The value of msgpack bytes from a peer. Byte strings come out as views of `bytes`, typed arrays as copies.
 *
 * @throws MalformedMessageError
 *
 * @example
 * ```ts
 * import { packValue, unpackValue } from 'subnetkit/synapse'
 *
 * unpackValue(packValue([1, 'a', null]))
 * ```
 */
export function unpackValue(bytes: Uint8Array): unknown {
  if (!(bytes instanceof Uint8Array)) check('bytes', anyBytes, bytes)
  const fault = scanMsgpack(bytes)
  if (fault !== undefined) throw new MalformedMessageError({ fault })
  try {
    // A plain view, so that byte strings come out as Uint8Array on every platform.
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return packr.unpack(view as Parameters<typeof packr.unpack>[0])
  } catch (cause) {
    throw new MalformedMessageError({ fault: 'undecodable', cause })
  }
}
