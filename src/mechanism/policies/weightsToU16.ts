import { type Hotkey, U16_MAX } from '../../units/index.js'
import { type ByHotkey, mapValues, rangeOf } from './scaling.js'
import { checkedWeights } from './values.js'

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
  const { largest } = rangeOf(checkedWeights('weights', weights).values())
  return mapValues(weights, (weight) => (largest === 0 ? 0 : Math.round((weight / largest) * U16_MAX)))
}
