import { check, finiteNumber, wholeNumber } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'

/**
 * Lower end of Wilson's interval for a success rate: what the rate is at least, as far as so many tries can tell. Three successes of three
 * are worth 0.44, three hundred of three hundred 0.99: new identities begin low, and luck does not pay.
 *
 * @param z - standard errors, 0 or more. Default 1.96: 95%, on both sides.
 * @returns 0 to the rate itself; 0 before the first try.
 * @throws InvalidArgumentError unless both counts are whole numbers, and successes no more than tries.
 * @source spec: `spec/mechanisms.md` 0 and 10
 *
 * @example
 * ```ts
 * import { wilsonLowerBound } from 'subnetkit/mechanism'
 *
 * wilsonLowerBound(3, 3) // 0.4385
 * wilsonLowerBound(90, 100) // 0.8256
 * ```
 */
export function wilsonLowerBound(successes: number, count: number, z = 1.96): number {
  check('successes', wholeNumber(), successes)
  check('count', wholeNumber(), count)
  check('z', finiteNumber({ min: 0, max: 1e6 }), z)
  if (successes > count) {
    throw new InvalidArgumentError({
      field: 'successes',
      value: successes,
      remedy: `Pass at most ${count}, the count.`,
    })
  }
  if (successes === 0) return 0
  const rate = successes / count
  const square = z * z
  const spread = z * Math.sqrt((rate * (1 - rate) + square / (4 * count)) / count)
  return Math.max(0, (rate + square / (2 * count) - spread) / (1 + square / count))
}
