import {
  check,
  durationMs,
  flag,
  func,
  optional,
  plainObject,
  shape,
  unicode,
  wholeNumber,
} from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { AskAllOptions, AskOptions, StreamOptions, WaitUntil } from '../../mechanism/index.js'

const timing = { timeoutMs: optional(durationMs({ min: 1 })), withinMs: optional(durationMs()) }

export const askOptions = shape<AskOptions<never, never>>({ ...timing, keep: optional(func) })
const askAllShape = shape<AskAllOptions<never, never>>({
  ...timing,
  keep: optional(func),
  together: optional(flag),
})
export const streamOptions = shape<StreamOptions<never>>({ ...timing, until: optional(func) })
export const anyBlock = wholeNumber()
const anyWait = plainObject
const waitBlocks = shape<{ readonly blocks: number }>({ blocks: wholeNumber({ min: 1, max: 10_000_000 }) })
const waitUntilBlock = shape<{ readonly untilBlock: number }>({ untilBlock: anyBlock })
export const anyLabel = unicode({ max: 1_024 })
export const secretOptions = shape<{ readonly block?: number }>({ block: optional(wholeNumber()) })

/** @throws InvalidArgumentError naming what is wrong. */
export function checkAskAllOptions(options: AskAllOptions<never, unknown>): void {
  check('options', askAllShape, options)
  if (options.together !== true || options.withinMs === undefined) return
  const remedy = 'Leave it out, or together: what is sent at one moment is not spread.'
  throw new InvalidArgumentError({ field: 'options.withinMs', value: options.withinMs, remedy })
}

/** @throws InvalidArgumentError for what is not one of both, or out of range. */
export function checkWaitUntil(until: WaitUntil): void {
  check('until', anyWait, until)
  check('until', 'untilBlock' in until ? waitUntilBlock : waitBlocks, until)
}
