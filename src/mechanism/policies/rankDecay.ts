import { check, finiteNumber, optional, shape } from '../../checks/index.js'
import { MIN_NORMAL } from '../../math/index.js'
import type { Hotkey } from '../../units/index.js'
import { payByRank } from './payByRank.js'
import type { ByHotkey } from './scaling.js'
import { checkedScores, share } from './values.js'

/** Who has a place in a ranking. */
export interface RankOptions {
  /** A score that is not above it earns nothing. Default 0; for scores that may be negative pass `-Number.MAX_VALUE`. */
  readonly above?: number
}

export const rankOptions = shape<RankOptions>({ above: optional(finiteNumber()) })

/**
 * Pays by rank alone: the best weighs 1, the next `decay`, then `decay` squared and so on. Equal scores share the mean of the places that
 * they take up; a score of 0 or less has no place and earns nothing. Built from multiplication and division, so it is the same on every
 * machine; what is below 2^-1022 becomes 0.
 *
 * @param decay - 0.3 to 0.8 where it is used. Default 0.5.
 * @throws InvalidArgumentError unless 0 <= decay <= 1 and scores are finite.
 * @source spec: `spec/mechanisms.md` 1, 9 and 13
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
export function rankDecay(scores: ByHotkey, decay = 0.5, options: RankOptions = {}): Map<Hotkey, number> {
  check('decay', share, decay)
  check('options', rankOptions, options)
  const { above = 0 } = options
  let pay = 1
  const payOf = (place: number): number => {
    if (place > 0) pay = pay * decay < MIN_NORMAL ? 0 : pay * decay
    return pay
  }
  return payByRank(checkedScores('scores', scores), { payOf, above })
}
