import { BaseError, printable } from '../errors/index.js'
import type { MsgpackFault } from './messageShape.js'

/** Longest path in a message; keys come from anywhere. */
const PATH_LIMIT = 200

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

/**
 * Why a value cannot travel.
 *
 * - `loneSurrogate`: text or a key that is no Unicode.
 * - `integerTooLarge`: a bigint beyond 64 bits.
 * - `notData`: a function or a symbol.
 * - `notPlain`: an instance of a class, a Map, a Set, a boxed value, an object without prototype, an array of a subclass.
 * - `arrayHole`: an array without that entry.
 * - `protoKey`: a key of the name `__proto__`.
 * - `hiddenKey`: a key that is a symbol or not enumerable, or a named one of an array or a date.
 * - `changing`: an object or an array that a getter or a proxy changed while it was read.
 * - `unsendableDate`: a date that is none.
 * - `tooDeep`, `tooManyValues`: beyond `messageShapeLimits`; what contains itself is too deep.
 * - `unpackable`: anything else.
 */
export type SendableFault =
  | 'loneSurrogate'
  | 'integerTooLarge'
  | 'notData'
  | 'notPlain'
  | 'arrayHole'
  | 'protoKey'
  | 'hiddenKey'
  | 'changing'
  | 'unsendableDate'
  | 'tooDeep'
  | 'tooManyValues'
  | 'unpackable'

const reasons: Readonly<Record<SendableFault, readonly [what: string, remedy: string]>> = {
  loneSurrogate: ['is text with half of a surrogate pair', 'Send text that is Unicode, or its bytes.'],
  integerTooLarge: ['is an integer beyond 64 bits', 'Send it as decimal text or as bytes.'],
  notData: ['is a function or a symbol', 'Send data only.'],
  notPlain: [
    'is no plain object, array, date or typed array',
    'Send a plain object such as { ...value }, or an array of entries instead of a Map or a Set.',
  ],
  arrayHole: ['is a hole in an array', 'Fill the array: undefined and null can be sent.'],
  protoKey: ['is a key that objects treat as their prototype', 'Choose another key.'],
  hiddenKey: [
    'has a symbol, a named or a hidden property',
    'Send a plain object or array that holds data only.',
  ],
  changing: ['changes while it is read', 'Send plain data, without getters that change it.'],
  unsendableDate: ['is a date that is none', 'Send null for an unknown time.'],
  tooDeep: ['lies too deep, or contains itself', 'Send it flatter: 32 levels are allowed.'],
  tooManyValues: [
    'is one value too many',
    'Send a typed array, or several messages: 131,072 values are allowed.',
  ],
  unpackable: ['cannot be written', 'Send plain data.'],
}

/** A value would not arrive as it was sent, so it is not sent. */
export class UnencodableMessageError extends BaseError {
  override readonly name = 'UnencodableMessageError'
  readonly code = 'UnencodableMessage'
  readonly fault: SendableFault
  /** Where it is: `request.grades[3]`. */
  readonly path: string

  constructor(details: { fault: SendableFault; path: string; cause?: unknown }) {
    const [what, remedy] = reasons[details.fault]
    const path = printable(details.path, PATH_LIMIT)
    super(`The value cannot travel in a message: ${path} ${what}.`, {
      hints: [remedy],
      docsPath: 'errors#unencodable-message',
      cause: details.cause,
    })
    this.fault = details.fault
    this.path = path
  }
}
