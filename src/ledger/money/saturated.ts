import { U64_MAX } from '../../units/index.js'

/** The nearest amount there is: sums of the reference end at 0 and at 2^64 - 1. */
export function saturated(amount: bigint): bigint {
  return amount < 0n ? 0n : amount > U64_MAX ? U64_MAX : amount
}
