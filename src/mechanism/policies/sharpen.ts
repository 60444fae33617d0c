import { check, wholeNumber } from '../../checks/index.js'
import { exponentOf, timesPowerOfTwo } from '../../math/index.js'
import type { Hotkey } from '../../units/index.js'
import {
  type ByHotkey,
  dropNegligible,
  MAX_EXPONENT,
  MIN_EXPONENT,
  mapValues,
  rangeOf,
  scaled,
} from './scaling.js'
import { checkedWeights } from './values.js'

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
  const { values, exponent: scale } = scaled(checkedWeights('weights', weights))
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
