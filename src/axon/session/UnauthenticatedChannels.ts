import type { Channel } from '../../transport/index.js'

/**
 * Channels whose peer has proven nothing yet, in two rooms of half the bound each: those waiting for an answer to
 * their first message, or that have not even sent one, and those that have been answered. A newcomer pushes the oldest
 * of its own room out: whoever goes on gets through, whoever only holds a place does not.
 */
export class UnauthenticatedChannels {
  readonly #maxPerRoom: number
  readonly #onPushedOut: (channel: Channel) => void
  /** In order of arrival. */
  readonly #waiting = new Set<Channel>()
  readonly #answered = new Set<Channel>()

  /** `onPushedOut` gets a channel that is no longer listed. */
  constructor(max: number, onPushedOut: (channel: Channel) => void) {
    this.#maxPerRoom = Math.ceil(max / 2)
    this.#onPushedOut = onPushedOut
  }

  get size(): number {
    return this.#waiting.size + this.#answered.size
  }

  /** Lists a channel that has just come. */
  add(channel: Channel): void {
    this.#enter(this.#waiting, channel)
  }

  /** The channel's first message is about to be answered. */
  answered(channel: Channel): void {
    if (this.#waiting.delete(channel)) this.#enter(this.#answered, channel)
  }

  /** True when the channel was still listed. */
  remove(channel: Channel): boolean {
    return this.#waiting.delete(channel) || this.#answered.delete(channel)
  }

  /** Closes and forgets them all. */
  closeAll(code: number): void {
    const all = [...this.#waiting, ...this.#answered]
    this.#waiting.clear()
    this.#answered.clear()
    for (const channel of all) channel.close(code)
  }

  #enter(room: Set<Channel>, channel: Channel): void {
    room.add(channel)
    if (room.size <= this.#maxPerRoom) return
    const oldest = room.values().next().value
    if (oldest === undefined) return
    room.delete(oldest)
    this.#onPushedOut(oldest)
  }
}
