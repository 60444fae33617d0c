import {
  check,
  custom,
  eitherOf,
  finiteNumber,
  func,
  mapOf,
  nullable,
  optional,
  shape,
} from '../../checks/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'
import { hotkeyText } from '../views.js'
import type { ByHotkey } from './scaling.js'
import { checkedScores, ranked } from './values.js'

/** How much better a challenger has to be. Pure. */
export type MarginOf = (challenger: Hotkey, champion: Hotkey) => number

/** How a throne changes hands. */
export interface ChampionOptions {
  /** Who holds it; `null` while it is empty. */
  readonly champion: Hotkey | null
  /** By how much a challenger has to be better; a function where it depends on who they are, such as by `noiseMargin`. Default 0.03. */
  readonly margin?: number | MarginOf
  /** What the first on an empty throne has to be above. Default 0. */
  readonly above?: number
  /** Block of each miner's commitment: of equal challengers the earliest wins, one without a block last. Default: the hotkey that sorts first. */
  readonly since?: ReadonlyMap<Hotkey, BlockNumber>
}

const marginNumber = finiteNumber({ min: 0 })
const championOptions = shape<ChampionOptions>({
  champion: nullable(hotkeyText),
  margin: optional(eitherOf('Pass a finite number from 0, or a function.', [marginNumber, func])),
  above: optional(finiteNumber()),
  since: optional(mapOf(hotkeyText, custom('Pass a block.', Number.isSafeInteger))),
})

/**
 * Who holds the throne now. A challenger takes it by being better by more than the margin, not by a tie: noise does not dethrone, and a
 * copy, whose score is that of the champion, never wins. Of several the best one takes it.
 *
 * A champion without a score keeps the throne, since missing data is never an advantage to anybody: empty it yourself, in `forget`, when
 * the champion is gone. A miner without a score takes nothing.
 *
 * @returns the champion, the old one or a new one; `null` where the throne is empty and nobody is above `above`.
 * @throws InvalidArgumentError for scores that are not finite, and a margin that is negative.
 * @source spec: `spec/mechanisms.md` 0 and 1
 *
 * @example
 * ```ts
 * import { nextChampion, winnerTakesAll } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [holder, copy, better]: [Hotkey, Hotkey, Hotkey]
 * const scores = new Map([[holder, 0.7], [copy, 0.7], [better, 0.75]])
 * winnerTakesAll(nextChampion(scores, { champion: holder, margin: 0.03 })) // better: 1
 * ```
 */
export function nextChampion(scores: ByHotkey, options: ChampionOptions): Hotkey | null {
  check('options', championOptions, options)
  checkedScores('scores', scores)
  const { champion, margin = 0.03, above = 0, since } = options
  if (champion !== null && !scores.has(champion)) return champion
  const held = champion === null ? undefined : scores.get(champion)
  const bar = (hotkey: Hotkey): number =>
    champion === null || held === undefined ? above : held + marginOf(margin, hotkey, champion)
  const able = ranked(scores).filter(([hotkey, score]) => hotkey !== champion && score > bar(hotkey))
  const best = able.filter(([, score]) => score === able[0]?.[1]).map(([hotkey]) => hotkey)
  return earliest(best, since) ?? champion
}

/**
 * All pay to one.
 *
 * @param champion - `null` for nobody: no weights at all, which validators do not set.
 * @returns a weight of 1 for the champion.
 * @throws InvalidArgumentError for what is no hotkey.
 * @source spec: `spec/mechanisms.md` 0 and 1
 *
 * @example
 * ```ts
 * import { burnUnearned, winnerTakesAll } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [champion, burn]: [Hotkey | null, Hotkey]
 * burnUnearned(winnerTakesAll(champion), { to: burn, earned: 0.8 }) // champion: 0.8, burn: 0.2
 * ```
 */
export function winnerTakesAll(champion: Hotkey | null): Map<Hotkey, number> {
  check('champion', nullable(hotkeyText), champion)
  return new Map(champion === null ? [] : [[champion, 1]])
}

function marginOf(margin: number | MarginOf, challenger: Hotkey, champion: Hotkey): number {
  if (typeof margin === 'number') return margin
  const value = margin(challenger, champion)
  check(`margin(${challenger})`, marginNumber, value)
  return value
}

/** @param hotkeys - in order: the first of those that came as early. */
function earliest(
  hotkeys: readonly Hotkey[],
  since: ReadonlyMap<Hotkey, BlockNumber> | undefined,
): Hotkey | undefined {
  const blockOf = (hotkey: Hotkey): number => since?.get(hotkey) ?? Number.MAX_SAFE_INTEGER
  let first = hotkeys[0]
  for (const hotkey of hotkeys) if (first !== undefined && blockOf(hotkey) < blockOf(first)) first = hotkey
  return first
}
