import { OnnxRefusal } from './OnnxRefusal.js'

/** How protobuf writes a field. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Longest name: those of models are some dozens of characters. */
const MOST_TEXT_BYTES = 1_024

/**
 * Reads a protobuf message field by field, within its bytes and in time proportional to them.
 *
 * Every method throws an `OnnxRefusal` for what is malformed.
 */
export class WireReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** The number and the wire type of the next field. */
  tag(): { readonly field: number; readonly wire: number } {
    const tag = Number(this.#varint())
    if (tag > 0xffff_ffff) throw malformed('a field has a number that none has')
    return { field: Math.floor(tag / 8), wire: tag & 7 }
  }

  /** A whole number of 64 bits with its sign; one beyond 2^53 is taken for that, which is as far out of every bound. */
  int(): number {
    const read = this.#varint()
    if (typeof read === 'number') return read
    const value = Number(BigInt.asIntN(64, read))
    return Math.min(Math.max(value, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
  }

  bytes(): Uint8Array {
    const length = this.int()
    if (length < 0 || length > this.#bytes.length - this.#at)
      throw malformed('a part is longer than what it is in')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  text(): string {
    const bytes = this.bytes()
    if (bytes.length > MOST_TEXT_BYTES) throw malformed(`a name is longer than ${MOST_TEXT_BYTES} bytes`)
    try {
      return text.decode(bytes)
    } catch {
      throw malformed('a name is no UTF-8')
    }
  }

  skip(wire: number): void {
    if (wire === WIRE.varint) this.#varint()
    else if (wire === WIRE.bytes) this.bytes()
    else if (wire === WIRE.fixed32) this.#pass(4)
    else if (wire === WIRE.fixed64) this.#pass(8)
    else throw malformed(`a field has the wire type ${wire}`)
  }

  #pass(count: number): void {
    if (count > this.#bytes.length - this.#at) throw malformed('it ends in the middle')
    this.#at += count
  }

  /** As a number where four bytes hold it, which nearly all do. */
  #varint(): number | bigint {
    let low = 0
    for (let index = 0; index < 4; index++) {
      const byte = this.#byte()
      low += (byte & 0x7f) * 2 ** (7 * index)
      if (byte < 0x80) return low
    }
    let value = BigInt(low)
    for (let index = 4; index < 10; index++) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << BigInt(7 * index)
      if (byte < 0x80) return value
    }
    throw malformed('a number is longer than 10 bytes')
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw malformed('it ends in the middle')
    return byte
  }
}

export function malformed(what: string): OnnxRefusal {
  return new OnnxRefusal('unreadable', `This is no ONNX model: ${what}.`)
}
