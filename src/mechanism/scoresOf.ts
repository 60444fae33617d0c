import { check, func } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { Hotkey } from '../units/index.js'
import { MechanismError } from './MechanismError.js'

/** Scores by hotkey, and what was thrown on the way to some of them. Made by {@link scoresOf}. */
export class ScoreMap extends Map<Hotkey, number> {
  /** Why a hotkey's score is none. */
  readonly faults = new Map<Hotkey, MechanismError>()
}

/**
 * Scores a list by a function of its entries, such as the replies to an ask or what `each` gave. Where a hotkey has several entries, their mean counts. An entry for which the
 * function gives `undefined` is left out, and so is one that ended as `notScored`. Where the function throws, that hotkey's score is
 * refused, which is told, and the others count.
 *
 * @throws InvalidArgumentError for what is no list or no function.
 *
 * @example
 * ```ts
 * import { type MinerResponse, scoresOf } from 'subnetkit/mechanism'
 *
 * const rightOnes = (responses: readonly MinerResponse<number>[], truth: number) =>
 *   scoresOf(responses, ({ answer }) => (answer === truth ? 1 : 0))
 * ```
 */
export function scoresOf<T extends { readonly hotkey: Hotkey; readonly status?: string }>(
  entries: Iterable<T>,
  score: (entry: T) => number | undefined,
): Map<Hotkey, number> {
  if (typeof (entries as Iterable<T> | undefined)?.[Symbol.iterator] !== 'function') {
    const remedy = 'Pass a list of entries with a hotkey each.'
    throw new InvalidArgumentError({ field: 'entries', value: entries, remedy })
  }
  check('score', func, score)
  const sums = new Map<Hotkey, { sum: number; count: number }>()
  const scores = new ScoreMap()
  for (const entry of entries) {
    const { hotkey } = entry
    if (entry.status === 'notScored') continue
    let value: number | undefined
    try {
      value = score(entry)
    } catch (cause) {
      scores.faults.set(hotkey, MechanismError.threw('score', cause))
      value = Number.NaN
    }
    if (value === undefined) continue
    const before = sums.get(hotkey) ?? { sum: 0, count: 0 }
    sums.set(hotkey, { sum: before.sum + value, count: before.count + 1 })
  }
  for (const [hotkey, { sum, count }] of sums) scores.set(hotkey, sum / count)
  return scores
}
