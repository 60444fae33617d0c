/** A field of a flatbuffer table: a number of so many bytes, or what stands elsewhere; `null` leaves it out. */
export type Field =
  | { readonly bytes: 1 | 2 | 4; readonly value: number }
  | { readonly bytes: 8; readonly value: bigint }
  | { readonly refers: Part }
  | null

/** What a field refers to. */
export type Part =
  | { readonly table: readonly Field[] }
  | { readonly text: string }
  | { readonly tables: readonly Part[] }
  /** Structures of two 64-bit numbers. */
  | { readonly pairs: readonly (readonly [bigint, bigint])[] }

const utf8 = new TextEncoder()

/** Writes one flatbuffer: every part after those that refer to it. Only what the Arrow format needs of them. */
export class FlatWriter {
  #bytes = new Uint8Array(1_024)
  #view = new DataView(this.#bytes.buffer)
  #end = 0

  /** The flatbuffer whose root is this table; its length is a multiple of 8. */
  static write(root: Part): Uint8Array {
    const writer = new FlatWriter()
    const place = writer.#take(4, 4)
    writer.#write(root, place)
    writer.#take(0, 8)
    return writer.#bytes.slice(0, writer.#end)
  }

  /** Writes a part, and says at `place` how far behind it stands. */
  #write(part: Part, place: number): void {
    if ('table' in part) this.#writeTable(part.table, place)
    else if ('text' in part) this.#writeText(part.text, place)
    else if ('tables' in part) this.#writeTables(part.tables, place)
    else this.#writePairs(part.pairs, place)
  }

  #writeTable(fields: readonly Field[], place: number): void {
    const vtable = this.#take(4 + 2 * fields.length, 2)
    const start = this.#take(4, 8)
    const places = fields.map((field) => {
      if (field === null) return 0
      const size = 'refers' in field ? 4 : field.bytes
      return this.#take(size, size)
    })
    this.#view.setUint32(place, start - place, true)
    this.#view.setInt32(start, start - vtable, true)
    this.#view.setUint16(vtable, 4 + 2 * fields.length, true)
    this.#view.setUint16(vtable + 2, this.#end - start, true)
    fields.forEach((field, at) => {
      const spot = places[at] ?? 0
      if (field === null) return
      this.#view.setUint16(vtable + 4 + 2 * at, spot - start, true)
      if (!('refers' in field)) this.#setNumber(spot, field)
    })
    fields.forEach((field, at) => {
      if (field !== null && 'refers' in field) this.#write(field.refers, places[at] ?? 0)
    })
  }

  #setNumber(spot: number, { bytes, value }: { bytes: 1 | 2 | 4 | 8; value: number | bigint }): void {
    if (bytes === 8) this.#view.setBigInt64(spot, BigInt(value), true)
    else if (bytes === 4) this.#view.setInt32(spot, Number(value), true)
    else if (bytes === 2) this.#view.setInt16(spot, Number(value), true)
    else this.#view.setUint8(spot, Number(value))
  }

  #writeText(text: string, place: number): void {
    const encoded = utf8.encode(text)
    const start = this.#startList(encoded.length, 4, place)
    // A zero ends it, which its length does not count.
    const at = this.#take(encoded.length + 1, 1)
    this.#bytes.set(encoded, at)
    this.#view.setUint32(start, encoded.length, true)
  }

  #writeTables(tables: readonly Part[], place: number): void {
    this.#startList(tables.length, 4, place)
    const places = tables.map(() => this.#take(4, 4))
    tables.forEach((table, at) => {
      this.#write(table, places[at] ?? 0)
    })
  }

  #writePairs(pairs: readonly (readonly [bigint, bigint])[], place: number): void {
    this.#startList(pairs.length, 8, place)
    for (const [first, second] of pairs) {
      const at = this.#take(16, 8)
      this.#view.setBigInt64(at, first, true)
      this.#view.setBigInt64(at + 8, second, true)
    }
  }

  /** A length, so that what follows is aligned. */
  #startList(length: number, alignment: 4 | 8, place: number): number {
    if (alignment === 8 && (this.#aligned(4) + 4) % 8 !== 0) this.#take(4, 4)
    const start = this.#take(4, 4)
    this.#view.setUint32(start, length, true)
    this.#view.setUint32(place, start - place, true)
    return start
  }

  #aligned(alignment: number): number {
    return Math.ceil(this.#end / alignment) * alignment
  }

  /** Room for so many bytes. */
  #take(size: number, alignment: number): number {
    const at = this.#aligned(alignment)
    this.#end = at + size
    if (this.#end > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#end)
      grown.set(this.#bytes)
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return at
  }
}
