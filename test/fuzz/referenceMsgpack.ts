/** What MessagePack of a peer may be, as the documentation of `unpackValue` says it. */
const MOST_DEPTH = 32
const MOST_VALUES = 131_072
const MOST_TIME_MS = 8.64e15

const typedArrays = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
]

/** Lists and maps that may stand at the greatest depth: none, or such as hold nothing. */
type Deepest = 'no list' | 'empty lists'

class Refused extends TypeError {}

/**
 * A second decoder of a peer's values, written for these tests from the specification of MessagePack alone: slow, and by other means than
 * the one of the library. `undefined` for what is refused.
 */
export function referenceUnpack(
  bytes: Uint8Array,
  deepest: Deepest = 'no list',
): { readonly value: unknown } | undefined {
  const reader = new Reader(bytes, deepest)
  try {
    const value = reader.value(0)
    return reader.isAtEnd ? { value } : undefined
  } catch (error) {
    // What lies beyond the end is a RangeError of the view.
    if (error instanceof Refused || error instanceof RangeError) return undefined
    throw error
  }
}

class Reader {
  readonly #view: DataView
  readonly #deepest: Deepest
  #at = 0
  #values = 0

  constructor(bytes: Uint8Array, deepest: Deepest) {
    this.#deepest = deepest
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#view.byteLength
  }

  value(depth: number): unknown {
    if (++this.#values > MOST_VALUES) throw new Refused()
    const token = this.uint(1)
    if (token <= 0x7f) return token
    if (token >= 0xe0) return token - 256
    if (token <= 0x8f) return this.map(token - 0x80, depth)
    if (token <= 0x9f) return this.array(token - 0x90, depth)
    if (token <= 0xbf) return this.text(token - 0xa0)
    const known = this.simple(token)
    if (known !== undefined) return known.value
    if (token >= 0xd9 && token <= 0xdb) return this.text(this.uint(2 ** (token - 0xd9)))
    if (token === 0xdc || token === 0xdd) return this.array(this.uint(token === 0xdc ? 2 : 4), depth)
    if (token === 0xde || token === 0xdf) return this.map(this.uint(token === 0xde ? 2 : 4), depth)
    if (token >= 0xc4 && token <= 0xc6) return this.bytes(this.uint(2 ** (token - 0xc4)))
    if (token >= 0xc7 && token <= 0xc9) return this.extension(this.uint(2 ** (token - 0xc7)))
    if (token >= 0xd4 && token <= 0xd8) return this.extension(2 ** (token - 0xd4))
    throw new Refused()
  }

  simple(token: number): { readonly value: unknown } | undefined {
    const at = this.#at
    const read = (bytes: number, value: (at: number) => unknown): { readonly value: unknown } => {
      this.#at += bytes
      return { value: value(at) }
    }
    if (token === 0xc0) return { value: null }
    if (token === 0xc2 || token === 0xc3) return { value: token === 0xc3 }
    if (token === 0xca) return read(4, (from) => this.#view.getFloat32(from))
    if (token === 0xcb) return read(8, (from) => this.#view.getFloat64(from))
    if (token >= 0xcc && token <= 0xce) return { value: this.uint(2 ** (token - 0xcc)) }
    if (token === 0xcf) return read(8, (from) => this.#view.getBigUint64(from))
    if (token === 0xd0) return read(1, (from) => this.#view.getInt8(from))
    if (token === 0xd1) return read(2, (from) => this.#view.getInt16(from))
    if (token === 0xd2) return read(4, (from) => this.#view.getInt32(from))
    if (token === 0xd3) return read(8, (from) => this.#view.getBigInt64(from))
    return undefined
  }

  assertDepth(depth: number, count: number): void {
    if (depth >= MOST_DEPTH && (this.#deepest === 'no list' || depth > MOST_DEPTH || count > 0))
      throw new Refused()
  }

  array(count: number, depth: number): unknown[] {
    this.assertDepth(depth, count)
    const list: unknown[] = []
    for (let i = 0; i < count; i++) list.push(this.value(depth + 1))
    return list
  }

  map(count: number, depth: number): object {
    this.assertDepth(depth, count)
    const entries: [string, unknown][] = []
    for (let i = 0; i < count; i++) {
      const key = this.value(depth + 1)
      if (typeof key !== 'string' || key === '__proto__') throw new Refused()
      entries.push([key, this.value(depth + 1)])
    }
    // Of a key that comes twice the last value counts.
    return Object.fromEntries(entries)
  }

  text(length: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(length))
    } catch {
      throw new Refused()
    }
  }

  bytes(length: number): Uint8Array {
    if (length > this.#view.byteLength - this.#at) throw new Refused()
    const bytes = new Uint8Array(this.#view.buffer.slice(this.#view.byteOffset + this.#at)).slice(0, length)
    this.#at += length
    return bytes
  }

  extension(length: number): unknown {
    const type = this.uint(1)
    const bytes = this.bytes(length)
    if (type === 0x00 && length === 1) return undefined
    if (type === 0xff) return this.date(bytes)
    const kind = type === 0x74 ? typedArrays[bytes[0] ?? -1] : undefined
    if (kind === undefined || (length - 1) % kind.BYTES_PER_ELEMENT !== 0) throw new Refused()
    return new kind(bytes.slice(1).buffer)
  }

  date(bytes: Uint8Array): Date {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let seconds = 0n
    let nanoseconds = 0
    if (bytes.length === 4) seconds = BigInt(view.getUint32(0))
    else if (bytes.length === 8) {
      seconds = view.getBigUint64(0) & 0x3_ffff_ffffn
      nanoseconds = Number(view.getBigUint64(0) >> 34n)
    } else if (bytes.length === 12) {
      nanoseconds = view.getUint32(0)
      seconds = view.getBigInt64(4)
    } else throw new Refused()
    const timeMs = Number(seconds) * 1_000 + nanoseconds / 1_000_000
    if (nanoseconds > 999_999_999 || Math.abs(timeMs) > MOST_TIME_MS) throw new Refused()
    return new Date(timeMs)
  }

  uint(width: number): number {
    const at = this.#at
    this.#at += width
    if (width === 1) return this.#view.getUint8(at)
    return width === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at)
  }
}
