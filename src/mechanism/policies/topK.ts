import { check, wholeNumber } from '../../checks/index.js'
import type { Hotkey } from '../../units/index.js'
import { type ByHotkey, mapValues } from './scaling.js'
import { checkedScores, ranked } from './values.js'

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
    ranked(checkedScores('scores', scores))
      .slice(0, k)
      .map(([hotkey]) => hotkey),
  )
  return mapValues(scores, (score, hotkey) => (kept.has(hotkey) ? score : 0))
}
