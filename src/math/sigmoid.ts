import { clamp, divFloor, mulFloor, ONE_RAW } from './fixed.js'
import { expI32F32 } from './i32f32.js'

/** Up to here e^x and every term of its series stay below 2^53: 13 * max(13^k / k!) < 2^20. */
const EXACT_LIMIT = 13 * ONE_RAW
/** The chain's own limit of the exponent. */
const EXP_LIMIT = 20 * ONE_RAW
/** From here on the roundings of the series hardly ever reach the quotient. */
const APPROXIMATE_FROM = 3.5 * ONE_RAW
const LAST_TERM = 31
const ONE_BIG = 1n << 32n

/** 1 / i of each term of the series. */
const INVERSES = /* @__PURE__ */ Float64Array.from({ length: LAST_TERM + 1 }, (_, i) => (i === 0 ? 1 : 1 / i))
/** 1 / i! of each term of the series, within a 2^-47th part. */
const COEFFICIENTS = /* @__PURE__ */ INVERSES.map((_, i) =>
  INVERSES.slice(0, i + 1).reduce((a, b) => a * b, 1),
)

/**
 * e^x for |x| <= 13 with the chain's rounding, in doubles; equal to `expI32F32`.
 *
 * @param raw - value times 2^32, -13 * 2^32 to 13 * 2^32; 1.0 itself is the reference's constant, not the series.
 */
export function expRaw(raw: number): number {
  if (raw === ONE_RAW) return Number(expI32F32(ONE_BIG))
  const x = Math.abs(raw)
  let sum = ONE_RAW + x
  let term = x
  // A little below x: what an estimate lacks is less than its 2^-49th part, so it is short of an integer only where
  // its fraction is almost 1. The two roundings of a term are one: floor(floor(p) / i) = floor(p / i).
  const factor = (x / 0x1_0000_0000) * (1 - 1 / 0x4_0000_0000_0000)
  for (let i = 2; i <= LAST_TERM && term > 0; i++) {
    const estimate = term * (factor / i)
    const floored = Math.floor(estimate)
    const isSure = estimate - floored + estimate * (1 / 0x1_0000_0000_0000) < 1
    term = isSure ? floored : Math.floor(mulFloor(term, x) / i)
    sum += term
  }
  return raw < 0 ? divFloor(ONE_RAW, sum) : sum
}

/**
 * 1 / (1 + e^x) with the chain's rounding.
 *
 * @param raw - value times 2^32, any safe integer.
 * @returns raw share, 0 to 2^32.
 * PERF: about 20 nanoseconds. One exponent in a hundred takes the series term by term with every check; bigints, a
 * hundred times as long, are needed about once in a million times.
 */
export function sigmoidOfMinus(raw: number): number {
  const x = clamp(raw, -EXP_LIMIT, EXP_LIMIT)
  const magnitude = Math.abs(x)
  if (magnitude >= APPROXIMATE_FROM) {
    const sum = approximateExp(magnitude * (1 / 0x1_0000_0000)) * 0x1_0000_0000
    const quotient = sureQuotient(x < 0 ? sum : ONE_RAW + sum)
    if (quotient >= 0) return x < 0 ? quotientOfOne(ONE_RAW + quotient) : quotient
    if (magnitude > EXACT_LIMIT) return Number((ONE_BIG << 32n) / (ONE_BIG + expI32F32(BigInt(x))))
  } else if (x !== ONE_RAW) {
    const sum = shortSeries(magnitude)
    if (sum > 0) return quotientOfOne(ONE_RAW + (x < 0 ? quotientOfOne(sum) : sum))
  }
  return quotientOfOne(ONE_RAW + expRaw(x))
}

/** floor(2^64 / divisor) of a whole number from 2^32 to 2^53. */
function quotientOfOne(divisor: number): number {
  const quotient = (0x1_0000_0000 / divisor) * 0x1_0000_0000
  const floored = Math.floor(quotient)
  // Rounding may lift a quotient onto an integer that it does not reach, never beyond, and never carries it below one
  // that it reaches: only whole ones are in doubt.
  return quotient === floored ? divFloor(ONE_RAW, divisor) : floored
}

/**
 * The chain's sum for e^x, or 0 where the estimate of a term comes too close to an integer.
 *
 * No term exceeds 2^36, and the 25th is 0. The factor's bias of 2^-50 outweighs the four roundings of an estimate,
 * so that it is never above the truth, and it is below it by less than 2^-13. The two roundings of a term are one:
 * floor(floor(p) / i) = floor(p / i).
 *
 * @param x - raw, 0 to 3.5 * 2^32.
 * PERF: four terms at a time, because a processor cannot foresee where a series ends.
 */
function shortSeries(x: number): number {
  const factor = x * ((1 - 1 / 0x4_0000_0000_0000) / 0x1_0000_0000)
  let term = x
  let sum = 0x1_0000_0000 + x
  for (let i = 2; term > 0; i += 4) {
    const first = term * (factor * INVERSES[i]!)
    const a = Math.floor(first)
    const second = a * (factor * INVERSES[i + 1]!)
    const b = Math.floor(second)
    const third = b * (factor * INVERSES[i + 2]!)
    const c = Math.floor(third)
    const fourth = c * (factor * INVERSES[i + 3]!)
    term = Math.floor(fourth)
    const sure = 1 - 1 / 0x2000
    if (first - a >= sure || second - b >= sure || third - c >= sure || fourth - term >= sure) return 0
    sum += a + b + (c + term)
  }
  return sum
}

/**
 * The series of e^x to its 31st term without its roundings.
 *
 * Doubles add less than a 2^-46th part: all terms are positive, and none takes part in more than 25 operations.
 *
 * @param x - 3.5 to 20.
 * PERF: four interleaved sums, so that no operation waits for all others.
 */
function approximateExp(x: number): number {
  const square = x * x
  const fourth = square * square
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  for (let i = LAST_TERM - 3; i >= 0; i -= 4) {
    sum0 = sum0 * fourth + COEFFICIENTS[i]!
    sum1 = sum1 * fourth + COEFFICIENTS[i + 1]!
    sum2 = sum2 * fourth + COEFFICIENTS[i + 2]!
    sum3 = sum3 * fourth + COEFFICIENTS[i + 3]!
  }
  return sum0 + x * sum1 + square * (sum2 + x * sum3)
}

/**
 * floor(2^64 / divisor) for a divisor made of `approximateExp` in place of the chain's sum, or -1 where that might
 * change it.
 *
 * The chain's sum lies below the series by less than 1.5 parts of 2^32: the rounding of term k, below one raw unit,
 * is multiplied by the later terms, up to k! / x^k * (x^k / k! + ... + x^31 / 31!) in all; over all k from 2 on that
 * makes 1.39 times the series at 3.5, 0.93 at 4, 0.22 at 6, 0.04 at 10 and less above.
 */
function sureQuotient(divisor: number): number {
  const quotient = (0x1_0000_0000 / divisor) * 0x1_0000_0000
  const floored = Math.floor(quotient * (1 - 1 / 0x1000_0000_0000))
  return floored === Math.floor(quotient * (1 + 1.5 / 0x1_0000_0000 + 1 / 0x1000_0000_0000)) ? floored : -1
}
