import { durationMs, optional, shape, text } from '../checks/index.js'

/** How work is held; virtual time alone heeds it. */
export interface HoldOptions {
  /** Who does what, for the error of work that never ends: `'The answer of miner good'`. */
  readonly what?: string
  /** Virtual milliseconds that the work takes: its result is there so much later than its beginning or last wait. Default 0. */
  readonly costMs?: number
  /** Real milliseconds that time may stand still for it. Default: the clock's. */
  readonly limitMs?: number
}

/** What the options of `hold` must be. */
export const holdShape = shape<HoldOptions>({
  what: optional(text({ min: 1 })),
  costMs: optional(durationMs()),
  limitMs: optional(durationMs({ min: 1 })),
})
