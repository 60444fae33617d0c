/** Reads the byte form in which the reference chain has weights inside time locks: `undefined` for bytes that are none. */
export class ScaleReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  u64(): bigint | undefined {
    const bytes = this.#take(8)
    if (bytes === undefined) return undefined
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  }

  /** A list of numbers: how many there are, then each. */
  u16s(): Uint16Array | undefined {
    const count = this.#length()
    const bytes = count === undefined ? undefined : this.#take(2 * count)
    if (bytes === undefined) return undefined
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    return Uint16Array.from({ length: bytes.length / 2 }, (_, at) => view.getUint16(2 * at, true))
  }

  /** The same of bytes. */
  bytes(): Uint8Array | undefined {
    const count = this.#length()
    return count === undefined ? undefined : this.#take(count)
  }

  /** The lowest two bits say how many bytes follow. A length in more bytes than it needs is none, and so is one that no commit has room for. */
  #length(): number | undefined {
    const first = this.#bytes[this.#at]
    if (first === undefined) return undefined
    const mode = first & 3
    const bytes = mode === 3 ? undefined : this.#take(1 << mode)
    if (bytes === undefined) return undefined
    const count = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0) >>> 2
    const least = [0, 1 << 6, 1 << 14][mode] ?? 0
    return count < least ? undefined : count
  }

  #take(count: number): Uint8Array | undefined {
    if (this.#at + count > this.#bytes.length) return undefined
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }
}
