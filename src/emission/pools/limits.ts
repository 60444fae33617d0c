import { RAO_PER_TAO, type Rao } from '../../units/index.js'
import { assertU64 } from '../checks.js'

/** One TAO for one alpha, raw U64F64. */
export const PRICE_ONE_BITS = 1n << 64n

/** Price that a purchase without a limit stops at. */
export const HIGHEST_LIMIT_RAO_PER_ALPHA: Rao = 10n ** 15n

/** Price that a sale without a limit stops at. */
export const LOWEST_LIMIT_RAO_PER_ALPHA: Rao = 1_000n

/** The two as prices, raw U64F64. */
export const HIGHEST_LIMIT_BITS = (HIGHEST_LIMIT_RAO_PER_ALPHA << 64n) / RAO_PER_TAO
export const LOWEST_LIMIT_BITS = (LOWEST_LIMIT_RAO_PER_ALPHA << 64n) / RAO_PER_TAO

/**
 * A limit as a price, raw U64F64, floored: what a pool compares its price with.
 *
 * @throws InvalidArgumentError for what is no amount.
 * @source spec: `spec/chain.md` 4.3
 *
 * @example
 * ```ts
 * import { limitPriceBits } from 'subnetkit/emission'
 *
 * limitPriceBits(500_000_000n) // 2n ** 63n: half a TAO for an alpha
 * ```
 */
export function limitPriceBits(limitRaoPerAlpha: Rao): bigint {
  assertU64(limitRaoPerAlpha, 'limitRaoPerAlpha')
  return (limitRaoPerAlpha << 64n) / RAO_PER_TAO
}
