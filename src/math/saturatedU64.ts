import { U64_MAX } from '../units/index.js'

/**
 * The nearest amount there is: the chain's sums and differences of unsigned 64-bit integers end at 0 and at 2^64 - 1.
 *
 * @source spec: `spec/chain.md` 0
 *
 * @example
 * ```ts
 * import { saturatedU64 } from 'subnetkit/math'
 *
 * saturatedU64(3n - 5n) // 0n
 * ```
 */
export function saturatedU64(amount: bigint): bigint {
  return amount < 0n ? 0n : amount > U64_MAX ? U64_MAX : amount
}
