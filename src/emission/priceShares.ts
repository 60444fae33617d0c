import { assertBits, assertList, eachOf } from './checks.js'
import type { EmittingSubnets } from './EmissionPolicy.js'
import { atMostOne, divide, multiply, one, widened } from './u64f64.js'

/** What shares by price are made of. */
export type PricedSubnets = Pick<
  EmittingSubnets,
  'movingPriceBits' | 'minerBurnedBits' | 'rootProportionBits' | 'emissionEnabled'
>

export interface PriceShareOptions {
  /** Whether a subnet's share is multiplied by its root proportion as well; it is not in the reference's release. */
  readonly weighsRootProportion: boolean
}

/**
 * Shares of the subnets by moving price, less the part of their miners' pay that was burned: raw U64F64, floored, so
 * they sum to at most 1. Where everything was burned the burning does not count.
 *
 * @source subtensor `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_shares`
 */
export function priceSharesBits(
  subnets: PricedSubnets,
  { weighsRootProportion }: PriceShareOptions,
): bigint[] {
  const { movingPriceBits, minerBurnedBits, rootProportionBits } = subnets
  const byPrice = normalised(movingPriceBits)
  const weighed = byPrice.map((share, row) => {
    const kept = one - atMostOne(widened(minerBurnedBits[row] ?? 0n))
    const base = weighsRootProportion ? multiply(share, widened(rootProportionBits[row] ?? 0n)) : share
    return multiply(base, kept)
  })
  return weighed.some((share) => share > 0n) ? normalised(weighed) : byPrice
}

/**
 * Takes the shares of subnets whose emission is switched off, and divides the others by what is left; where all are
 * on, nothing is divided again.
 *
 * @source subtensor `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_subnet_block_emissions`
 */
export function switchedShares(sharesBits: readonly bigint[], isOn: readonly boolean[]): readonly bigint[] {
  return isOn.every(Boolean)
    ? sharesBits
    : normalised(sharesBits.map((share, row) => (isOn[row] ? share : 0n)))
}

/**
 * Whether stake on root is paid from subnets in this block: the moving prices of those that emit, raw U64F64, sum to
 * more than 1. Otherwise root's alpha is recycled.
 *
 * @throws InvalidArgumentError naming the price that is none.
 *
 * @example
 * ```ts
 * import { isRootSelling, PRICE_ONE_BITS } from 'subnetkit/emission'
 *
 * isRootSelling([PRICE_ONE_BITS]) // false: the sum is 1, and no more
 * ```
 *
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_network_root_sell_flag`
 */
export function isRootSelling(movingPriceBits: readonly bigint[]): boolean {
  assertList(movingPriceBits, 'movingPriceBits')
  eachOf(movingPriceBits, (price, row) => {
    assertBits(price, `movingPriceBits[${row}]`)
  })
  return sumOf(movingPriceBits) > one
}

function normalised(bits: readonly bigint[]): bigint[] {
  const sum = sumOf(bits)
  return bits.map((part) => divide(part, sum))
}

function sumOf(bits: readonly bigint[]): bigint {
  return bits.reduce((sum, part) => sum + part, 0n)
}
