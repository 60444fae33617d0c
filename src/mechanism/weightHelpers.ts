import { InvalidArgumentError } from '../errors/index.js'
import type { Hotkey } from '../units/index.js'
import { U16_MAX } from '../units/index.js'

/** Numbers by hotkey: scores going in, weights coming out. */
export type ByHotkey = ReadonlyMap<Hotkey, number>

/**
 * Divides by the sum, so that the result sums to 1; all zeros stay zeros.
 *
 * @throws InvalidArgumentError for a value that is negative or not finite.
 */
export function normalizeWeights(weights: ByHotkey): Map<Hotkey, number> {
  let sum = 0
  for (const [hotkey, weight] of weights) sum += checked(hotkey, weight)
  return mapValues(weights, (weight) => (sum === 0 ? 0 : weight / sum))
}

/**
 * Keeps the k largest scores and sets the others to 0; of equal scores the hotkey that sorts first wins.
 *
 * @throws InvalidArgumentError unless k is a whole number, 0 or more.
 */
export function topK(scores: ByHotkey, k: number): Map<Hotkey, number> {
  if (!Number.isInteger(k) || k < 0)
    throw new InvalidArgumentError({ field: 'k', value: k, remedy: 'Pass 0 or more.' })
  const kept = new Set(
    ranked(scores)
      .slice(0, k)
      .map(([hotkey]) => hotkey),
  )
  return mapValues(scores, (score, hotkey) => (kept.has(hotkey) ? score : 0))
}

/**
 * Pays by rank alone: the best weighs 1, the next `decay`, then `decay` squared and so on. Equal scores share
 * the mean of the ranks they take up. Built from multiplication and division, so it is the same on every machine.
 *
 * @throws InvalidArgumentError unless 0 <= decay <= 1.
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
export function rankDecay(scores: ByHotkey, decay: number): Map<Hotkey, number> {
  if (!(decay >= 0 && decay <= 1)) {
    throw new InvalidArgumentError({ field: 'decay', value: decay, remedy: 'Pass a number from 0 to 1.' })
  }
  const weights = new Map<Hotkey, number>()
  const order = ranked(scores)
  let rankWeight = 1
  for (let first = 0; first < order.length; ) {
    let next = first
    let sum = 0
    while (next < order.length && order[next]![1] === order[first]![1]) {
      sum += rankWeight
      rankWeight *= decay
      next++
    }
    for (let at = first; at < next; at++) weights.set(order[at]![0], sum / (next - first))
    first = next
  }
  return weights
}

/**
 * Multiplies each weight by itself `exponent` times, which widens the gaps between good and bad.
 *
 * @throws InvalidArgumentError unless the exponent is a whole number from 1 to 64 and weights are 0 or more.
 */
export function sharpen(weights: ByHotkey, exponent: number): Map<Hotkey, number> {
  if (!Number.isInteger(exponent) || exponent < 1 || exponent > 64) {
    throw new InvalidArgumentError({
      field: 'exponent',
      value: exponent,
      remedy: 'Pass a whole number from 1 to 64.',
    })
  }
  return mapValues(weights, (weight, hotkey) => {
    let power = checked(hotkey, weight)
    for (let k = 1; k < exponent; k++) power *= weight
    return power
  })
}

/**
 * Scales weights to u16 so that the largest is 65535, half rounding up; all zeros stay zeros.
 *
 * @throws InvalidArgumentError for a weight that is negative or not finite.
 */
export function weightsToU16(weights: ByHotkey): Map<Hotkey, number> {
  let largest = 0
  for (const [hotkey, weight] of weights) largest = Math.max(largest, checked(hotkey, weight))
  return mapValues(weights, (weight) => (largest === 0 ? 0 : Math.round((weight / largest) * U16_MAX)))
}

function checked(hotkey: Hotkey, weight: number): number {
  if (Number.isFinite(weight) && weight >= 0) return weight
  throw new InvalidArgumentError({
    field: `weights[${hotkey}]`,
    value: weight,
    remedy: 'Pass finite weights, 0 or more.',
  })
}

/** Best first; ties in hotkey order. */
function ranked(scores: ByHotkey): [Hotkey, number][] {
  return [...scores].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
}

function mapValues(values: ByHotkey, change: (value: number, hotkey: Hotkey) => number): Map<Hotkey, number> {
  return new Map(Array.from(values, ([hotkey, value]) => [hotkey, change(value, hotkey)]))
}
