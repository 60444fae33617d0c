import { check, text } from '../checks/index.js'

/** Bytes that went over one kind of transport. */
export interface ByteCounts {
  readonly received: number
  readonly sent: number
}

/**
 * Where a transport counts its bytes: it adds those of each frame, as they go over the wire, to `received` and `sent`.
 *
 * @example
 * ```ts
 * import { ByteMeter } from 'subnetkit/transport'
 *
 * const meter = new ByteMeter()
 * meter.sent += 1_024
 * ```
 */
export class ByteMeter implements ByteCounts {
  received = 0
  sent = 0
}

/** Kinds that are told apart; what comes after them counts as `(other)`. */
const MAX_KINDS = 16

const anyKind = text({ min: 1, max: 64 })

/** The meters of one axon or dendrite, by kind of transport. */
export class ByteMeters {
  readonly #meters = new Map<string, ByteMeter>()

  /**
   * The meter of a kind, which is the same each time.
   *
   * @throws InvalidArgumentError for a kind that is no text of 1 to 64 characters.
   */
  of(kind: string): ByteMeter {
    check('kind', anyKind, kind)
    const counted = this.#meters.has(kind) || this.#meters.size < MAX_KINDS ? kind : '(other)'
    const known = this.#meters.get(counted)
    if (known !== undefined) return known
    const made = new ByteMeter()
    this.#meters.set(counted, made)
    return made
  }

  /** What was counted, by kind; a copy. */
  counts(): Readonly<Record<string, ByteCounts>> {
    return Object.fromEntries(
      [...this.#meters].map(([kind, { received, sent }]) => [kind, { received, sent }]),
    )
  }
}
