/** Bytes of a message that come in one read at least, on average: far fewer than any network's packets hold. */
const LEAST_BYTES_A_READ = 256

/** Fragments that a message may come in: our own peers send it in one, and so does nearly every proxy. */
const MAX_FRAGMENTS = 1_024

/**
 * In how many pieces a message may come. The book-keeping of a piece costs some hundreds of bytes, whatever it holds: a message that
 * drips in a byte at a time would take a hundred times its length while it is not whole.
 */
export function pieceLimits(maxFrameBytes: number): {
  readonly maxBufferedChunks: number
  readonly maxFragments: number
} {
  return {
    maxBufferedChunks: 64 + Math.ceil(maxFrameBytes / LEAST_BYTES_A_READ),
    maxFragments: MAX_FRAGMENTS,
  }
}
