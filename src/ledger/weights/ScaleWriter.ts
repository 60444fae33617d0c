/** Writes the byte form in which the reference chain hashes and encrypts weights: SCALE, as far as it is needed for them. */
export class ScaleWriter {
  readonly #bytes: number[] = []

  /** Bytes as they are, such as an account. */
  fixed(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte)
    return this
  }

  u16(value: number): this {
    this.#bytes.push(value & 0xff, value >> 8)
    return this
  }

  u64(value: bigint): this {
    for (let shift = 0n; shift < 64n; shift += 8n) this.#bytes.push(Number((value >> shift) & 0xffn))
    return this
  }

  /** A list of numbers: how many there are, then each. */
  u16s(values: ArrayLike<number>): this {
    this.#length(values.length)
    for (let at = 0; at < values.length; at++) this.u16(values[at] ?? 0)
    return this
  }

  /** The same of bytes. */
  bytes(bytes: Uint8Array): this {
    this.#length(bytes.length)
    return this.fixed(bytes)
  }

  taken(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }

  /** Of one, two or four bytes, which the lowest two bits tell. No list that fits a call is longer. */
  #length(count: number): void {
    if (count < 1 << 6) this.#bytes.push(count << 2)
    else if (count < 1 << 14) this.u16((count << 2) | 1)
    else this.u16(((count & 0x3fff) << 2) | 2).u16(count >> 14)
  }
}
