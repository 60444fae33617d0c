type Constructor<T> = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => T

/** Hands out one column after another, each on a border of 8 bytes; without a buffer it only counts. */
export class Cursor {
  readonly #buffer: ArrayBufferLike | undefined
  offset: number

  constructor(buffer: ArrayBufferLike | undefined, offset: number) {
    this.#buffer = buffer
    this.offset = offset
  }

  /** A column of `length` elements where there is room for `room`. */
  take<T>(type: Constructor<T> & { readonly BYTES_PER_ELEMENT: number }, length: number, room = length): T {
    const start = this.offset
    this.offset += Math.ceil((room * type.BYTES_PER_ELEMENT) / 8) * 8
    return this.#buffer === undefined
      ? new type(new ArrayBuffer(0), 0, 0)
      : new type(this.#buffer, start, length)
  }
}
