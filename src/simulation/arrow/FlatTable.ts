import { FrameFileError } from '../simulationErrors.js'

/** A table of a flatbuffer, read in place. Whatever the bytes hold, it throws nothing but a `RangeError` or a `FrameFileError`. */
export class FlatTable {
  readonly #view: DataView
  readonly #at: number
  readonly #vtable: number

  private constructor(view: DataView, at: number) {
    this.#view = view
    this.#at = at
    this.#vtable = at - view.getInt32(at, true)
  }

  /** The root of a flatbuffer. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return new FlatTable(view, view.getUint32(0, true))
  }

  u8(field: number): number {
    const at = this.#place(field)
    return at === null ? 0 : this.#view.getUint8(at)
  }

  i16(field: number): number {
    const at = this.#place(field)
    return at === null ? 0 : this.#view.getInt16(at, true)
  }

  i32(field: number): number {
    const at = this.#place(field)
    return at === null ? 0 : this.#view.getInt32(at, true)
  }

  i64(field: number): bigint {
    const at = this.#place(field)
    return at === null ? 0n : this.#view.getBigInt64(at, true)
  }

  /** `null` where there is none. */
  table(field: number): FlatTable | null {
    const at = this.#target(field)
    return at === null ? null : new FlatTable(this.#view, at)
  }

  text(field: number): string {
    const at = this.#target(field)
    if (at === null) return ''
    const { buffer, byteOffset } = this.#view
    const length = this.#lengthAt(at, 1)
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset + at + 4, length))
  }

  tables(field: number): FlatTable[] {
    const list = this.#target(field)
    if (list === null) return []
    return Array.from({ length: this.#lengthAt(list, 4) }, (_, index) => {
      const at = list + 4 + 4 * index
      return new FlatTable(this.#view, at + this.#view.getUint32(at, true))
    })
  }

  /** Structures of two 64-bit numbers. */
  pairs(field: number): [bigint, bigint][] {
    const list = this.#target(field)
    if (list === null) return []
    return Array.from({ length: this.#lengthAt(list, 16) }, (_, index) => {
      const at = list + 4 + 16 * index
      return [this.#view.getBigInt64(at, true), this.#view.getBigInt64(at + 8, true)]
    })
  }

  /** A length that lies: what it counts would not fit. */
  #lengthAt(at: number, size: number): number {
    const length = this.#view.getUint32(at, true)
    if (at + 4 + length * size > this.#view.byteLength)
      throw new FrameFileError({ why: 'a list is longer than its bytes' })
    return length
  }

  #target(field: number): number | null {
    const at = this.#place(field)
    return at === null ? null : at + this.#view.getUint32(at, true)
  }

  #place(field: number): number | null {
    const slot = 4 + 2 * field
    if (slot >= this.#view.getUint16(this.#vtable, true)) return null
    const offset = this.#view.getUint16(this.#vtable + slot, true)
    return offset === 0 ? null : this.#at + offset
  }
}
