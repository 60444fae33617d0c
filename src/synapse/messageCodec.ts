import { Packr } from 'msgpackr'
import { BaseError } from '../errors/index.js'
import { type MsgpackFault, scanMsgpack } from './scanMsgpack.js'

/** Bytes from a peer are no message: not msgpack, of a forbidden shape, or not one of the known kinds. */
export class MalformedMessageError extends BaseError {
  override readonly name = 'MalformedMessageError'
  readonly code = 'MalformedMessage'
  readonly fault: MsgpackFault | 'undecodable' | 'unknownKind'

  constructor(details: { fault: MsgpackFault | 'undecodable' | 'unknownKind'; cause?: unknown }) {
    super(`The bytes are no message (${details.fault}).`, {
      hints: ['The peer is broken or hostile: close the connection.'],
      docsPath: 'errors#malformed-message',
      cause: details.cause,
    })
    this.fault = details.fault
  }
}

/** A value cannot travel: it is cyclic, too deep, or not plain data. */
export class UnencodableMessageError extends BaseError {
  override readonly name = 'UnencodableMessageError'
  readonly code = 'UnencodableMessage'
  readonly fault: MsgpackFault | 'unpackable'

  constructor(details: { fault: MsgpackFault | 'unpackable'; cause?: unknown }) {
    super(`The value cannot travel in a message (${details.fault}).`, {
      hints: [
        'Send plain objects, arrays, text, numbers, booleans, bigints of 64 bits, dates and typed arrays; send larger integers as bytes.',
      ],
      docsPath: 'errors#unencodable-message',
      cause: details.cause,
    })
    this.fault = details.fault
  }
}

/** One packer serves all: it keeps no state between messages, since record structures are off. */
const packr = /* @__PURE__ */ new Packr({ useRecords: false, moreTypes: true })

/**
 * The msgpack bytes of one value. Whole numbers travel as integers, so a plain -0 arrives as 0; typed arrays keep theirs.
 *
 * @throws UnencodableMessageError
 * PERF: one pass to write, one to look over what was written.
 */
export function packValue(value: unknown): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = packr.pack(value)
  } catch (cause) {
    throw new UnencodableMessageError({ fault: 'unpackable', cause })
  }
  const fault = scanMsgpack(bytes)
  if (fault !== undefined) throw new UnencodableMessageError({ fault })
  return bytes
}

/**
 * The value of msgpack bytes from a peer. Byte strings come out as views of `bytes`, typed arrays as copies.
 *
 * @throws MalformedMessageError
 */
export function unpackValue(bytes: Uint8Array): unknown {
  const fault = scanMsgpack(bytes)
  if (fault !== undefined) throw new MalformedMessageError({ fault })
  try {
    // A plain view, so that byte strings come out as Uint8Array on every platform.
    return packr.unpack(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Buffer)
  } catch (cause) {
    throw new MalformedMessageError({ fault: 'undecodable', cause })
  }
}
