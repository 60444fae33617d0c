import { check, having, nullable, plainObject, shape } from '../../checks/index.js'
import type { Metagraph } from '../../metagraph/index.js'
import type { Hotkey } from '../../units/index.js'
import { hotkeyText } from '../views.js'
import { normalizeWeights } from './normalizeWeights.js'
import { type ByHotkey, mapValues } from './scaling.js'
import { share } from './values.js'

/** Where pay goes that nobody earned. */
export interface BurnOptions {
  /** A hotkey of the subnet's owner, whose incentive the chain withholds, such as `burnSlotIn(view.metagraph)`; `null` where there is none: nothing can be burned then. */
  readonly to: Hotkey | null
  /** Part of all pay that was earned, 0 to 1. */
  readonly earned: number
}

const burnOptions = shape<BurnOptions>({ to: nullable(hotkeyText), earned: share })

/**
 * Gives miners what they earned and the rest to the burn slot, so that pay is not handed to whoever is merely present. Where nobody has a
 * weight, all of it is burned.
 *
 * @param options.to - what it has earned itself it keeps.
 * @returns weights that sum to 1; without a burn slot those of the miners alone do, however little they earned.
 * @throws InvalidArgumentError for a weight that is negative or not finite.
 * @source spec: `spec/mechanisms.md` 0, 12 and 13
 *
 * @example
 * ```ts
 * import { burnUnearned } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [good, weak, burn]: [Hotkey, Hotkey, Hotkey]
 * burnUnearned(new Map([[good, 3], [weak, 1]]), { to: burn, earned: 0.8 }) // 0.6, 0.2, burn: 0.2
 * ```
 */
export function burnUnearned(weights: ByHotkey, options: BurnOptions): Map<Hotkey, number> {
  check('options', burnOptions, options)
  const shares = normalizeWeights(weights)
  if (options.to === null) return shares
  const isAnyEarned = [...shares.values()].some((one) => one > 0)
  const earned = isAnyEarned ? options.earned : 0
  const paid = mapValues(shares, (one) => one * earned)
  return paid.set(options.to, (paid.get(options.to) ?? 0) + (1 - earned))
}

/**
 * Where pay is burned: the hotkey of the subnet's owner, by a metagraph.
 *
 * @returns `null` where the owner has no hotkey in the subnet, or none is known, as in an imported snapshot.
 * @throws InvalidArgumentError for what is no metagraph.
 *
 * @example
 * ```ts
 * import { burnSlotIn, burnUnearned } from 'subnetkit/mechanism'
 * import type { ByHotkey, WeightView } from 'subnetkit/mechanism'
 *
 * export const paid = (view: WeightView<null>, earned: ByHotkey) =>
 *   burnUnearned(earned, { to: burnSlotIn(view.metagraph), earned: 0.8 })
 * ```
 */
export function burnSlotIn(metagraph: Pick<Metagraph, 'columns' | 'row'>): Hotkey | null {
  check('metagraph', having('a Metagraph', ['row']), metagraph)
  check('metagraph.columns', plainObject, metagraph.columns)
  const { ownerUid = null } = metagraph.columns
  return ownerUid === null ? null : metagraph.row(ownerUid).hotkey
}
