import type { Hotkey } from '../../units/index.js'
import { type ByHotkey, mapValues, scaled, sumOf } from './scaling.js'
import { checkedWeights } from './values.js'

/**
 * Proportional pay: divides by the sum, so that the result sums to 1; all zeros stay zeros. The order of the map makes no difference.
 * What is below 2^-1022 of the largest becomes 0.
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
  const { values } = scaled(checkedWeights('weights', weights))
  const sum = sumOf(values.values())
  return mapValues(values, (value) => (sum === 0 ? 0 : value / sum))
}
