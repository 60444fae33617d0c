type Constructor<T> = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => T

/** Bytes that a column takes: up to the next border of 8. */
export function columnBytes(length: number, bytesPerElement: number): number {
  return Math.ceil((length * bytesPerElement) / 8) * 8
}

/** Hands out one column after another, each on a border of 8 bytes. */
export class Cursor {
  readonly #buffer: ArrayBufferLike
  #offset: number

  constructor(buffer: ArrayBufferLike, offset: number) {
    this.#buffer = buffer
    this.#offset = offset
  }

  /** A column of `length` elements where there is room for `room`. */
  take<T>(type: Constructor<T> & { readonly BYTES_PER_ELEMENT: number }, length: number, room = length): T {
    const start = this.#offset
    this.#offset += columnBytes(room, type.BYTES_PER_ELEMENT)
    return new type(this.#buffer, start, length)
  }
}
