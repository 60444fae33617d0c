import { type Clock, onAbort } from '../../src/clock/index.js'
import { AbortedError } from '../../src/errors/index.js'
import {
  type Carrier,
  type Channel,
  type ChannelHandlers,
  type DialOptions,
  type NetworkAddress,
  UnreachableError,
} from '../../src/transport/index.js'

/**
 * How an address is to whoever dials it.
 *
 * - `up`: as it is.
 * - `down`: nobody listens, and what was open is cut, as when a process is killed.
 * - `stalled`: nothing comes through until it is over, as when a cable is pulled for a while.
 * - `vanished`: as stalled, but what was open stays dead for good without a word, as when a machine is switched off.
 */
export type Reach = 'up' | 'down' | 'stalled' | 'vanished'

/** A carrier whose addresses fail on command. */
export class OutageCarrier implements Carrier {
  readonly kind: string
  readonly listen: Carrier['listen']
  readonly #inner: Carrier
  readonly #clock: Clock
  readonly #reach = new Map<string, Reach>()
  readonly #channels = new Map<string, Set<OutageChannel>>()

  constructor(inner: Carrier, clock: Clock) {
    this.kind = inner.kind
    this.listen = (options) => inner.listen(options)
    this.#inner = inner
    this.#clock = clock
  }

  set(address: NetworkAddress, reach: Reach): void {
    const key = keyOf(address)
    this.#reach.set(key, reach)
    for (const channel of [...(this.#channels.get(key) ?? [])]) channel.become(reach)
  }

  async dial(address: NetworkAddress, options: DialOptions): Promise<Channel> {
    const key = keyOf(address)
    const { signal } = options
    while (this.#isDark(key)) await this.#pause(signal)
    if (this.#reach.get(key) === 'down') throw new UnreachableError({ address })
    const inner = await this.#inner.dial(address, options)
    const channels = this.#channels.get(key) ?? new Set()
    this.#channels.set(key, channels)
    const channel = new OutageChannel(inner, () => channels.delete(channel))
    channels.add(channel)
    channel.become(this.#reach.get(key) ?? 'up')
    return channel
  }

  #isDark(key: string): boolean {
    const reach = this.#reach.get(key)
    return reach === 'stalled' || reach === 'vanished'
  }

  async #pause(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = this.#clock.setTimer(() => {
        forget?.()
        resolve()
      }, 50)
      const forget =
        signal &&
        onAbort(signal, () => {
          timer.cancel()
          reject(new AbortedError({ what: 'The dial' }))
        })
    })
  }
}

class OutageChannel implements Channel {
  readonly #inner: Channel
  readonly #onGone: () => void
  #handlers: ChannelHandlers | undefined
  #isDead = false
  #isStalled = false
  /** What waits for the stall to end, in order, of either direction. */
  #held: (() => void)[] = []

  constructor(inner: Channel, onGone: () => void) {
    this.#inner = inner
    this.#onGone = onGone
  }

  get remote(): string {
    return this.#inner.remote
  }

  get bufferedBytes(): number {
    return this.#inner.bufferedBytes
  }

  receive(handlers: ChannelHandlers): void {
    this.#handlers = handlers
    this.#inner.receive({
      onFrame: (frame) => this.#pass(() => handlers.onFrame(frame)),
      onClose: (code) => this.#pass(() => this.#end(code)),
      onDrain: () => this.#pass(() => handlers.onDrain?.()),
    })
  }

  send(frame: Uint8Array): void {
    this.#pass(() => this.#inner.send(frame))
  }

  close(code: number): void {
    // This end is told at once, whatever becomes of the other.
    this.#isStalled = false
    this.#held = []
    this.#inner.close(code)
    if (this.#isDead) queueMicrotask(() => this.#end(code))
  }

  trust(): void {
    this.#inner.trust()
  }

  become(reach: Reach): void {
    if (reach === 'vanished') this.#isDead = true
    if (reach === 'down') {
      this.#isDead = true
      this.#inner.close(1001)
      queueMicrotask(() => this.#end(1006))
    }
    this.#isStalled = reach === 'stalled'
    if (this.#isStalled) return
    const held = this.#held
    this.#held = []
    for (const go of held) this.#pass(go)
  }

  #pass(go: () => void): void {
    if (this.#isDead) return
    if (this.#isStalled) this.#held.push(go)
    else go()
  }

  #end(code: number): void {
    const handlers = this.#handlers
    this.#handlers = undefined
    this.#onGone()
    handlers?.onClose(code)
  }
}

function keyOf(address: NetworkAddress): string {
  return `${address.host}:${address.port}`
}
