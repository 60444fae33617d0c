import type { Channel } from '../transport/index.js'

/**
 * Channels whose peer has proven nothing yet, bounded. When there are too many the oldest goes, and one that has
 * said nothing before one that has begun its handshake: whoever works gets through, whoever only holds a place does not.
 */
export class UnauthenticatedChannels {
  readonly #max: number
  /** In order of arrival. */
  readonly #silent = new Set<Channel>()
  readonly #talking = new Set<Channel>()

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#silent.size + this.#talking.size
  }

  /** Adds a channel; returns the one that has to go for it, no longer listed. */
  add(channel: Channel): Channel | undefined {
    this.#silent.add(channel)
    if (this.size <= this.#max) return undefined
    // The newcomer goes only when nobody else is left to.
    const oldest = this.#silent.size > 1 ? first(this.#silent) : (first(this.#talking) ?? channel)
    if (oldest !== undefined) this.remove(oldest)
    return oldest
  }

  /** The channel has begun its handshake. */
  greeted(channel: Channel): void {
    if (this.#silent.delete(channel)) this.#talking.add(channel)
  }

  /** True when the channel was still listed. */
  remove(channel: Channel): boolean {
    return this.#silent.delete(channel) || this.#talking.delete(channel)
  }

  /** Closes and forgets them all. */
  closeAll(code: number): void {
    const all = [...this.#silent, ...this.#talking]
    this.#silent.clear()
    this.#talking.clear()
    for (const channel of all) channel.close(code)
  }
}

function first(channels: ReadonlySet<Channel>): Channel | undefined {
  return channels.values().next().value
}
