import { onAbort } from '../../clock/index.js'

/** Chunks on their way to a reader that may be slower than they come; whoever fills it bounds it. */
export class ChunkBuffer<Chunk> {
  readonly #chunks: Chunk[] = []
  #end: { readonly error?: unknown } | undefined
  #isLeft = false
  #wake: () => void = () => {}

  push(chunk: Chunk): void {
    if (this.#isLeft) return
    this.#chunks.push(chunk)
    this.#wake()
  }

  /** No more come. @param error - why, where it is no end. */
  end(end: { readonly error?: unknown } = {}): void {
    this.#end = end
    this.#wake()
  }

  /**
   * Gives each chunk once.
   *
   * @param cancelled - what is thrown once the signal is aborted.
   */
  async *read(
    signal: AbortSignal | undefined,
    cancelled: () => unknown,
  ): AsyncGenerator<Chunk, void, undefined> {
    const forget = signal === undefined ? undefined : onAbort(signal, () => this.#wake())
    try {
      for (;;) {
        while (this.#chunks.length === 0 && this.#end === undefined && signal?.aborted !== true)
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
        if (signal?.aborted === true) throw cancelled()
        if (this.#chunks.length > 0) yield this.#chunks.shift() as Chunk
        else if (this.#end !== undefined && 'error' in this.#end) throw this.#end.error
        else return
      }
    } finally {
      this.#isLeft = true
      this.#chunks.length = 0
      forget?.()
    }
  }
}
