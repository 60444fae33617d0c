import { InvalidArgumentError } from '../errors/index.js'
import type { Alpha, Rao } from './amounts.js'

/**
 * What alpha is worth at a price, rounded down: what a subnet says of its own alpha. Whoever sells gets a little less, since a sale
 * lowers the price and pays a fee.
 *
 * @param priceBits - TAO per alpha, raw U64F64, such as `priceBits` of the query `subnet`.
 * @throws InvalidArgumentError for what is no bigint from 0.
 * @source spec: `spec/chain.md` 0, multiply
 *
 * @example
 * ```ts
 * import { formatTao, parseTao, valueRao } from 'subnetkit/units'
 *
 * const priceBits = 1n << 63n // half a TAO
 * formatTao(valueRao(parseTao('3'), priceBits)) // '1.5'
 * ```
 */
export function valueRao(amountAlpha: Alpha, priceBits: bigint): Rao {
  for (const [field, value] of Object.entries({ amountAlpha, priceBits })) {
    if (typeof value === 'bigint' && value >= 0n) continue
    throw new InvalidArgumentError({ field, value, remedy: 'Pass a bigint from 0.' })
  }
  return (amountAlpha * priceBits) >> 64n
}
