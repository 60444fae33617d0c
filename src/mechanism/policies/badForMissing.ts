import { check, custom, optional, shape } from '../../checks/index.js'
import type { Hotkey } from '../../units/index.js'
import { hotkeyText } from '../views.js'
import type { ByHotkey } from './scaling.js'
import { anyMap } from './values.js'

const number = custom('Pass a number.', (value) => typeof value === 'number')
const list = custom('Pass a list of hotkeys.', Array.isArray)
const percentileOptions = shape<{ percentile?: number }>({
  percentile: optional(
    custom(
      'Pass a number above 0, up to 1.',
      (value) => typeof value === 'number' && value > 0 && value <= 1,
    ),
  ),
})

/**
 * Gives miners that failed a bad but finite loss: the 90th percentile of those that did not. What is beyond it counts as it, so that
 * failing is never better than a poor answer, and one absurd answer moves nobody else.
 *
 * The percentile is the least loss that so many of all are not above, itself the loss of some miner. A loss that is no finite number (NaN,
 * as `scoresOf` gives where judging threw, or infinite) is a failure.
 *
 * @param losses - lower is better.
 * @param asked - everybody who owed an answer.
 * @param options.percentile - above 0, up to 1. Default 0.9.
 * @returns a loss for each of both; nothing where nobody has one, since such a round tells nobody from another.
 * @throws InvalidArgumentError naming the hotkey whose loss is no number.
 * @source spec: `spec/mechanisms.md` 0 and 8
 *
 * @example
 * ```ts
 * import { badForMissing } from 'subnetkit/mechanism'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * declare const [good, poor, silent]: [Hotkey, Hotkey, Hotkey]
 * badForMissing(new Map([[good, 1], [poor, 7]]), [good, poor, silent]) // 1, 7, 7
 * ```
 */
export function badForMissing(
  losses: ByHotkey,
  asked: readonly Hotkey[],
  options: { readonly percentile?: number } = {},
): Map<Hotkey, number> {
  check('losses', anyMap, losses)
  for (const [hotkey, loss] of losses) {
    check('key of losses', hotkeyText, hotkey)
    check(`losses[${hotkey}]`, number, loss)
  }
  check('asked', list, asked)
  for (const [at, hotkey] of asked.entries()) check(`asked[${at}]`, hotkeyText, hotkey)
  check('options', percentileOptions, options)
  const { percentile = 0.9 } = options
  const finite = [...losses.values()].filter(Number.isFinite).sort((a, b) => a - b)
  const bad = finite[Math.ceil(percentile * finite.length) - 1]
  if (bad === undefined) return new Map()
  const all = new Set([...losses.keys(), ...asked])
  return new Map(Array.from(all, (hotkey) => [hotkey, lossOf(losses.get(hotkey), bad)]))
}

/** Adding 0 turns -0 into 0. */
const lossOf = (loss: number | undefined, bad: number): number =>
  (loss !== undefined && Number.isFinite(loss) ? Math.min(loss, bad) : bad) + 0
