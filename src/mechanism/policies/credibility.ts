import { check, custom, finiteNumber, optional, shape } from '../../checks/index.js'
import { roundedPow } from '../../math/index.js'
import { type Address, asHotkey, type Hotkey } from '../../units/index.js'
import { movingScores } from '../views.js'
import { type ByHotkey, type MovingScores, mapValues } from './scaling.js'
import { anyMap, checked, checkedShares } from './values.js'

const rateOptions = shape<{ rate?: number }>({
  rate: optional(
    custom('Pass a number above 0, up to 1.', (rate) => typeof rate === 'number' && rate > 0 && rate <= 1),
  ),
})
const powerOptions = shape<{ power?: number }>({ power: optional(finiteNumber({ min: 0 })) })

/**
 * Moves credibility by one round of checks, by `rate` of the way towards the share that passed: `rate * passed + (1 - rate) * before`, from 0 for a miner that is new. Who was not checked
 * keeps its own.
 *
 * @param before - credibility by hotkey, 0 to 1; plain, as a mechanism's state keeps it.
 * @param passed - share of each miner's checks that passed, 0 to 1. A refused one (NaN, as `scoresOf` gives where judging threw) is 0.
 * @param options.rate - Default 0.15.
 * @returns a plain object for the state. Let `forget` take out those that left.
 * @throws InvalidArgumentError naming the hotkey whose share or credibility is not from 0 to 1.
 * @source spec: `spec/mechanisms.md` 0 and 11
 *
 * @example
 * ```ts
 * import { nextCredibility, withCredibility } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const miner: Hotkey
 * const credibility = nextCredibility({ [miner]: 0.8 }, new Map([[miner, 1]])) // 0.83
 * withCredibility(new Map([[miner, 10]]), credibility) // 6.28
 * ```
 */
export function nextCredibility(
  before: MovingScores,
  passed: ByHotkey,
  options: { readonly rate?: number } = {},
): MovingScores {
  check('options', rateOptions, options)
  const { rate = 0.15 } = options
  const next = new Map(sharesOf('before', before))
  check('passed', anyMap, passed)
  const judged = mapValues(passed, (part) => (Number.isNaN(part) ? 0 : part))
  for (const [hotkey, part] of checkedShares('passed', judged)) {
    const own = next.get(hotkey) ?? 0
    // Rounding may lead past either end; adding 0 turns -0, which has no stored form, into 0.
    next.set(hotkey, Math.min(1, Math.max(0, own + rate * (part - own))) + 0)
  }
  return Object.fromEntries(next)
}

/**
 * Scores times `credibility^power`: with the usual 2.5 one caught lie costs far more than one honest day earns. A miner without
 * credibility gets 0.
 *
 * A refused score (NaN, as `scoresOf` gives for a miner whose answer cannot be judged) stays one, and is that miner's alone.
 *
 * @param scores - 0 or more: multiplying would make a negative one better.
 * @param credibility - 0 to 1 by hotkey, as `nextCredibility` gives.
 * @param options.power - 0 or more. Default 2.5.
 * @throws InvalidArgumentError naming the hotkey.
 * @source spec: `spec/mechanisms.md` 0 and 11
 * PERF: a power for each score, some 10 us; all other policies take less.
 *
 * @example
 * ```ts
 * import { withCredibility } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [honest, caught]: [Hotkey, Hotkey]
 * withCredibility(new Map([[honest, 10], [caught, 10]]), { [honest]: 1, [caught]: 0.5 }) // 10, 1.77
 * ```
 */
export function withCredibility(
  scores: ByHotkey,
  credibility: MovingScores,
  options: { readonly power?: number } = {},
): Map<Hotkey, number> {
  check('options', powerOptions, options)
  const { power = 2.5 } = options
  const shares = sharesOf('credibility', credibility)
  check('scores', anyMap, scores)
  const judged = new Map([...scores].filter(([, score]) => !Number.isNaN(score)))
  checked('scores', judged, (score) => score >= 0, 'Pass finite scores, 0 or more.')
  return mapValues(scores, (score, hotkey) => score * roundedPow(shares.get(hotkey) ?? 0, power) + 0)
}

function sharesOf(field: string, plain: MovingScores): ByHotkey {
  check(field, movingScores, plain)
  const entries = Object.entries(plain).map(
    ([hotkey, value]) => [asHotkey(hotkey as Address), value] as const,
  )
  return checkedShares(field, new Map(entries))
}
