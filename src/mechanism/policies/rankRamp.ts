import { check, custom, finiteNumber, listOf, optional, shape, wholeNumber } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { roundedPow } from '../../math/index.js'
import type { Hotkey } from '../../units/index.js'
import { payByRank } from './payByRank.js'
import { type RankOptions, rankOptions } from './rankDecay.js'
import { type ByHotkey, sumOf } from './scaling.js'
import { checkedScores, share } from './values.js'

/** Places that follow one another, and what they share. */
export interface RankTier {
  /** How many, 1 to 65,536. */
  readonly places: number
  /** Their part of all pay when all are taken. */
  readonly share: number
  /** Pay falls evenly, the first place having so many times that of the last. Give this or `decay`. */
  readonly ramp?: number
  /** Each place has this part of the one before. Give this or `ramp`. */
  readonly decay?: number
}

/** Twenty places share three quarters, falling evenly to half; ten share the rest alike, which is what the last of the twenty has. */
const USUAL_TIERS: readonly RankTier[] = [
  { places: 20, share: 0.75, ramp: 2 },
  { places: 10, share: 0.25, decay: 1 },
]

const tierList = listOf(
  shape<RankTier>({
    places: wholeNumber({ min: 1, max: 65_536 }),
    share,
    ramp: optional(finiteNumber({ min: 1, max: 1e12 })),
    decay: optional(custom('Pass a number above 0, up to 1.', isDecay)),
  }),
  { min: 1 },
)

/**
 * Pays by rank in tiers: the places of a tier share its part, falling evenly (`ramp`) or by a ratio (`decay`). Whoever is behind the last
 * tier earns nothing, and so does a score of 0 or less.
 *
 * A place pays the same whoever else is there: pay of places that nobody takes is paid to nobody here, and to all in proportion once
 * weights are normalised. Equal scores share the mean of the places that they take up.
 *
 * @param tiers - shares may have any sum. Default: the first 20 share 0.75 on a ramp of 2, the next 10 share 0.25 alike.
 * @throws InvalidArgumentError for a tier with neither or both of `ramp` and `decay`, or one that begins above the end of the one before:
 *   miners would do better to do worse. And for scores that are not finite.
 * @source spec: `spec/mechanisms.md` 12, whose second tier falls by a ratio, and would begin above the end of the first
 *
 * @example
 * ```ts
 * import { rankRamp } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [good, weak]: [Hotkey, Hotkey]
 * rankRamp(new Map([[good, 9], [weak, 1]]), [{ places: 2, share: 0.75, ramp: 2 }]) // 0.5, 0.25
 * ```
 */
export function rankRamp(
  scores: ByHotkey,
  tiers: readonly RankTier[] = USUAL_TIERS,
  options: RankOptions = {},
): Map<Hotkey, number> {
  check('tiers', tierList, tiers)
  check('options', rankOptions, options)
  const { above = 0 } = options
  const pay = tiers.map(paysOf)
  checkOrder(tiers, pay)
  const places = pay.flat()
  return payByRank(checkedScores('scores', scores), { payOf: (place) => places[place] ?? 0, above })
}

/** Rounding is let pass: a tier may begin with what the one before ends with. */
function checkOrder(tiers: readonly RankTier[], pay: readonly (readonly number[])[]): void {
  for (const [at, [first = 0]] of pay.entries()) {
    const before = pay[at - 1]?.at(-1) ?? Number.POSITIVE_INFINITY
    if (first <= before * (1 + 1e-12)) continue
    const remedy = `Let its first place have no more than the last one before it: ${before}, and not ${first}.`
    throw new InvalidArgumentError({ field: `tiers[${at}]`, value: tiers[at], remedy })
  }
}

function paysOf(tier: RankTier, at: number): number[] {
  const { places, ramp, decay } = tier
  if ((ramp === undefined) === (decay === undefined)) {
    throw new InvalidArgumentError({
      field: `tiers[${at}]`,
      value: tier,
      remedy: 'Give it one of ramp and decay.',
    })
  }
  const raw = Array.from({ length: places }, (_, place) =>
    decay === undefined ? onRamp(ramp ?? 1, place, places) : roundedPow(decay, place),
  )
  const sum = sumOf(raw)
  return raw.map((one) => (tier.share * one) / sum)
}

const onRamp = (ramp: number, place: number, places: number): number =>
  places === 1 ? 1 : ramp - ((ramp - 1) * place) / (places - 1)

function isDecay(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value <= 1
}
