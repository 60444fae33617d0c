import { U64_MAX } from '../units/index.js'

/** The nearest amount there is: the reference's sums end at 0 and at 2^64 - 1. */
export const saturatedU64 = (amount: bigint): bigint =>
  amount < 0n ? 0n : amount > U64_MAX ? U64_MAX : amount
