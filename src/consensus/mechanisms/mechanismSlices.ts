import { check, listOf, nullable, rao, u16, wholeNumber } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { type Rao, type U16, U16_MAX } from '../../units/index.js'
import { sumOf } from '../columns.js'

/** Most mechanisms of one subnet: their number is one byte on the chain, which allows fewer still. */
export const MAX_MECHANISMS = 256

/**
 * What each mechanism of a subnet distributes in an epoch, in whole rao; the slices sum to the emission.
 *
 * @param splitU16 - shares of the mechanisms in parts of 65535, which they sum to; those not named get nothing. `null` (the
 *   default) shares evenly. What rounding leaves goes to mechanism 0.
 * @throws InvalidArgumentError naming the argument that is wrong.
 * @source subtensor `subnets/mechanism.rs`, `split_emissions`
 *
 * @example
 * ```ts
 * import { mechanismSlices } from 'subnetkit/consensus'
 *
 * mechanismSlices(1_001n, 2) // [501n, 500n]
 * mechanismSlices(1_000n, 2, [52_428, 13_107]) // [800n, 200n]
 * ```
 */
export function mechanismSlices(
  emissionRao: Rao,
  count: number,
  splitU16: readonly U16[] | null = null,
): Rao[] {
  assertSlices(emissionRao, count, splitU16)
  const slices = Array.from({ length: count }, (_, m) => {
    if (splitU16 === null) return emissionRao / BigInt(count)
    return (emissionRao * BigInt(splitU16[m] ?? 0)) / BigInt(U16_MAX)
  })
  const rest = slices.reduce((left, slice) => left - slice, emissionRao)
  return slices.map((slice, m) => (m === 0 ? slice + rest : slice))
}

function assertSlices(emissionRao: Rao, count: number, splitU16: readonly U16[] | null): void {
  check('emissionRao', rao(), emissionRao)
  check('count', wholeNumber({ min: 1, max: MAX_MECHANISMS }), count)
  check('splitU16', nullable(listOf(u16(), { max: count })), splitU16)
  if (splitU16 === null) return
  const sum = sumOf(splitU16)
  if (sum === U16_MAX) return
  const remedy = `Pass shares that sum to ${U16_MAX}.`
  throw new InvalidArgumentError({ field: 'splitU16', value: `a sum of ${sum}`, remedy })
}
