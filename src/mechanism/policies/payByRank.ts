import type { Hotkey } from '../../units/index.js'
import { type ByHotkey, mapValues } from './scaling.js'
import { ranked } from './values.js'

/**
 * Gives each miner the pay of its place. Equal scores share the mean of the places that they take up; a score that is not above `above`
 * has no place.
 *
 * @param payOf - of a place from 0 on; asked once for each place, in order.
 */
export function payByRank(
  scores: ByHotkey,
  { payOf, above }: { readonly payOf: (place: number) => number; readonly above: number },
): Map<Hotkey, number> {
  const tied = new Map<number, Hotkey[]>()
  for (const [hotkey, score] of ranked(scores)) {
    if (score <= above) break
    const others = tied.get(score)
    if (others === undefined) tied.set(score, [hotkey])
    else others.push(hotkey)
  }
  const paid = new Map<Hotkey, number>()
  let place = 0
  for (const hotkeys of tied.values()) {
    let sum = 0
    for (const _ of hotkeys) sum += payOf(place++)
    for (const hotkey of hotkeys) paid.set(hotkey, sum / hotkeys.length)
  }
  return mapValues(scores, (_, hotkey) => paid.get(hotkey) ?? 0)
}
