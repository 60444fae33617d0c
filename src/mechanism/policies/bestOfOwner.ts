import { check, func, having, optional, text } from '../../checks/index.js'
import type { Metagraph } from '../../metagraph/index.js'
import type { Coldkey, Hotkey } from '../../units/index.js'
import { type ByHotkey, mapValues } from './scaling.js'
import { checkedWeights, ranked } from './values.js'

/**
 * Sibling zeroing: of the hotkeys of one owner the best keeps its score, the others get 0. So splitting one miner into many identities
 * earns nothing but their fees. Of equal siblings the hotkey that sorts first keeps it.
 *
 * An owner may have many coldkeys; what is alike has to be found by its answers.
 *
 * @param scores - 0 or more.
 * @param ownerOf - the owner of a hotkey, such as `ownersIn(view.metagraph)`; one of whom it says `undefined` has no siblings.
 * @throws InvalidArgumentError naming the hotkey whose score, or owner, is wrong.
 * @source spec: `spec/mechanisms.md` 4
 *
 * @example
 * ```ts
 * import { bestOfOwner, ownersIn } from 'subnetkit/mechanism'
 * import type { WeightView } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const view: WeightView<null>
 * declare const scores: Map<Hotkey, number>
 * bestOfOwner(scores, ownersIn(view.metagraph))
 * ```
 */
export function bestOfOwner(
  scores: ByHotkey,
  ownerOf: (hotkey: Hotkey) => Coldkey | undefined,
): Map<Hotkey, number> {
  checkedWeights('scores', scores)
  check('ownerOf', func, ownerOf)
  const seen = new Set<Coldkey>()
  const best = new Set<Hotkey>()
  for (const [hotkey] of ranked(scores)) {
    const owner = ownerOf(hotkey)
    check(`ownerOf(${hotkey})`, optional(text({ min: 1 })), owner)
    if (owner === undefined || !seen.has(owner)) best.add(hotkey)
    if (owner !== undefined) seen.add(owner)
  }
  return mapValues(scores, (score, hotkey) => (best.has(hotkey) ? score : 0))
}

/**
 * Who owns a hotkey, by a metagraph: its coldkey, `undefined` where it is not registered.
 *
 * @throws InvalidArgumentError for what is no metagraph.
 *
 * @example
 * ```ts
 * import { ownersIn } from 'subnetkit/mechanism'
 * import type { Metagraph } from 'subnetkit/metagraph'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const metagraph: Metagraph
 * declare const hotkey: Hotkey
 * ownersIn(metagraph)(hotkey) // the coldkey that registered it
 * ```
 */
export function ownersIn(
  metagraph: Pick<Metagraph, 'uidOf' | 'row'>,
): (hotkey: Hotkey) => Coldkey | undefined {
  check('metagraph', having('a Metagraph', ['uidOf', 'row']), metagraph)
  return (hotkey) => {
    const uid = metagraph.uidOf(hotkey)
    return uid === undefined ? undefined : metagraph.row(uid).coldkey
  }
}
