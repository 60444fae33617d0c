import { assert } from '../errors/index.js'
import { raised } from './bigints.js'
import { exp, lnRatio } from './lnExp.js'

/** What a power with eighteen decimals is scaled by. */
export const E18 = 10n ** 18n

/** Fractional bits of the first try, which decides all but one of a million powers up to 1. */
const FIRST_BITS = 96n
/** Parts of an exponent, in lowest terms, up to which a power can be a whole number. */
const EXACT_PARTS = 1_024n
const MAX_RESULT_BITS = 512n

/**
 * The power `floor(10^18 * (a / b)^(c / d))`: exactly that, for every argument in the bounds below.
 *
 * It is a / b * exp((c / d - 1) * ln(a / b)) in fixed point of `bits` fractional bits with a bound on its error; where the
 * two ends of that interval have different floors, the bits are doubled. Weights of a pool are near each other, so that
 * the argument of exp is small and few terms are enough.
 *
 * Why it is right: the logarithm is off by less than `bits` units, so the argument of exp by less than
 * bits * (c / d + 1) + 1, which its derivative, below 1.5, carries into the mantissa; the series adds less than `bits`.
 * All together is below 1.5 * (bits * (c / d + 1) + 1) + bits, of which `errorUnits` is more than one and a half times.
 *
 * Why it ends: a power that is no whole number lies apart from all of them. In lowest terms, with c and d up to 1024 whole
 * numbers are told by multiplying out. With a larger d, a power that is rational has an a / b that is a d-th power, so
 * that a and b are 0 or 1. With a larger c and d up to 1024, the c-th power of a denominator would divide 10^18: it is 1,
 * and the power at least 2^1024, which is refused.
 *
 * @param a - 0 to 2^1024, as b; b not 0.
 * @param c - above 0, as d; c / d below 2^10, and the result below 2^512.
 * @throws InvariantError for a result that is larger.
 * @source spec: `spec/chain.md` 4.1
 * PERF: a division where c is d, 0.1 us. Otherwise 1.5 us for a trade of a millionth of a reserve whose weights are nearly
 * equal, 2 us for one that doubles it, 5 us for exponents of a half (limits) or reserves that change a hundredfold.
 *
 * @example
 * ```ts
 * import { powRatioE18 } from 'subnetkit/math'
 *
 * powRatioE18(1n, 4n, 1n, 2n) // 500_000_000_000_000_000n
 * ```
 */
export function powRatioE18(a: bigint, b: bigint, c: bigint, d: bigint): bigint {
  if (c === d) return (E18 * a) / b
  if (a === b) return E18
  if (a === 0n) return 0n
  for (let bits = FIRST_BITS; ; bits *= 2n) {
    const { mantissa, exponent } = exp((lnRatio(a, b, bits) * (c - d)) / d, bits)
    const shift = bits - exponent
    const error = errorUnits(c, d, bits)
    const low = ((E18 * a * (mantissa - error)) >> shift) / b
    const high = ((E18 * a * (mantissa + error)) >> shift) / b
    assert(low >> MAX_RESULT_BITS === 0n, 'a power has at most 512 bits')
    if (low === high) return low
    if (high === low + 1n && isSimple(c, d)) return reaches(high, a, b, c, d) ? high : low
  }
}

const errorUnits = (c: bigint, d: bigint, bits: bigint): bigint => 4n * bits * (c / d + 2n)

/** Whether c / d in lowest terms has parts that can be multiplied out. */
function isSimple(c: bigint, d: bigint): boolean {
  const divisor = gcd(c, d)
  return c <= EXACT_PARTS * divisor && d <= EXACT_PARTS * divisor
}

/** Whether 10^18 * (a / b)^(c / d) is at least a whole number above 0. */
function reaches(whole: bigint, a: bigint, b: bigint, c: bigint, d: bigint): boolean {
  const divisor = gcd(c, d)
  const [up, root] = [c / divisor, d / divisor]
  return raised(whole, root) * raised(b, up) <= raised(E18, root) * raised(a, up)
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}
