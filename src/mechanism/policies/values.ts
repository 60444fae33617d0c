import { check, custom, text } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { Hotkey } from '../../units/index.js'
import type { ByHotkey } from './scaling.js'

/** A Map, its entries not looked at yet. */
export const anyMap = custom('Pass a Map from hotkey to number.', (value) => value instanceof Map)

/** Scores, on any scale, negative ones too. @throws InvalidArgumentError naming the hotkey whose score is not finite. */
export function checkedScores(field: string, scores: ByHotkey): ByHotkey {
  return checked(field, scores, () => true, 'Pass finite scores; `badForMissing` takes those that failed.')
}

/** Weights, or scores that are multiplied. @throws InvalidArgumentError naming the hotkey. */
export function checkedWeights(field: string, weights: ByHotkey): ByHotkey {
  return checked(field, weights, (weight) => weight >= 0, `Pass finite ${field}, 0 or more.`)
}

/** Parts of 1. @throws InvalidArgumentError naming the hotkey. */
export function checkedShares(field: string, shares: ByHotkey): ByHotkey {
  return checked(field, shares, isShare, 'Pass numbers from 0 to 1.')
}

/** Best first; of equal scores the hotkey that sorts first. The one rule for ties, where they are not shared. */
export function ranked(scores: ByHotkey): [Hotkey, number][] {
  return [...scores].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
}

export const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1

/** A part of 1. */
export const share = custom('Pass a number from 0 to 1.', isShare)

/** A Map whose values are finite and right, or an error that names the hotkey. */
export function checked(
  field: string,
  map: ByHotkey,
  isRight: (value: number) => boolean,
  remedy: string,
): ByHotkey {
  check(field, anyMap, map)
  for (const [hotkey, value] of map as ReadonlyMap<unknown, unknown>) {
    check(`key of ${field}`, text({ min: 1 }), hotkey)
    if (typeof value === 'number' && Number.isFinite(value) && isRight(value)) continue
    throw new InvalidArgumentError({ field: `${field}[${String(hotkey)}]`, value, remedy })
  }
  return map
}
