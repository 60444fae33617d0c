import { check, finiteNumber, optional, shape, wholeNumber } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { roundedPow } from '../../math/index.js'
import { share } from './values.js'

/** What a success rate rests on, and how sure a margin is to be. */
export interface NoiseMarginOptions {
  /** Share of tasks solved, 0 to 1. */
  readonly rate: number
  /** Tasks that it was measured on; without any the margin is `most`. */
  readonly count: number
  /** Standard errors that a lead has to be. Default 1.5. */
  readonly z?: number
  /** Never less. Default 0.02. */
  readonly least?: number
  /** Never more. Default 0.1. */
  readonly most?: number
}

const positive = finiteNumber({ min: 0 })
const noiseOptions = shape<NoiseMarginOptions>({
  rate: share,
  count: wholeNumber(),
  z: optional(positive),
  least: optional(positive),
  most: optional(positive),
})

/**
 * The margin that sampling noise asks for: `z * sqrt(rate * (1 - rate) / count)`, kept within `least` and `most`. It shrinks as evidence
 * grows, so that luck on few tasks does not win, and a true lead does once it was seen often enough.
 *
 * @returns a margin for `nextChampion` or `dominates`, in parts of 1.
 * @throws InvalidArgumentError for a rate that is no share, and `least` above `most`.
 * @source spec: `spec/mechanisms.md` 0, noise-aware margin
 *
 * @example
 * ```ts
 * import { noiseMargin } from 'subnetkit/mechanism'
 *
 * noiseMargin({ rate: 0.5, count: 100 }) // 0.075
 * noiseMargin({ rate: 0.5, count: 10_000 }) // 0.02, the least
 * ```
 */
export function noiseMargin(options: NoiseMarginOptions): number {
  check('options', noiseOptions, options)
  const { rate, count, z = 1.5, least = 0.02, most = 0.1 } = options
  checkOrder(least, most)
  if (count === 0) return most
  return within(z * Math.sqrt((rate * (1 - rate)) / count), least, most)
}

/** How the margin of a throne falls while it is held. */
export interface ReignMarginOptions {
  /** At the first defence. Default 0.1. */
  readonly most?: number
  /** Never less. Default 0.03. */
  readonly least?: number
  /** What is left of it after each further win. Default 0.8. */
  readonly decay?: number
}

const reignOptions = shape<ReignMarginOptions>({
  most: optional(positive),
  least: optional(positive),
  decay: optional(share),
})

/**
 * A margin that falls with reign, so that a champion cannot rest on it: `most * decay^(wins - 1)`, never below `least`.
 *
 * @param wins - tournaments that the champion has won, the one that made it champion included; 0 counts as 1.
 * @throws InvalidArgumentError unless wins is a whole number, and for `least` above `most`.
 * @source spec: `spec/mechanisms.md` 13
 *
 * @example
 * ```ts
 * import { reignMargin } from 'subnetkit/mechanism'
 *
 * reignMargin(1) // 0.1
 * reignMargin(3) // 0.064
 * reignMargin(9) // 0.03
 * ```
 */
export function reignMargin(wins: number, options: ReignMarginOptions = {}): number {
  check('wins', wholeNumber(), wins)
  check('options', reignOptions, options)
  const { most = 0.1, least = 0.03, decay = 0.8 } = options
  checkOrder(least, most)
  return within(most * roundedPow(decay, Math.max(0, wins - 1)), least, most)
}

function checkOrder(least: number, most: number): void {
  if (least <= most) return
  throw new InvalidArgumentError({
    field: 'least',
    value: least,
    remedy: `Pass at most ${most}, which most is.`,
  })
}

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
