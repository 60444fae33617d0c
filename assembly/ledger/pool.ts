// A subnet's pool, as `weightedPool` of the sources has it.
import { column, entry, PRICE_HIGH, PRICE_LOW, PRICED_ALPHA, PRICED_TAO, PRICED_WEIGHT, setEntry } from './layout'
import { powRatioE18 } from './power'
import { div128, div192, E18, high, mulHigh, partOfE18, ratio, setHigh } from './wide'

/** Neither side weighs less. */
const LEAST_WEIGHT: u64 = E18 / 100
const EVEN_WEIGHT: u64 = E18 / 2
/** A reserve with less pays nothing out. */
const LEAST_RESERVE: u64 = 1000000
const MOST_TIMES_RESERVE: u64 = 1000

// @ts-ignore: decorator
@inline export function isBalanced(weight: u64): bool {
  return weight >= LEAST_WEIGHT && weight <= E18 - LEAST_WEIGHT
}

/** Whether there is a price, and TAO is at most 2^24 times the alpha, so that the price is below 2^31. */
// @ts-ignore: decorator
@inline export function isUsual(tao: u64, alpha: u64, weight: u64): bool {
  return alpha != 0 && isBalanced(weight) && tao >> 24 < alpha
}

/** The price, in TAO, above which the chain buys nothing. */
const HIGHEST_PRICE: u64 = 1000000

/** Whether TAO is at most 4096 times the alpha: the price is below 405,504 then, and at most 5/3 of that after a purchase that is decided here. */
// @ts-ignore: decorator
@inline function isFarFromLimit(tao: u64, alpha: u64): bool {
  return tao >> 12 < alpha
}

/**
 * The price of a pool that is usual: (w1 / w2) * (y / x), floored to 64 fractional bits at each step; `high` has what is above 1. What was
 * computed last for a netuid is kept: a price that moved no further in a block is that of the next one.
 */
export function priceOf(netuid: u32, tao: u64, alpha: u64, weight: u64): u64 {
  const isKnown =
    entry(column(PRICED_TAO), netuid) == tao &&
    entry(column(PRICED_ALPHA), netuid) == alpha &&
    entry(column(PRICED_WEIGHT), netuid) == weight
  if (!isKnown) {
    const low = computedPrice(tao, alpha, weight)
    setEntry(column(PRICED_TAO), netuid, tao)
    setEntry(column(PRICED_ALPHA), netuid, alpha)
    setEntry(column(PRICED_WEIGHT), netuid, weight)
    setEntry(column(PRICE_LOW), netuid, low)
    setEntry(column(PRICE_HIGH), netuid, high)
    return low
  }
  setHigh(entry(column(PRICE_HIGH), netuid))
  return entry(column(PRICE_LOW), netuid)
}

function computedPrice(tao: u64, alpha: u64, weight: u64): u64 {
  const ofWeights = ratio(E18 - weight, weight)
  const wholeWeights = high
  const ofReserves = ratio(tao, alpha)
  const wholeReserves = high
  let low = wholeWeights * ofReserves
  let above = wholeWeights * wholeReserves + mulHigh(wholeWeights, ofReserves)
  const across = ofWeights * wholeReserves
  above += mulHigh(ofWeights, wholeReserves)
  low += across
  above += u64(low < across)
  const parts = mulHigh(ofWeights, ofReserves)
  low += parts
  above += u64(low < parts)
  setHigh(above)
  return low
}

/** The weight that leaves the price as it is when both reserves, below 2^61 also when they have grown, grow. It may be out of balance. */
export function weightAfter(tao: u64, alpha: u64, weight: u64, addedTao: u64, addedAlpha: u64): u64 {
  const alphaAfter = alpha + addedAlpha
  const taoAfter = tao + addedTao
  const a0 = partOfE18(mulHigh(tao, alphaAfter), tao * alphaAfter, E18 - weight)
  const a1 = high
  const t0 = partOfE18(mulHigh(alpha, taoAfter), alpha * taoAfter, weight)
  const t1 = high
  const s0 = a0 + t0
  const s1 = a1 + t1 + u64(s0 < t0)
  if ((s0 | s1) == 0) return EVEN_WEIGHT
  // ofTao * 10^18 / sum
  const n0 = t0 * E18
  const n2 = mulHigh(t1, E18)
  const across = mulHigh(t0, E18)
  const n1 = t1 * E18 + across
  return div192(n2 + u64(n1 < across), n1, n0, s1, s0)
}

/** What a purchase comes to. */
export const REFUSED: u64 = 0
/** Nothing that is decided here: it is out of all proportion. */
export const UNDECIDED: u64 = u64.MAX_VALUE

/**
 * Alpha that the chain's own purchase of an amount above 0 gives, of a pool that is usual: without a fee. One that would stop at the highest price is left to the caller.
 */
export function boughtFor(amount: u64, tao: u64, alpha: u64, weight: u64): u64 {
  if ((amount - 1) / MOST_TIMES_RESERVE >= tao || alpha < LEAST_RESERVE) return REFUSED
  const isFar = isFarFromLimit(tao, alpha)
  if (!isFar) {
    computedPrice(tao, alpha, weight)
    if (high >= HIGHEST_PRICE) return REFUSED
  }
  if (amount > tao >> 2) return UNDECIDED
  const after = tao + amount
  const leftE18 = powRatioE18(tao, after, weight, E18 - weight)
  // Times 2^64. At least 0.8^99 is left.
  const taken: u64 = leftE18 == E18 ? 0 : 0 - div128(leftE18, 0, E18)
  const output = mulHigh(alpha, taken)
  if (output > alpha >> 2) return UNDECIDED
  if (isFar) return output
  const low = computedPrice(after, alpha - output, weight)
  return high < HIGHEST_PRICE || (high == HIGHEST_PRICE && low == 0) ? output : UNDECIDED
}
