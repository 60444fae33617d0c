import { assertBits, assertList, eachOf } from './checks.js'
import { PRICE_ONE_BITS } from './pools/limits.js'

/**
 * The price at which a new subnet's pool begins: the median spot price of the subnets there are, all raw U64F64.
 * Prices of 0 do not count; of an even number it is the mean of the two in the middle, and 1 without any.
 *
 * @throws InvalidArgumentError naming the price that is none.
 * @source subtensor `pallets/subtensor/src/subnets/subnet.rs`, `get_median_subnet_alpha_price`
 *
 * @example
 * ```ts
 * import { medianPriceBits, PRICE_ONE_BITS } from 'subnetkit/emission'
 *
 * medianPriceBits([PRICE_ONE_BITS, 0n, 3n * PRICE_ONE_BITS]) === 2n * PRICE_ONE_BITS
 * ```
 */
export function medianPriceBits(spotPriceBits: readonly bigint[]): bigint {
  assertList(spotPriceBits, 'spotPriceBits')
  eachOf(spotPriceBits, (price, row) => {
    assertBits(price, `spotPriceBits[${row}]`)
  })
  const prices = spotPriceBits.filter((price) => price > 0n).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const upper = prices[prices.length >> 1] ?? PRICE_ONE_BITS
  const lower = prices.length % 2 === 0 ? prices[(prices.length >> 1) - 1] : undefined
  return lower === undefined ? upper : (lower + upper) / 2n
}
