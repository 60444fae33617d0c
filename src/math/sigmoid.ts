import { clamp, divFloor, mulFloor, ONE_RAW } from './fixed.js'
import { expI32F32 } from './i32f32.js'

/** Up to here e^x and every term of its series stay below 2^53: 13 * max(13^k / k!) < 2^20. */
const EXACT_LIMIT = 13 * ONE_RAW
/** The chain's own limit of the exponent. */
const EXP_LIMIT = 20 * ONE_RAW
const LAST_TERM = 31
const ONE_BIG = 1n << 32n

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
 * PERF: about 0.1 microseconds; bigints, a hundred times as long, are needed about once in a million times.
 */
export function sigmoidOfMinus(raw: number): number {
  const x = clamp(raw, -EXP_LIMIT, EXP_LIMIT)
  if (Math.abs(x) <= EXACT_LIMIT) return divFloor(ONE_RAW, ONE_RAW + expRaw(x))
  const sum = approximateExp(Math.abs(x))
  // Of a power this large only the leading digits reach the quotient.
  const quotient = x < 0 ? sureQuotient(sum) : sureQuotient(ONE_RAW + sum)
  if (quotient < 0) return Number((ONE_BIG << 32n) / (ONE_BIG + expI32F32(BigInt(x))))
  return x < 0 ? divFloor(ONE_RAW, ONE_RAW + quotient) : quotient
}

/**
 * The series of e^x without its roundings, for x from 13 to 20.
 *
 * The chain's own sum lies below it by less than a 2^-37th part: the rounding of term k, below one raw unit, grows at
 * most k! / x^k * e^x-fold, which sums to 0.017 e^x at 13 and less above. Doubles add less than a 2^-46th part.
 */
function approximateExp(x: number): number {
  const factor = x / ONE_RAW
  let term = x
  let sum = ONE_RAW + x
  for (let i = 2; i <= LAST_TERM; i++) {
    term *= factor / i
    sum += term
  }
  return sum
}

/** floor(2^64 / divisor), or -1 where the error of the divisor might change it. */
function sureQuotient(divisor: number): number {
  const quotient = (ONE_RAW / divisor) * ONE_RAW
  const floored = Math.floor(quotient * (1 - 1 / 0x1000_0000_0000))
  return floored === Math.floor(quotient * (1 + 1 / 0x10_0000_0000)) ? floored : -1
}
