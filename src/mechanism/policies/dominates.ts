import { check, eitherOf, finiteNumber, listOf, optional, shape, wholeNumber } from '../../checks/index.js'
import { InvalidArgumentError, ShapeError } from '../../errors/index.js'

/** Two miners side by side over several environments. */
export interface DominanceOptions {
  /** Mean score in each environment; higher is better. */
  readonly challenger: readonly number[]
  /** The same of the champion, on the same tasks, in the same order. */
  readonly champion: readonly number[]
  /** By how much a lead has to be one, for all or for each environment. Default 0.03. */
  readonly margin?: number | readonly number[]
  /** What part of the champion's score may be missing elsewhere. Default 0.02. */
  readonly tolerance?: number
  /** In place of the tolerance, how much may be missing: for scores that are unbounded or change sign (0.1 was seen). */
  readonly band?: number
  /** Environments in which it has to lead. Default 1; their number is the strict form. */
  readonly wins?: number
}

const positive = finiteNumber({ min: 0 })
const means = listOf(finiteNumber(), { min: 1 })
const dominanceOptions = shape<DominanceOptions>({
  challenger: means,
  champion: means,
  margin: optional(eitherOf('Pass a finite number from 0, or a list of them.', [positive, listOf(positive)])),
  tolerance: optional(finiteNumber({ min: 0, max: 1 })),
  band: optional(positive),
  wins: optional(wholeNumber({ min: 1 })),
})

/**
 * Whether a challenger leads by more than the margin in enough environments and is not worse in any other. So one who gave up the rest to
 * excel in one does not win, nor does a copy.
 *
 * Not worse is `challenger >= champion * (1 - tolerance)`, or `challenger >= champion - band`. Of a negative score the tolerance would ask
 * for more than the score itself: pass a band there.
 *
 * @throws InvalidArgumentError naming the mean that is not finite, and for a tolerance beside a band. @throws ShapeError for lists of
 *   different lengths.
 * @source spec: `spec/mechanisms.md` 1
 *
 * @example
 * ```ts
 * import { dominates } from 'subnetkit/mechanism'
 *
 * dominates({ challenger: [0.75, 0.6], champion: [0.7, 0.6] }) // true
 * dominates({ challenger: [0.99, 0.5], champion: [0.7, 0.6] }) // false: worse in the second
 * ```
 */
export function dominates(options: DominanceOptions): boolean {
  check('options', dominanceOptions, options)
  const { challenger, champion, margin = 0.03, tolerance, band, wins = 1 } = options
  const expectedLength = champion.length
  const margins = typeof margin === 'number' ? champion.map(() => margin) : margin
  for (const [field, list] of Object.entries({ challenger, margin: margins })) {
    if (list.length !== expectedLength)
      throw new ShapeError({ field, expectedLength, actualLength: list.length })
  }
  if (wins > expectedLength) {
    const remedy = `Pass at most ${expectedLength}, the number of environments.`
    throw new InvalidArgumentError({ field: 'wins', value: wins, remedy })
  }
  if (tolerance !== undefined && band !== undefined) {
    throw new InvalidArgumentError({
      field: 'band',
      value: band,
      remedy: 'Pass it or the tolerance, not both.',
    })
  }
  const leastOf = (mean: number): number =>
    band === undefined ? mean * (1 - (tolerance ?? 0.02)) : mean - band
  let leads = 0
  for (const [at, mean] of champion.entries()) {
    const own = challenger[at] ?? 0
    if (own > mean + (margins[at] ?? 0)) leads++
    else if (own < leastOf(mean)) return false
  }
  return leads >= wins
}
