import { MalformedMessageError } from './messageErrors.js'
import { extension, type MsgpackFault, messageShapeLimits, typedArrays } from './messageShape.js'

const MAX_NANOSECONDS = 999_999_999

/** Text up to so many bytes is read here; the platform's decoder takes longer to be asked. */
const SHORT_TEXT = 24

/** Keys that came before, by their bytes: the same few come with every message. A power of two. */
const KNOWN_KEYS = 256

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Room for the character codes of short texts, by length. */
const shortTexts = /* @__PURE__ */ Array.from({ length: SHORT_TEXT + 1 }, (_, length) =>
  new Array<number>(length).fill(0),
)

/**
 * Reads one msgpack value, and holds the bytes to be well-formed, of bounded shape, and only of types that are plain data (numbers, text
 * that is UTF-8, bytes, booleans, nil, arrays, maps with text keys other than `__proto__`, typed arrays, dates). Byte strings come out as
 * views of `bytes`, typed arrays as copies.
 *
 * What is refused has made nothing larger than what was read of it so far.
 *
 * @throws MalformedMessageError
 * @source msgpack specification, github.com/msgpack/msgpack
 * PERF: one look at each byte of text and at each value, no deeper a stack than the depth allowed; byte strings are skipped, not read.
 */
export function readMsgpack(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes)
  const value = reader.value(0)
  reader.end()
  return value
}

class Reader {
  readonly #bytes: Uint8Array
  /** Made when it is first asked for: most messages hold no number that needs it. */
  #viewed: DataView | undefined
  #at = 0
  /** So many were begun. */
  #values = 0
  /** So many were announced by arrays and maps. */
  #announced = 0

  constructor(bytes: Uint8Array) {
    // A plain view, so that byte strings come out as Uint8Array on every platform.
    const isPlain = Object.getPrototypeOf(bytes) === Uint8Array.prototype
    this.#bytes = isPlain ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get #view(): DataView {
    const { buffer, byteOffset, byteLength } = this.#bytes
    this.#viewed ??= new DataView(buffer, byteOffset, byteLength)
    return this.#viewed
  }

  end(): void {
    if (this.#at !== this.#bytes.length) refuse('trailingBytes')
  }

  /** @param depth - of the arrays and maps around it, each of which is one call. */
  value(depth: number): unknown {
    if (this.#values++ >= messageShapeLimits.values) refuse('tooManyValues')
    const token = this.#bytes[this.#at++]
    if (token === undefined) return refuse('truncated')
    if (token < 0x80) return token
    if (token >= 0xe0) return token - 0x100
    if (token < 0x90) return this.#map(token & 0x0f, depth)
    if (token < 0xa0) return this.#array(token & 0x0f, depth)
    if (token < 0xc0) return this.#text(token & 0x1f)
    return this.#long(token, depth)
  }

  #long(token: number, depth: number): unknown {
    switch (token) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
        return this.#binary(this.#length(1))
      case 0xc5:
        return this.#binary(this.#length(2))
      case 0xc6:
        return this.#binary(this.#length(4))
      case 0xca:
        return this.#view.getFloat32(this.#skip(4))
      case 0xcb:
        return this.#view.getFloat64(this.#skip(8))
      case 0xcc:
        return this.#length(1)
      case 0xcd:
        return this.#length(2)
      case 0xce:
        return this.#length(4)
      case 0xcf:
        return this.#view.getBigUint64(this.#skip(8))
      case 0xd0:
        return this.#view.getInt8(this.#skip(1))
      case 0xd1:
        return this.#view.getInt16(this.#skip(2))
      case 0xd2:
        return this.#view.getInt32(this.#skip(4))
      case 0xd3:
        return this.#view.getBigInt64(this.#skip(8))
      case 0xd9:
        return this.#text(this.#length(1))
      case 0xda:
        return this.#text(this.#length(2))
      case 0xdb:
        return this.#text(this.#length(4))
      case 0xdc:
        return this.#array(this.#length(2), depth)
      case 0xdd:
        return this.#array(this.#length(4), depth)
      case 0xde:
        return this.#map(this.#length(2), depth)
      case 0xdf:
        return this.#map(this.#length(4), depth)
      default:
        return this.#extension(token)
    }
  }

  #array(count: number, depth: number): unknown[] {
    this.#expect(count, depth)
    const list = new Array<unknown>(count)
    for (let index = 0; index < count; index++) list[index] = this.value(depth + 1)
    return list
  }

  #map(count: number, depth: number): Record<string, unknown> {
    this.#expect(2 * count, depth)
    const record: Record<string, unknown> = {}
    for (let index = 0; index < count; index++) {
      const key = this.#key()
      record[key] = this.value(depth + 1)
    }
    return record
  }

  /** Each value takes a byte at least: a count that cannot be there is refused before anything is made for it. */
  #expect(values: number, depth: number): void {
    if (values > this.#bytes.length - this.#at) refuse('truncated')
    // Of all together as well: arrays in one another may each announce the same rest, and room is made for each.
    this.#announced += values
    if (this.#announced > messageShapeLimits.values) refuse('tooManyValues')
    if (depth >= messageShapeLimits.depth) refuse('tooDeep')
  }

  #key(): string {
    const token = this.#bytes[this.#at]
    if (this.#values++ >= messageShapeLimits.values) {
      refuse(token === undefined || isTextToken(token) ? 'tooManyValues' : 'forbiddenType')
    }
    if (token === undefined) return refuse('truncated')
    if (!isTextToken(token)) return refuse('forbiddenType')
    this.#at++
    const length = token < 0xc0 ? token & 0x1f : this.#length(1 << (token - 0xd9))
    const key = length <= SHORT_TEXT ? this.#knownText(length) : this.#text(length)
    return key === '__proto__' ? refuse('forbiddenType') : key
  }

  /** A key, mostly one that was read before: neither its text nor its place in objects is made anew. */
  #knownText(length: number): string {
    const start = this.#skip(length)
    const bytes = this.#bytes
    let hash = length
    for (let at = start; at < start + length; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
    const slot = hash & (KNOWN_KEYS - 1)
    const known = knownKeys[slot]
    if (known !== undefined && isSame(known.bytes, bytes, start, length)) return known.text
    const text = this.#textAt(start, length)
    knownKeys[slot] = { bytes: bytes.slice(start, start + length), text }
    return text
  }

  #text(length: number): string {
    return this.#textAt(this.#skip(length), length)
  }

  #textAt(start: number, length: number): string {
    const codes = shortTexts[length]
    if (codes !== undefined && this.#isAscii(start, codes)) return String.fromCharCode.apply(null, codes)
    try {
      return decoder.decode(this.#bytes.subarray(start, start + length))
    } catch {
      return refuse('badText')
    }
  }

  /** Fills in the codes, as far as they are ASCII. */
  #isAscii(start: number, codes: number[]): boolean {
    for (let index = 0; index < codes.length; index++) {
      const code = this.#bytes[start + index] as number
      if (code >= 0x80) return false
      codes[index] = code
    }
    return true
  }

  #binary(length: number): Uint8Array {
    const start = this.#skip(length)
    return this.#bytes.subarray(start, start + length)
  }

  #extension(token: number): unknown {
    let length: number
    if (token >= 0xd4 && token <= 0xd8) length = 1 << (token - 0xd4)
    else if (token >= 0xc7 && token <= 0xc9) length = this.#length(1 << (token - 0xc7))
    else return refuse('forbiddenType')
    const start = this.#skip(1 + length)
    const type = this.#bytes[start]
    if (type === extension.typedArray && length > 0) return this.#typed(start + 1, length)
    if (type === extension.timestamp) return this.#date(start + 1, length)
    return type === extension.undefined && length === 1 ? undefined : refuse('forbiddenType')
  }

  #typed(start: number, length: number): unknown {
    const Typed = typedArrays[this.#bytes[start] as number]
    if (Typed === undefined || (length - 1) % Typed.BYTES_PER_ELEMENT !== 0) return refuse('forbiddenType')
    return new Typed(this.#bytes.slice(start + 1, start + length).buffer)
  }

  /** A time that a date can be. */
  // biome-ignore lint/style/noRestrictedGlobals: of a time that is given.
  #date(start: number, length: number): Date {
    let seconds: number
    let nanoseconds = 0
    if (length === 4) {
      seconds = this.#view.getUint32(start)
    } else if (length === 8) {
      const high = this.#view.getUint32(start)
      nanoseconds = Math.floor(high / 4)
      seconds = (high % 4) * 2 ** 32 + this.#view.getUint32(start + 4)
    } else if (length === 12) {
      nanoseconds = this.#view.getUint32(start)
      seconds = Number(this.#view.getBigInt64(start + 4))
    } else {
      return refuse('forbiddenType')
    }
    // biome-ignore lint/style/noRestrictedGlobals: of a time that is given.
    const date = new Date(1_000 * seconds + nanoseconds / 1_000_000)
    const isTime = nanoseconds <= MAX_NANOSECONDS && !Number.isNaN(date.getTime())
    return isTime ? date : refuse('forbiddenType')
  }

  /** A big-endian number of 1, 2 or 4 bytes. */
  #length(bytes: number): number {
    const start = this.#skip(bytes)
    let number = 0
    for (let at = start; at < start + bytes; at++) number = 256 * number + (this.#bytes[at] as number)
    return number
  }

  /** Where so many bytes begin that are passed over. */
  #skip(length: number): number {
    const start = this.#at
    this.#at += length
    return this.#at > this.#bytes.length ? refuse('truncated') : start
  }
}

interface KnownKey {
  readonly bytes: Uint8Array
  readonly text: string
}

const knownKeys: (KnownKey | undefined)[] = /* @__PURE__ */ new Array<KnownKey | undefined>(KNOWN_KEYS).fill(
  undefined,
)

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false
  for (let index = 0; index < length; index++) if (known[index] !== bytes[start + index]) return false
  return true
}

/** Whether a byte opens text. */
function isTextToken(token: number): boolean {
  return (token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb)
}

function refuse(fault: MsgpackFault): never {
  throw new MalformedMessageError({ fault })
}
