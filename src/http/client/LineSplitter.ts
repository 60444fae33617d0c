import { GatheredBytes } from '../GatheredBytes.js'
import { ResponseBodyError } from './decodeBody.js'

const NEWLINE = 0x0a

/** Bytes that come in pieces, as lines. Each byte is looked at once, however small the pieces are. */
export class LineSplitter {
  readonly #maxLineBytes: number
  /** Of a line that is not whole. */
  readonly #begun = new GatheredBytes()

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes
  }

  /**
   * The lines that a piece ends, without their ends; each is good until the next is asked for. All have to be taken before the next piece.
   *
   * @throws ResponseBodyError `tooLarge` for a line above the bound, as soon as that is seen.
   */
  *add(piece: Uint8Array): Generator<Uint8Array, void, undefined> {
    let from = 0
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, from)) {
      const end = piece.subarray(from, at)
      this.#take(end)
      from = at + 1
      const line = this.#begun.bytes
      this.#begun.clear()
      yield line
    }
    if (from < piece.length) this.#take(piece.subarray(from))
  }

  /** Whether there are bytes behind the last end of a line. */
  get hasRest(): boolean {
    return this.#begun.length > 0
  }

  #take(bytes: Uint8Array): void {
    if (this.#begun.length + bytes.length > this.#maxLineBytes)
      throw new ResponseBodyError({ fault: 'tooLarge' })
    this.#begun.add(bytes)
  }
}
