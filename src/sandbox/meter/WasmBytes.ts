import { assert } from '../../errors/index.js'

/** Reads the binary form of a WebAssembly module from front to back; reading past its end is an `InvariantError`. */
export class WasmBytes {
  readonly bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length
  }

  byte(): number {
    const byte = this.bytes[this.at++]
    assert(byte !== undefined, 'The module ends in the middle.')
    return byte
  }

  /** An unsigned number of at most 32 bits in LEB128. */
  u32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    assert(false, 'A number of the module is too long.')
  }

  /** Passes over a number in LEB128 of any length. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }

  take(count: number): Uint8Array {
    assert(this.at + count <= this.bytes.length, 'The module ends in the middle.')
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }
}

/** An unsigned number in LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low | 0x80 : low)
  } while (rest > 0)
  return bytes
}

/** A whole number that may be negative, in signed LEB128. */
export function signedLeb(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}
