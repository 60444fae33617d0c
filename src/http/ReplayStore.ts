import {
  check,
  clock as clockCheck,
  durationMs,
  optional,
  shape,
  wholeNumber,
  withDefaults,
} from '../checks/index.js'
import { type Clock, elapsedOf, systemClock } from '../clock/index.js'

/** One use of a signed request. */
export interface ReplayEntry {
  /** Hotkey of the server, for stores that several servers share. */
  readonly receiver: string
  /** Hotkey that signed. */
  readonly sender: string
  /** What makes the request one of its kind: the protocol's name and its nonce. */
  readonly nonce: string
}

/** What a store says of an entry: it is new and is remembered now, it was there, or there is no room to remember it. */
export type ReplayVerdict = 'fresh' | 'replayed' | 'full'

/**
 * Remembers which signed requests were used. It is asked after a signature was verified, never before. Whatever it throws, and an
 * answer that does not come, refuses the request.
 */
export interface ReplayStore {
  /** How long an entry is remembered at least. */
  readonly retentionMs: number
  /**
   * Whether it outlives this process, as a store of several servers does: then nothing has to be refused after a restart, and no request has
   * to wait until the time at which it says that it was signed.
   */
  readonly isDurable: boolean
  /** Records an entry if it is new, in one step that no second caller can come between. */
  record(entry: ReplayEntry): ReplayVerdict | Promise<ReplayVerdict>
}

/** How the store in memory behaves. */
export interface MemoryReplayStoreOptions {
  /** Default 20,000: more than the longest window that a protocol has by default. */
  readonly retentionMs?: number
  /** Entries of one sender; default 32,768. */
  readonly maxPerSender?: number
  /** Entries in all; default 262,144. */
  readonly maxEntries?: number
  /** Default the system clock. */
  readonly clock?: Clock
}

const count = optional(wholeNumber({ min: 1 }))
const optionsShape = shape<MemoryReplayStoreOptions>({
  retentionMs: optional(durationMs({ min: 1 })),
  maxPerSender: count,
  maxEntries: count,
  clock: optional(clockCheck),
})

/** Longest nonce that is kept; those of the protocols are below 64 characters. */
const MAX_NONCE_LENGTH = 128

/** Entries of one stretch of time, by sender. */
class Generation {
  readonly bySender = new Map<string, Set<string>>()
  size = 0

  add(sender: string, key: string): void {
    const own = this.bySender.get(sender)
    if (own === undefined) this.bySender.set(sender, new Set([key]))
    else own.add(key)
    this.size++
  }
}

/**
 * A replay store in the memory of this process: bounded per sender and in all. A full one refuses what is new and never forgets
 * early, so that nobody makes room for a replay.
 *
 * An entry is kept for one to two times `retentionMs`, whatever becomes of the time of day meanwhile. After a restart it is empty: a server
 * refuses what was signed before its start.
 *
 * @throws InvalidArgumentError for an option that is not what it must be.
 *
 * @example
 * ```ts
 * import { memoryReplayStore } from 'subnetkit/http'
 *
 * const store = memoryReplayStore()
 * store.record({ receiver: 'me', sender: 'you', nonce: 'btauth/1 17' }) // 'fresh'
 * store.record({ receiver: 'me', sender: 'you', nonce: 'btauth/1 17' }) // 'replayed'
 * ```
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  check('options', optionsShape, options)
  const clock = options.clock ?? systemClock
  const nowMs = (): number => elapsedOf(clock)
  const { retentionMs, maxPerSender, maxEntries } = withDefaults(
    { retentionMs: 20_000, maxPerSender: 32_768, maxEntries: 262_144 },
    options,
  )
  let previous = new Generation()
  let current = new Generation()
  let turnedAtMs = nowMs()
  const turn = (): void => {
    const elapsedMs = nowMs() - turnedAtMs
    if (elapsedMs < retentionMs) return
    previous = elapsedMs < 2 * retentionMs ? current : new Generation()
    current = new Generation()
    turnedAtMs = nowMs()
  }
  return {
    retentionMs,
    isDurable: false,
    record({ receiver, sender, nonce }) {
      turn()
      if (nonce.length > MAX_NONCE_LENGTH) return 'full'
      const key = `${receiver} ${nonce}`
      const [old, own] = [previous.bySender.get(sender), current.bySender.get(sender)]
      if (old?.has(key) === true || own?.has(key) === true) return 'replayed'
      if ((old?.size ?? 0) + (own?.size ?? 0) >= maxPerSender) return 'full'
      if (previous.size + current.size >= maxEntries) return 'full'
      current.add(sender, key)
      return 'fresh'
    },
  }
}
