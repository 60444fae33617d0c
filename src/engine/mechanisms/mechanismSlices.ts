import { InvalidArgumentError } from '../../errors/index.js'
import { type Rao, type U16, U16_MAX, U64_MAX } from '../../units/index.js'

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
 * import { mechanismSlices } from 'subnetkit/engine'
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
  slices[0]! += emissionRao - slices.reduce((sum, slice) => sum + slice, 0n)
  return slices
}

function assertSlices(emissionRao: Rao, count: number, splitU16: readonly U16[] | null): void {
  if (typeof emissionRao !== 'bigint' || emissionRao < 0n || emissionRao > U64_MAX) {
    throw refused('emissionRao', emissionRao, 'Pass a bigint from 0 to 2^64 - 1.')
  }
  if (!Number.isInteger(count) || count < 1 || count > MAX_MECHANISMS) {
    throw refused('count', count, `Pass an integer from 1 to ${MAX_MECHANISMS}.`)
  }
  if (splitU16 === null) return
  if (!Array.isArray(splitU16) || splitU16.length > count) {
    throw refused('splitU16', splitU16, `Pass null, or an array of at most ${count} shares.`)
  }
  const wrong = splitU16.findIndex((share) => !Number.isInteger(share) || share < 0 || share > U16_MAX)
  if (wrong >= 0) throw refused(`splitU16[${wrong}]`, splitU16[wrong], 'Pass an integer from 0 to 65535.')
  const sum = splitU16.reduce((total, share) => total + share, 0)
  if (sum !== U16_MAX) throw refused('splitU16', `a sum of ${sum}`, 'Pass shares that sum to 65535.')
}

function refused(field: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError({ field, value, remedy })
}
