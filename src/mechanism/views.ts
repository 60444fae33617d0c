import { type Check, custom, finiteNumber, having, mapOf, shape, text, wholeNumber } from '../checks/index.js'
import type { Standing, WeightView } from './types.js'

export const hotkeyText: Check = text({ min: 1 })

/** Larger scores cannot be stored exactly beside fractions, and no honest scale needs them. */
export const SCORE_LIMIT = 1e12

/** What a standing must be. */
export const standingShape = shape<Standing>({
  mean: finiteNumber({ min: -SCORE_LIMIT, max: SCORE_LIMIT }),
  count: wholeNumber(),
  failuresInRow: wholeNumber(),
  lastSeenBlock: wholeNumber(),
})

export const standingsMap: Check = mapOf(hotkeyText, standingShape)

/** What a weight policy is given. */
export const weightView = shape<WeightView<never>>({
  standings: standingsMap,
  // The mechanism's own.
  state: custom('Pass the state.', (value) => value !== undefined),
  metagraph: having('a Metagraph', ['uidOf', 'row', 'validators', 'weightsOf']),
  hotkey: hotkeyText,
})

/** Moving scores by hotkey. */
export const movingScores: Check = custom('Pass an object of numbers by hotkey.', (value) => {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false
  return Object.values(value as object).every((score) => Number.isFinite(score))
})
