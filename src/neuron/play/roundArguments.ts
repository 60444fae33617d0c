import { check, durationMs, flag, func, optional, shape, unicode, wholeNumber } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { AskAllOptions, AskOptions, StreamOptions } from '../../mechanism/index.js'

const timing = { timeoutMs: optional(durationMs({ min: 1 })), withinMs: optional(durationMs()) }

export const askOptions = shape<AskOptions<never, never>>({ ...timing, keep: optional(func) })
const askAllShape = shape<AskAllOptions<never, never>>({
  ...timing,
  keep: optional(func),
  together: optional(flag),
})
export const streamOptions = shape<StreamOptions<never>>({ ...timing, until: optional(func) })
export const anyBlock = wholeNumber()
export const anyLabel = unicode({ max: 1_024 })
export const secretOptions = shape<{ readonly block?: number }>({ block: optional(wholeNumber()) })

/** @throws InvalidArgumentError naming what is wrong. */
export function checkAskAllOptions(options: AskAllOptions<never, unknown>): void {
  check('options', askAllShape, options)
  if (options.together !== true || options.withinMs === undefined) return
  const remedy = 'Leave it out, or together: what is sent at one moment is not spread.'
  throw new InvalidArgumentError({ field: 'options.withinMs', value: options.withinMs, remedy })
}
