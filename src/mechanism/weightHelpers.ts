import { check, custom, text, wholeNumber } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { exponentOf, MIN_NORMAL, timesPowerOfTwo } from '../math/index.js'
import { type Hotkey, U16_MAX } from '../units/index.js'
import {
  type ByHotkey,
  dropNegligible,
  MAX_EXPONENT,
  MIN_EXPONENT,
  mapValues,
  rangeOf,
  scaled,
  sumOf,
} from './scaling.js'

const anyMap = custom('Pass a Map from hotkey to number.', (value) => value instanceof Map)

const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1

/**
 * Divides by the sum, so that the result sums to 1; all zeros stay zeros. What is below 2^-1022 of the largest becomes 0.
 *
 * @throws InvalidArgumentError for a value that is negative or not finite.
 *
 * @example
 * ```ts
 * import { normalizeWeights } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [good, weak]: [Hotkey, Hotkey]
 * normalizeWeights(new Map([[good, 3], [weak, 1]])) // 0.75, 0.25
 * ```
 */
export function normalizeWeights(weights: ByHotkey): Map<Hotkey, number> {
  const { values } = scaled(checkedWeights(weights))
  const sum = sumOf(values.values())
  return mapValues(values, (value) => (sum === 0 ? 0 : value / sum))
}

/**
 * Keeps the k largest scores and sets the others to 0; of equal scores the hotkey that sorts first wins.
 *
 * @throws InvalidArgumentError unless k is a whole number, 0 or more, and scores are finite.
 *
 * @example
 * ```ts
 * import { topK } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [good, weak]: [Hotkey, Hotkey]
 * topK(new Map([[good, 3], [weak, 1]]), 1) // 3, 0
 * ```
 */
export function topK(scores: ByHotkey, k: number): Map<Hotkey, number> {
  check('k', wholeNumber(), k)
  const kept = new Set(
    ranked(scores)
      .slice(0, k)
      .map(([hotkey]) => hotkey),
  )
  return mapValues(scores, (score, hotkey) => (kept.has(hotkey) ? score : 0))
}

/**
 * Pays by rank alone: the best weighs 1, the next `decay`, then `decay` squared and so on. Equal scores share
 * the mean of the ranks they take up. Built from multiplication and division, so it is the same on every machine; what is below 2^-1022
 * becomes 0.
 *
 * @throws InvalidArgumentError unless 0 <= decay <= 1 and scores are finite.
 *
 * @example
 * ```ts
 * import { rankDecay } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [good, weak, bad]: [Hotkey, Hotkey, Hotkey]
 * rankDecay(new Map([[good, 0.91], [weak, 0.9], [bad, 0.1]]), 0.5) // 1, 0.5, 0.25
 * ```
 */
export function rankDecay(scores: ByHotkey, decay: number): Map<Hotkey, number> {
  check('decay', custom('Pass a number from 0 to 1.', isShare), decay)
  const weights = new Map<Hotkey, number>()
  const tied = new Map<number, Hotkey[]>()
  for (const [hotkey, score] of ranked(scores)) {
    const others = tied.get(score)
    if (others === undefined) tied.set(score, [hotkey])
    else others.push(hotkey)
  }
  let rankWeight = 1
  for (const hotkeys of tied.values()) {
    let sum = 0
    for (const _ of hotkeys) {
      sum += rankWeight
      rankWeight = rankWeight * decay < MIN_NORMAL ? 0 : rankWeight * decay
    }
    for (const hotkey of hotkeys) weights.set(hotkey, sum / hotkeys.length)
  }
  return weights
}

/**
 * Multiplies each weight by itself `exponent` times, which widens the gaps between good and bad.
 *
 * Where some of the powers have no number of full precision, all are a power of two away from them, so that their proportions hold;
 * what is below 2^-1022 of the largest becomes 0.
 *
 * @throws InvalidArgumentError unless the exponent is a whole number from 1 to 64 and weights are 0 or more.
 *
 * @example
 * ```ts
 * import { sharpen } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [good, weak]: [Hotkey, Hotkey]
 * sharpen(new Map([[good, 3], [weak, 0.5]]), 3) // 27, 0.125
 * ```
 */
export function sharpen(weights: ByHotkey, exponent: number): Map<Hotkey, number> {
  check('exponent', wholeNumber({ min: 1, max: 64 }), exponent)
  const { values, exponent: scale } = scaled(checkedWeights(weights))
  const powers = mapValues(values, (value) => {
    let power = value
    for (let k = 1; k < exponent; k++) power *= value
    return power
  })
  const { largest, smallest } = rangeOf(dropNegligible(powers).values())
  if (largest === 0) return powers
  // The scale of the plain powers, or the nearest one on which the smallest and the largest have full precision.
  const lowest = MIN_EXPONENT - exponentOf(smallest)
  const highest = MAX_EXPONENT - exponentOf(largest)
  const shift = Math.max(lowest, Math.min(highest, scale * exponent))
  return mapValues(powers, (power) => timesPowerOfTwo(power, shift))
}

/**
 * Scales weights to u16 so that the largest is 65535, half rounding up; all zeros stay zeros.
 *
 * @throws InvalidArgumentError for a weight that is negative or not finite.
 *
 * @example
 * ```ts
 * import { weightsToU16 } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [good, weak]: [Hotkey, Hotkey]
 * weightsToU16(new Map([[good, 3], [weak, 1]])) // 65535, 21845
 * ```
 */
export function weightsToU16(weights: ByHotkey): Map<Hotkey, number> {
  const { largest } = rangeOf(checkedWeights(weights).values())
  return mapValues(weights, (weight) => (largest === 0 ? 0 : Math.round((weight / largest) * U16_MAX)))
}

function checkedWeights(weights: ByHotkey): ByHotkey {
  return checked('weights', weights, (weight) => weight >= 0, 'Pass finite weights, 0 or more.')
}

/** A Map whose values are finite and right, or an error that names the hotkey. */
function checked(
  field: string,
  map: ByHotkey,
  isRight: (value: number) => boolean,
  remedy: string,
): ByHotkey {
  check(field, anyMap, map)
  for (const [hotkey, value] of map as ReadonlyMap<unknown, unknown>) {
    check(`key of ${field}`, text({ min: 1 }), hotkey)
    if (typeof value === 'number' && Number.isFinite(value) && isRight(value)) continue
    throw new InvalidArgumentError({ field: `${field}[${String(hotkey)}]`, value, remedy })
  }
  return map
}

/** Best first; ties in hotkey order. */
function ranked(scores: ByHotkey): [Hotkey, number][] {
  checked('scores', scores, () => true, 'Pass finite scores.')
  return [...scores].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
}
