import { check, finiteNumber } from '../../checks/index.js'
import { roundedExp } from '../../math/index.js'
import type { Hotkey } from '../../units/index.js'
import { normalizeWeights } from './normalizeWeights.js'
import { type ByHotkey, mapValues } from './scaling.js'
import { checkedScores } from './values.js'

/**
 * Pays `exp(-beta * loss)`, divided by the sum: the lower the loss the more, smoothly. `beta` is the dial between all alike (0) and the
 * best alone (large). Only differences of losses count, so that a number added to all of them changes nothing but rounding.
 *
 * @param beta - per unit of loss, 0 or more. Default 0.1, which price paths are paid by (others: 0.2).
 * @returns weights that sum to 1; what is below 2^-1022 of the largest is 0.
 * @throws InvalidArgumentError unless losses are finite: give miners that failed a loss first, by `badForMissing`.
 * @source spec: `spec/mechanisms.md` 8
 *
 * @example
 * ```ts
 * import { softmaxOfLoss } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [good, weak]: [Hotkey, Hotkey]
 * softmaxOfLoss(new Map([[good, 10], [weak, 20]]), 0.1) // 0.731, 0.269
 * ```
 */
export function softmaxOfLoss(losses: ByHotkey, beta = 0.1): Map<Hotkey, number> {
  check('beta', finiteNumber({ min: 0 }), beta)
  checkedScores('losses', losses)
  let least = Number.POSITIVE_INFINITY
  for (const loss of losses.values()) if (loss < least) least = loss
  return normalizeWeights(mapValues(losses, (loss) => weightOf(beta, loss - least)))
}

/** @param behind - how much worse than the best, from 0 to infinity. */
function weightOf(beta: number, behind: number): number {
  const exponent = beta === 0 ? 0 : beta * behind
  return Number.isFinite(exponent) ? roundedExp(-exponent) : 0
}
