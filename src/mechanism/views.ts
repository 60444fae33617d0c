import {
  type Check,
  custom,
  finiteNumber,
  having,
  mapOf,
  optional,
  shape,
  text,
  wholeNumber,
} from '../checks/index.js'
import type { Standing, WeightView } from './types.js'

export const hotkeyText: Check = text({ min: 1 })

/** Larger scores cannot be stored exactly beside fractions, and no honest scale needs them. */
export const SCORE_LIMIT = 1e12

/** What a standing must be. */
const standingShape = shape<Standing>({
  mean: finiteNumber({ min: -SCORE_LIMIT, max: SCORE_LIMIT }),
  count: wholeNumber(),
  failuresInRow: wholeNumber(),
  lastSeenBlock: wholeNumber(),
})

export const standingsMap: Check = mapOf(hotkeyText, standingShape)

const anyState = custom('Pass the state.', (value) => value !== undefined)
const metagraph = having('a Metagraph', ['uidOf', 'row', 'validators', 'weightsOf'])

/** What a weight policy is given. */
export const weightView = shape<WeightView<never>>({
  standings: standingsMap,
  state: anyState,
  metagraph,
  hotkey: hotkeyText,
})

/** What the default policy is given: it looks at standings alone, so that a test need not make up the rest. */
export const standingsView = shape<WeightView<never>>({
  standings: standingsMap,
  state: optional(anyState),
  metagraph: optional(metagraph),
  hotkey: optional(hotkeyText),
})

/** Moving scores by hotkey. */
export const movingScores: Check = custom('Pass an object of numbers by hotkey.', (value) => {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false
  return Object.values(value as object).every((score) => Number.isFinite(score))
})
