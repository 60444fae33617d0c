import { clamp, divFloor, mulFloor, ONE_RAW } from './fixed.js'
import { divI32F32, expI32F32 } from './i32f32.js'

/** Up to here e^x and every term of its series stay below 2^53: 13 * max(13^k / k!) < 2^20. */
const EXACT_LIMIT = 13 * ONE_RAW
/** The chain's own limit of the exponent. */
const EXP_LIMIT = 20 * ONE_RAW
const LAST_TERM = 31
const ONE = 1n << 32n

/**
 * e^x for |x| <= 13 with the chain's rounding, in doubles; equal to `expI32F32`.
 *
 * @param raw - value times 2^32, -13 * 2^32 to 13 * 2^32; 1.0 itself is the reference's constant, not the series.
 */
export function expRaw(raw: number): number {
  if (raw === ONE_RAW) return Number(expI32F32(ONE))
  const x = Math.abs(raw)
  let sum = ONE_RAW + x
  let term = x
  for (let i = 2; i <= LAST_TERM && term > 0; i++) {
    term = Math.floor(mulFloor(term, x) / i)
    sum += term
  }
  return raw < 0 ? divFloor(ONE_RAW, sum) : sum
}

/**
 * 1 / (1 + e^x) with the chain's rounding.
 *
 * @param raw - value times 2^32, any safe integer.
 * @returns raw share, 0 to 2^32.
 * PERF: a term of the series after the other; beyond 13 in bigints, which take ten times as long.
 */
export function sigmoidOfMinus(raw: number): number {
  const x = clamp(raw, -EXP_LIMIT, EXP_LIMIT)
  if (Math.abs(x) <= EXACT_LIMIT) return divFloor(ONE_RAW, ONE_RAW + expRaw(x))
  return Number(divI32F32(ONE, ONE + expI32F32(BigInt(x))))
}
