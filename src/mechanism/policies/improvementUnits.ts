import { check, custom, finiteNumber, optional, shape } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { roundedLn } from '../../math/index.js'

/** A new score beside the leader's, and what counts as better. */
export interface ImprovementOptions {
  /** 0 or more. */
  readonly score: number
  /** The leader's, above 0. */
  readonly leadScore: number
  /** Gain in parts of the leader's score that is worth one unit, and the least that counts. Default 0.03. */
  readonly leastGain?: number
  /** What a run cost, 0 or more; with `leadCost`, or neither. */
  readonly cost?: number
  /** What the leader's run cost, above 0. */
  readonly leadCost?: number
  /** Saving in parts of the leader's cost that is worth one unit, and the least that counts. Default 0.2. */
  readonly leastSaving?: number
  /** Time since the last improvement, in units of your own choice: the units are multiplied by 1 + its root. Default 0. */
  readonly waited?: number
}

const aboveZero = custom(
  'Pass a finite number above 0.',
  (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
)
const partOfOne = custom(
  'Pass a number above 0, below 1.',
  (value) => typeof value === 'number' && value > 0 && value < 1,
)
const positive = finiteNumber({ min: 0 })
const improvementOptions = shape<ImprovementOptions>({
  score: positive,
  leadScore: aboveZero,
  leastGain: optional(aboveZero),
  cost: optional(positive),
  leadCost: optional(aboveZero),
  leastSaving: optional(partOfOne),
  waited: optional(positive),
})

/**
 * What an improvement on the leader is worth: `ln(1 + gain) / ln(1 + leastGain)`, and for what was saved
 * `ln(1 - saving) / ln(1 - leastSaving)`, at most `1 / leastSaving`; times `1 + sqrt(waited)`. Two steps of one unit are worth as much as
 * one of two, so that nobody gains by releasing an improvement bit by bit, but for what `waited` adds to each.
 *
 * It counts where the gain is `leastGain` or more, or the saving `leastSaving` or more and the score no worse than the leader's; else it is
 * worth 0, and so is a copy.
 *
 * A first leader has nobody to be better than: give it the units that your rules say.
 *
 * @returns units for `fadingPay`, 0 or more.
 * @throws InvalidArgumentError naming the option; a leader has to have a score above 0.
 * @source spec: `spec/mechanisms.md` 3; the two least steps are settings of each subnet, their defaults ours
 *
 * @example
 * ```ts
 * import { improvementUnits } from 'subnetkit/mechanism'
 *
 * improvementUnits({ score: 0.55, leadScore: 0.5 }) // 3.22: a tenth better, in steps of 3%
 * improvementUnits({ score: 0.5, leadScore: 0.5 }) // 0
 * ```
 */
export function improvementUnits(options: ImprovementOptions): number {
  check('options', improvementOptions, options)
  const { score, leadScore, leastGain = 0.03, cost, leadCost, leastSaving = 0.2, waited = 0 } = options
  if ((cost === undefined) !== (leadCost === undefined)) {
    const [field, value] = cost === undefined ? ['cost', cost] : ['leadCost', leadCost]
    throw new InvalidArgumentError({ field, value, remedy: 'Pass cost and leadCost, or neither.' })
  }
  const gain = (score - leadScore) / leadScore
  const saving = cost === undefined || leadCost === undefined ? 0 : (leadCost - cost) / leadCost
  const counts = gain >= leastGain || (saving >= leastSaving && score >= leadScore)
  if (!counts) return 0
  const units = gainUnits(gain, leastGain) + savingUnits(saving, leastSaving)
  return units * (1 + Math.sqrt(waited))
}

const gainUnits = (gain: number, leastGain: number): number =>
  gain <= 0 ? 0 : roundedLn(1 + gain) / roundedLn(1 + leastGain)

function savingUnits(saving: number, leastSaving: number): number {
  if (saving <= 0) return 0
  const most = 1 / leastSaving
  return saving >= 1 ? most : Math.min(most, roundedLn(1 - saving) / roundedLn(1 - leastSaving))
}
