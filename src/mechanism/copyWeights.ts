import { check } from '../checks/index.js'
import type { CanonicalValue } from '../codec/index.js'
import { type Hotkey, U16_MAX } from '../units/index.js'
import type { WeightView } from './types.js'
import { weightView } from './views.js'

/**
 * The weight policy of a validator that scores nothing itself: the stake-weighted mean of what the other
 * permitted validators last said. It shows what copying earns; it is no way to run an honest validator.
 *
 * @throws InvalidArgumentError for what is no view.
 *
 * @example
 * ```ts
 * import { copyWeights } from 'subnetkit/mechanism'
 * import type { ValidatorOptions } from 'subnetkit/neuron'
 *
 * const copier: Pick<ValidatorOptions<string, string, null>, 'weights' | 'sampleSize'> = { weights: copyWeights, sampleSize: 0 }
 * ```
 */
export function copyWeights<State extends CanonicalValue>(view: WeightView<State>): Map<Hotkey, number> {
  check('view', weightView, view)
  const { metagraph } = view
  const sums = new Map<Hotkey, number>()
  for (const uid of metagraph.validators()) {
    const { hotkey, stakeAlpha } = metagraph.row(uid)
    if (hotkey === view.hotkey) continue
    for (const [target, value] of metagraph.weightsOf(uid)) {
      const targetHotkey = metagraph.columns.hotkey[target]
      if (targetHotkey === undefined) continue
      sums.set(targetHotkey, (sums.get(targetHotkey) ?? 0) + (value / U16_MAX) * Number(stakeAlpha))
    }
  }
  return sums
}
