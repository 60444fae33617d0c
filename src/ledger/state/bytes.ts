import { assert } from '../../errors/index.js'

const TEXT = new TextEncoder()
/** With a byte order mark as a letter of the text: to leave it away would give another text, and another state. */
const STRICT_TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const HEX_DIGITS = '0123456789abcdef'
/** Value of a lower-case hex digit by its character code. */
const HEX_VALUES = Uint8Array.from({ length: 103 }, (_, code) =>
  Math.max(0, HEX_DIGITS.indexOf(String.fromCharCode(code))),
)
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Entries of a list that is written one by one. */
const SHORT = 16

/** Writes lower-case hex as the bytes it stands for. */
export function putHex(to: Uint8Array, from: number, digits: string): void {
  const count = digits.length >> 1
  for (let at = 0; at < count; at++) {
    const high = HEX_VALUES[digits.charCodeAt(2 * at)] ?? 0
    to[from + at] = (high << 4) | (HEX_VALUES[digits.charCodeAt(2 * at + 1)] ?? 0)
  }
}

/** A typed array that has a fixed byte form. */
export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array | BigUint64Array

/** A column of 64-bit entries. */
export type Cells = Float64Array | BigUint64Array

/** Writes values one after the other, numbers little-endian whatever the machine. Kept and used again: `taken` returns what was written so far. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  #length = 0

  /** @param room - bytes to begin with; more is made as needed. */
  constructor(room = 4_096) {
    this.#bytes = new Uint8Array(room)
    this.#view = new DataView(this.#bytes.buffer)
  }

  u8(value: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = value
  }

  u16(value: number): void {
    this.#room(2)
    this.#view.setUint16(this.#length, value, true)
    this.#length += 2
  }

  /** 16 bits, the larger byte first. */
  bigEndian(value: number): void {
    this.#room(2)
    this.#view.setUint16(this.#length, value)
    this.#length += 2
  }

  u32(value: number): void {
    this.#room(4)
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  f64(value: number): void {
    this.#room(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  u64(value: bigint): void {
    this.#room(8)
    this.#view.setBigUint64(this.#length, value, true)
    this.#length += 8
  }

  /** A number of 128 bits, the lower half first, and one of 64. PERF: together, since an epoch writes hundreds. */
  safeFloat(mantissa: bigint, exponent: number): void {
    this.#room(24)
    const at = this.#length
    const view = this.#view
    // Of a larger number the lower 64 bits are written.
    view.setBigUint64(at, mantissa, true)
    view.setBigUint64(at + 8, mantissa >> 64n, true)
    view.setFloat64(at + 16, exponent, true)
    this.#length = at + 24
  }

  /** Lower-case hex as the bytes it stands for, without a length. */
  hex(digits: string): void {
    const count = digits.length >> 1
    this.#room(count)
    putHex(this.#bytes, this.#length, digits)
    this.#length += count
  }

  /** Bytes as they are, without a length. */
  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  text(text: string): void {
    const { length } = text
    this.#room(4 + length)
    const from = this.#length + 4
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at)
      if (code > 127) {
        this.#encoded(text)
        return
      }
      this.#bytes[from + at] = code
    }
    this.u32(length)
    this.#length += length
  }

  /** Text with letters of more than a byte. */
  #encoded(text: string): void {
    const bytes = TEXT.encode(text)
    this.u32(bytes.length)
    this.bytes(bytes)
  }

  /** A typed array behind the number of its entries, which is as wide as they where they have 64 bits: so they stay in step. */
  numbers(list: Numbers): void {
    this.u32(list.length)
    if (list.BYTES_PER_ELEMENT === 8) this.u32(0)
    // A short list lies where the engine likes; to ask for its buffer would move it, which costs more than to write it.
    if (list.length > SHORT && (isLittleEndian || list.BYTES_PER_ELEMENT === 1)) {
      this.bytes(new Uint8Array(list.buffer, list.byteOffset, list.byteLength))
    } else if (list instanceof Uint8Array)
      list.forEach((value) => {
        this.u8(value)
      })
    else if (list instanceof Uint16Array)
      list.forEach((value) => {
        this.u16(value)
      })
    else if (list instanceof Uint32Array)
      list.forEach((value) => {
        this.u32(value)
      })
    else if (list instanceof Float64Array)
      list.forEach((value) => {
        this.f64(value)
      })
    else
      list.forEach((value) => {
        this.u64(value)
      })
  }

  /** Bytes that were written since the last time that all were taken. */
  get length(): number {
    return this.#length
  }

  /** What was written since the last time: a view, good until the next write. */
  taken(): Uint8Array {
    return this.takenFrom(0)
  }

  /** The last of it, from a place on; what came before stays written. */
  takenFrom(start: number): Uint8Array {
    const written = this.#bytes.subarray(start, this.#length)
    this.#length = start
    return written
  }

  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** Reads what a {@link ByteWriter} wrote. Bytes of strangers: what runs over their end is an InvariantError, for the caller to name. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #accounts = new Map<string, string>()
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  bigEndian(): number {
    return this.#view.getUint16(this.#advance(2))
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8), true)
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true)
  }

  /** 32 bytes as hex: one text for the same bytes, since a dozen records name each account. */
  account(): string {
    const digits = this.hex(32)
    const known = this.#accounts.get(digits)
    if (known !== undefined) return known
    this.#accounts.set(digits, digits)
    return digits
  }

  hex(bytes: number): string {
    let digits = ''
    for (let count = 0; count < bytes; count++) {
      const byte = this.u8()
      digits += HEX_DIGITS.charAt(byte >> 4) + HEX_DIGITS.charAt(byte & 15)
    }
    return digits
  }

  bytes(count: number): Uint8Array {
    const at = this.#advance(count)
    return this.#bytes.slice(at, at + count)
  }

  text(): string {
    return STRICT_TEXT.decode(this.bytes(this.u32()))
  }

  /** A typed array: its entries, read one by one by `next`, into what `make` makes for their number. */
  numbers<T extends Numbers>(make: (length: number) => T, next: () => T[number]): T {
    const length = this.u32()
    assert(length <= this.#bytes.length - this.#at, 'a list is longer than what holds it')
    const list = make(length)
    if (list.BYTES_PER_ELEMENT === 8) assert(this.u32() === 0, 'a list is longer than what holds it')
    for (let at = 0; at < length; at++) list[at] = next()
    return list
  }

  #advance(count: number): number {
    const at = this.#at
    assert(at + count <= this.#bytes.length, 'the bytes end too early')
    this.#at = at + count
    return at
  }
}
