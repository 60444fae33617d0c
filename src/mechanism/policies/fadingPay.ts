import { check, custom, finiteNumber, listOf, optional, shape, wholeNumber } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { roundedPow } from '../../math/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'
import { hotkeyText } from '../views.js'

/** A record that was broken: plain, as a mechanism's state keeps it. */
export interface Improvement {
  readonly hotkey: Hotkey
  /** What it was worth, such as `improvementUnits` says; 0 or more. */
  readonly units: number
  readonly block: BlockNumber
}

/** When it is, and how fast pay fades. */
export interface FadingPayOptions {
  readonly atBlock: BlockNumber
  /** Blocks after which half is left, above 0. Default 7,200: a day. */
  readonly halfLifeBlocks?: number
}

const improvementList = listOf(
  shape<Improvement>({ hotkey: hotkeyText, units: finiteNumber({ min: 0 }), block: wholeNumber() }),
)
const fadingOptions = shape<FadingPayOptions>({
  atBlock: wholeNumber(),
  halfLifeBlocks: optional(
    custom(
      'Pass a finite number above 0.',
      (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
    ),
  ),
})

/**
 * Pays for having improved, and less as time goes on: each improvement weighs `units * 2^(-age / halfLifeBlocks)`, and a miner the sum of
 * its own. A leader has to go on improving, and a copy, which improves nothing, earns nothing.
 *
 * The share of a miner changes only when somebody improves: what fades alike keeps its proportions. Burn what is not earned, by
 * `burnUnearned`, where pay is to fade for all.
 *
 * @param improvements - in the order in which they are to be added up. Keep those of some sixty half-lives: older ones weigh nothing.
 * @throws InvalidArgumentError for an improvement after `atBlock`.
 * @source spec: `spec/mechanisms.md` 3 and 15
 *
 * @example
 * ```ts
 * import { fadingPay } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [first, second]: [Hotkey, Hotkey]
 * const improvements = [{ hotkey: first, units: 3, block: 0 }, { hotkey: second, units: 1, block: 7_200 }]
 * fadingPay(improvements, { atBlock: 14_400 }) // first: 0.75, second: 0.5
 * ```
 */
export function fadingPay(
  improvements: readonly Improvement[],
  options: FadingPayOptions,
): Map<Hotkey, number> {
  check('improvements', improvementList, improvements)
  check('options', fadingOptions, options)
  const { atBlock, halfLifeBlocks = 7_200 } = options
  const pay = new Map<Hotkey, number>()
  for (const [at, { hotkey, units, block }] of improvements.entries()) {
    if (block > atBlock) {
      const remedy = `Pass blocks up to atBlock, ${atBlock}.`
      throw new InvalidArgumentError({ field: `improvements[${at}].block`, value: block, remedy })
    }
    const left = units * roundedPow(2, -(atBlock - block) / halfLifeBlocks)
    pay.set(hotkey, (pay.get(hotkey) ?? 0) + left)
  }
  return pay
}
