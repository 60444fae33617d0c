import { isUtf8 } from './isUtf8.js'

/** Bounds on the shape of one message, whatever its size in bytes. */
export const messageShapeLimits = {
  /** Arrays and maps inside one another. */
  depth: 32,
  /** Values, keys included; a typed array counts as one. */
  values: 131_072,
} as const

/** What is wrong with bytes that should be one msgpack value; `badText` is text that is no UTF-8. */
export type MsgpackFault =
  | 'truncated'
  | 'trailingBytes'
  | 'tooDeep'
  | 'tooManyValues'
  | 'forbiddenType'
  | 'badText'

const EXT_TYPED_ARRAY = 0x74
const EXT_UNDEFINED = 0x00
const EXT_TIMESTAMP = 0xff
/** Element bytes of the typed arrays by their code; other codes (buffers, views) are not spoken. */
const TYPED_ARRAY_BYTES = [1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8]

/**
 * Looks over msgpack bytes without building anything: well-formed, one value, of bounded shape, and only of types
 * that are plain data (numbers, text that is UTF-8, bytes, booleans, nil, arrays, maps with text keys other than `__proto__`,
 * typed arrays, dates).
 *
 * A decoder may trust what passed. Undefined when all is well.
 * PERF: O(values), no allocation beyond a stack of 32 numbers; bytes are skipped, not read.
 */
export function scanMsgpack(bytes: Uint8Array): MsgpackFault | undefined {
  return new Scanner(bytes).scan()
}

class Scanner {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #position = 0
  /** Values still due at each level, and whether the next at that level is a map key. */
  readonly #due: number[] = [1]
  readonly #isMap: boolean[] = [false]

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  scan(): MsgpackFault | undefined {
    const due = this.#due
    for (let values = 0; due.length > 0; values++) {
      const level = due.length - 1
      if (due[level] === 0) {
        due.pop()
        this.#isMap.pop()
        values--
        continue
      }
      if (values >= messageShapeLimits.values) return 'tooManyValues'
      const isKey = this.#isMap[level]! && due[level]! % 2 === 0
      due[level]!--
      const fault = isKey ? this.#key() : this.#value()
      if (fault !== undefined) return fault
    }
    if (this.#position > this.#bytes.length) return 'truncated'
    return this.#position < this.#bytes.length ? 'trailingBytes' : undefined
  }

  #value(): MsgpackFault | undefined {
    if (this.#position >= this.#bytes.length) return 'truncated'
    const token = this.#bytes[this.#position++]!
    if (token < 0x80 || token >= 0xe0) return undefined
    if (token < 0x90) return this.#open((token & 0x0f) * 2, true)
    if (token < 0xa0) return this.#open(token & 0x0f, false)
    if (token < 0xc0) return this.#text(token & 0x1f)
    return this.#long(token)
  }

  #long(token: number): MsgpackFault | undefined {
    switch (token) {
      case 0xc0:
      case 0xc2:
      case 0xc3:
        return undefined
      case 0xcc:
      case 0xd0:
        return this.#skip(1)
      case 0xcd:
      case 0xd1:
        return this.#skip(2)
      case 0xca:
      case 0xce:
      case 0xd2:
        return this.#skip(4)
      case 0xcb:
      case 0xcf:
      case 0xd3:
        return this.#skip(8)
      case 0xc4:
        return this.#skip(this.#length(1))
      case 0xd9:
        return this.#text(this.#length(1))
      case 0xc5:
        return this.#skip(this.#length(2))
      case 0xda:
        return this.#text(this.#length(2))
      case 0xc6:
        return this.#skip(this.#length(4))
      case 0xdb:
        return this.#text(this.#length(4))
      case 0xdc:
        return this.#open(this.#length(2), false)
      case 0xdd:
        return this.#open(this.#length(4), false)
      case 0xde:
        return this.#open(this.#length(2) * 2, true)
      case 0xdf:
        return this.#open(this.#length(4) * 2, true)
      default:
        return this.#extension(token)
    }
  }

  #extension(token: number): MsgpackFault | undefined {
    let length: number
    if (token >= 0xd4 && token <= 0xd8) length = 1 << (token - 0xd4)
    else if (token >= 0xc7 && token <= 0xc9) length = this.#length(1 << (token - 0xc7))
    else return 'forbiddenType'
    if (this.#position + 1 + length > this.#bytes.length) return 'truncated'
    const type = this.#bytes[this.#position]!
    const code = this.#bytes[this.#position + 1]!
    this.#position += 1 + length
    if (type === EXT_UNDEFINED) return length === 1 ? undefined : 'forbiddenType'
    if (type === EXT_TIMESTAMP)
      return length === 4 || length === 8 || length === 12 ? undefined : 'forbiddenType'
    if (type !== EXT_TYPED_ARRAY || length === 0) return 'forbiddenType'
    const elementBytes = TYPED_ARRAY_BYTES[code]
    return elementBytes !== undefined && (length - 1) % elementBytes === 0 ? undefined : 'forbiddenType'
  }

  #key(): MsgpackFault | undefined {
    const bytes = this.#bytes
    const token = bytes[this.#position]
    if (token === undefined) return 'truncated'
    const isText = (token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb)
    if (!isText) return 'forbiddenType'
    const start = this.#position
    return this.#value() ?? (isProto(bytes, start, this.#position) ? 'forbiddenType' : undefined)
  }

  #open(values: number, isMap: boolean): MsgpackFault | undefined {
    // Each value takes a byte at least: a count that cannot be there is refused before anything is made for it.
    if (values > this.#bytes.length - this.#position) return 'truncated'
    if (this.#due.length > messageShapeLimits.depth) return 'tooDeep'
    this.#due.push(values)
    this.#isMap.push(isMap)
    return undefined
  }

  #text(length: number): MsgpackFault | undefined {
    const start = this.#position
    const fault = this.#skip(length)
    if (fault !== undefined) return fault
    return isUtf8(this.#bytes, start, this.#position) ? undefined : 'badText'
  }

  #skip(length: number): MsgpackFault | undefined {
    this.#position += length
    return this.#position > this.#bytes.length ? 'truncated' : undefined
  }

  /** A big-endian length of 1, 2 or 4 bytes; beyond the end it reads as more than there can be. */
  #length(bytes: number): number {
    const at = this.#position
    this.#position += bytes
    if (this.#position > this.#bytes.length) return Number.MAX_SAFE_INTEGER
    if (bytes === 1) return this.#view.getUint8(at)
    return bytes === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at)
  }
}

const PROTO = /* @__PURE__ */ Array.from('__proto__', (letter) => letter.charCodeAt(0))

/** Whether a key that was written in these bytes, its length first, is the one that objects treat as their prototype. */
function isProto(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < PROTO.length + 1 || end - start > PROTO.length + 5) return false
  const text = end - PROTO.length
  return PROTO.every((code, index) => bytes[text + index] === code) && lengthAt(bytes, start) === PROTO.length
}

/** The length of a text of less than 256 bytes, however it is written. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const token = bytes[at]!
  if (token < 0xc0) return token & 0x1f
  // The last byte of a big-endian length; longer ones do not come here.
  return bytes[at + (1 << (token - 0xd9))]!
}
