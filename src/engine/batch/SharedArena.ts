import { InvalidArgumentError } from '../../errors/index.js'
import { sharedMemory } from './sharedBatch.js'

const GIB = 2 ** 30
/** Large enough that a batch has few, small enough that the system finds room. */
const SEGMENT_BYTES = GIB / 4
/** Room that is asked for later comes in pieces of at least this size; what nobody uses of them costs nothing. */
const GROWTH_BYTES = GIB / 256

/** A piece of an arena. */
export interface Room {
  readonly segment: number
  readonly offset: number
}

/** Shared memory in segments, handed out piece by piece and given back all at once. */
export class SharedArena {
  readonly segments: ArrayBufferLike[] = []
  readonly #subnets: readonly unknown[]
  readonly #maxBytes: number
  /** Bytes handed out of the last segment. */
  #used = 0
  /** Bytes of all segments. */
  bytes = 0

  /**
   * @param subnets - what the memory is for, as errors say.
   * @throws InvalidArgumentError naming `options.maxBytes`.
   */
  constructor(subnets: readonly unknown[], maxBytes = 4 * GIB) {
    if (!Number.isSafeInteger(maxBytes)) {
      throw new InvalidArgumentError({
        field: 'options.maxBytes',
        value: maxBytes,
        remedy: 'Pass a whole number of bytes.',
      })
    }
    this.#subnets = subnets
    this.#maxBytes = maxBytes
  }

  /**
   * Room for each of these items, by its size, a multiple of 8; none of it has been touched.
   *
   * @throws InvalidArgumentError naming `options.maxBytes` when they do not fit; nothing has changed then.
   */
  reserve<T>(items: readonly T[], bytesOf: (item: T) => number): [T, Room][] {
    const fresh: number[] = []
    let used = this.#used
    let length = this.segments.at(-1)?.byteLength ?? 0
    const rooms = items.map((item): [T, Room] => {
      const bytes = bytesOf(item)
      if (used + bytes > length) {
        if (fresh.length > 0 && used + bytes <= SEGMENT_BYTES) fresh.pop()
        else used = 0
        length = used + bytes
        fresh.push(length)
      }
      const segment = Math.max(0, this.segments.length + fresh.length - 1)
      used += bytes
      return [item, { segment, offset: used - bytes }]
    })
    let bytes = this.bytes + fresh.reduce((sum, one) => sum + one, 0)
    const last = fresh.pop()
    if (last !== undefined) {
      const spare = this.segments.length === 0 ? 0 : Math.min(GROWTH_BYTES - last, this.#maxBytes - bytes)
      fresh.push(last + Math.max(0, spare))
      bytes += Math.max(0, spare)
    }
    if (bytes > this.#maxBytes) {
      throw new InvalidArgumentError({
        field: 'options.maxBytes',
        value: this.#maxBytes,
        remedy: `These ${this.#subnets.length} subnets need ${bytes} bytes: split the batch, or allow more.`,
      })
    }
    this.segments.push(...fresh.map(sharedMemory))
    this.bytes = bytes
    this.#used = used
    return rooms
  }
}
