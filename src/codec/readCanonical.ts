import { type CanonicalValue, DEPTH_LIMIT, isPrototypeKey, MalformedBytesError } from './canonicalValue.js'

/** Longest text that is read a byte at a time, which is the quicker way for short ones. */
const MAX_SHORT_TEXT = 24

/** Numbers that are whole and in these bounds are written as integers. */
const LEAST_I32 = -0x8000_0000
const MOST_U32 = 0xffff_ffff

/** Refuses what is no UTF-8, and leaves a byte order mark where it stands. */
const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads canonical bytes: only the forms that `encodeCanonical` writes, each value in its shortest, and nothing else of MessagePack.
 * What a message asks for is held to the bytes that are there before anything is made for it.
 *
 * PERF: one look at each byte; a value takes memory in proportion to its bytes, whatever they say of themselves.
 *
 * @param maxValues - beyond which they are refused, before more is made of them.
 * @throws MalformedBytesError
 */
export function readCanonical(bytes: Uint8Array, maxValues: number): CanonicalValue {
  if (!(bytes instanceof Uint8Array)) throw malformed('they are no bytes')
  const reader = new CanonicalReader(bytes, maxValues)
  const value = reader.value(0)
  if (!reader.isAtEnd) throw malformed('bytes follow the value')
  return value
}

class CanonicalReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #maxValues: number
  #at = 0
  #values = 0

  constructor(bytes: Uint8Array, maxValues: number) {
    this.#bytes = bytes
    this.#maxValues = maxValues
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** @param depth - of the arrays and maps around it. */
  value(depth: number): CanonicalValue {
    if (depth > DEPTH_LIMIT) throw malformed('they nest too deep')
    if (++this.#values > this.#maxValues) throw malformed(`they hold more than ${this.#maxValues} values`)
    const token = this.#view.getUint8(this.#take(1))
    if (token < 0x80) return token
    if (token < 0x90) return this.#map(token & 0x0f, depth)
    if (token < 0xa0) return this.#list(token & 0x0f, depth)
    if (token < 0xc0) return this.#text(token & 0x1f)
    return token < 0xe0 ? this.#long(token, depth) : token - 0x100
  }

  #long(token: number, depth: number): CanonicalValue {
    switch (token) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
        return this.#binary(this.#length(1, 0))
      case 0xc5:
        return this.#binary(this.#length(2, 0x100))
      case 0xc6:
        return this.#binary(this.#length(4, 0x1_0000))
      case 0xcb:
        return this.#float()
      case 0xcc:
        return this.#length(1, 0x80)
      case 0xcd:
        return this.#length(2, 0x100)
      case 0xce:
        return this.#length(4, 0x1_0000)
      case 0xcf:
        return this.#unsigned64()
      case 0xd0:
        return shortest(this.#view.getInt8(this.#take(1)), -0x20)
      case 0xd1:
        return shortest(this.#view.getInt16(this.#take(2)), -0x80)
      case 0xd2:
        return shortest(this.#view.getInt32(this.#take(4)), -0x8000)
      case 0xd3:
        return this.#view.getBigInt64(this.#take(8))
      case 0xd9:
        return this.#text(this.#length(1, 0x20))
      case 0xda:
        return this.#text(this.#length(2, 0x100))
      case 0xdb:
        return this.#text(this.#length(4, 0x1_0000))
      case 0xdc:
        return this.#list(this.#length(2, 0x10), depth)
      case 0xdd:
        return this.#list(this.#length(4, 0x1_0000), depth)
      case 0xde:
        return this.#map(this.#length(2, 0x10), depth)
      case 0xdf:
        return this.#map(this.#length(4, 0x1_0000), depth)
      default:
        throw malformed('a type stands in them that canonical bytes do not have')
    }
  }

  #list(count: number, depth: number): CanonicalValue {
    this.#assertRoom(count)
    const list: CanonicalValue[] = []
    for (let i = 0; i < count; i++) list.push(this.value(depth + 1))
    return list
  }

  #map(count: number, depth: number): CanonicalValue {
    this.#assertRoom(2 * count)
    const map: Record<string, CanonicalValue> = {}
    let before: string | undefined
    for (let i = 0; i < count; i++) {
      const key = this.#key(depth + 1)
      if (before !== undefined && key <= before) throw malformed('the keys of a map are not in order')
      before = key
      map[key] = this.value(depth + 1)
    }
    return map
  }

  #key(depth: number): string {
    const key = this.value(depth)
    if (typeof key !== 'string' || isPrototypeKey(key)) throw malformed('a map has a key that is none')
    return key
  }

  #text(length: number): string {
    const start = this.#take(length)
    if (length > MAX_SHORT_TEXT) return this.#decoded(start)
    let text = ''
    for (let at = start; at < this.#at; at++) {
      const code = this.#view.getUint8(at)
      if (code >= 0x80) return this.#decoded(start)
      text += String.fromCharCode(code)
    }
    return text
  }

  #decoded(start: number): string {
    try {
      return utf8.decode(this.#bytes.subarray(start, this.#at))
    } catch (cause) {
      throw malformed('a text is no UTF-8', cause)
    }
  }

  #binary(length: number): Uint8Array {
    const start = this.#take(length)
    // A copy of its own, of the plain class: what came may be a view of a larger packet, or a Buffer.
    return new Uint8Array(this.#bytes.subarray(start, this.#at))
  }

  #float(): number {
    const value = this.#view.getFloat64(this.#take(8))
    const isWritten = Number.isInteger(value)
      ? Number.isSafeInteger(value) && (value < LEAST_I32 || value > MOST_U32)
      : Number.isFinite(value)
    if (!isWritten) throw malformed('a number has another form, or none')
    return value
  }

  #unsigned64(): bigint {
    const value = this.#view.getBigUint64(this.#take(8))
    if (value < 1n << 63n) throw malformed('an integer has a shorter form')
    return value
  }

  /** A big-endian number of 1, 2 or 4 bytes, which smaller ones than `least` do not take. */
  #length(width: 1 | 2 | 4, least: number): number {
    const at = this.#take(width)
    const value =
      width === 1
        ? this.#view.getUint8(at)
        : width === 2
          ? this.#view.getUint16(at)
          : this.#view.getUint32(at)
    if (value < least) throw malformed('a number or a length has a shorter form')
    return value
  }

  /** Goes on by so many bytes; returns where they begin. */
  #take(length: number): number {
    this.#assertRoom(length)
    this.#at += length
    return this.#at - length
  }

  #assertRoom(bytes: number): void {
    if (bytes > this.#bytes.length - this.#at) throw malformed('they end too early')
  }
}

/** A negative integer that a shorter form does not reach. */
function shortest(value: number, leastOfShorter: number): number {
  if (value >= leastOfShorter) throw malformed('an integer has a shorter form')
  return value
}

function malformed(why: string, cause?: unknown): MalformedBytesError {
  return new MalformedBytesError({ why, cause })
}
