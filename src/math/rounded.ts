import { check, finiteNumber } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { raised } from './bigints.js'
import { nearestDouble, partsOf } from './doubles.js'
import { exp, lnRatio } from './lnExp.js'

/**
 * Exponential, logarithm and power, each the number nearest to the true value. Functions of `Math` may be off by a unit in the last place,
 * and by another one in another engine; these have one right answer, so that what is computed from them is equal on every machine.
 *
 * Each is computed in fixed point with a bound on its error; where the two ends of that interval round to different numbers, the bits are
 * doubled. That ends: e^x and ln x of a number are no number and not in the middle of two, but for e^0 and ln 1, and the powers that are
 * one are told beforehand and multiplied out.
 */

/** Fractional bits of the first try, which decides all but one of some million. */
const FIRST_BITS = 96n
/** e^710 is too large for a number, and e^-746 is nearer to 0 than to the least one. */
const LARGEST = 710n
const LEAST = -746n
/** A power of an odd number above 1 has more than 54 bits from here on: it is no number and in the middle of no two. */
const MOST_FACTORS = 35n

/**
 * e^x, to the nearest number; infinite from 709.79 on, 0 from -745.14 down.
 *
 * @throws InvalidArgumentError unless x is finite.
 * PERF: some 4 us.
 *
 * @example
 * ```ts
 * import { roundedExp } from 'subnetkit/math'
 *
 * roundedExp(-0.5) // 0.6065306597126334
 * ```
 */
export function roundedExp(x: number): number {
  check('x', finiteNumber(), x)
  if (x === 0) return 1
  if (x > LARGEST) return Number.POSITIVE_INFINITY
  if (x < LEAST) return 0
  const { mantissa, exponent } = partsOf(x)
  // Fixed point cuts off less than a unit.
  return expOf((bits) => ({ y: shifted(mantissa, exponent + Number(bits)), error: 1n }))
}

/**
 * ln x, to the nearest number.
 *
 * @throws InvalidArgumentError unless x is above 0 and finite.
 * PERF: some 5 us.
 *
 * @example
 * ```ts
 * import { roundedLn } from 'subnetkit/math'
 *
 * roundedLn(2) // 0.6931471805599453
 * ```
 */
export function roundedLn(x: number): number {
  check('x', finiteNumber(), x)
  if (x <= 0) throw new InvalidArgumentError({ field: 'x', value: x, remedy: 'Pass a number above 0.' })
  if (x === 1) return 0
  for (let bits = FIRST_BITS; ; bits *= 2n) {
    const ln = lnOf(x, bits)
    const low = nearestDouble(ln - bits, -Number(bits))
    const high = nearestDouble(ln + bits, -Number(bits))
    if (low === high) return low
  }
}

/**
 * x^y, to the nearest number; infinite where that is too large, 0 where it is too small. 0^0 is 1.
 *
 * @throws InvalidArgumentError unless x is 0 or more and finite, y finite, and y 0 or more where x is 0.
 * PERF: some 9 us.
 *
 * @example
 * ```ts
 * import { roundedPow } from 'subnetkit/math'
 *
 * roundedPow(0.5, 2.5) // 0.17677669529663687
 * ```
 */
export function roundedPow(x: number, y: number): number {
  check('x', finiteNumber({ min: 0 }), x)
  check('y', finiteNumber(), y)
  if (y === 0 || x === 1) return 1
  if (x === 0) {
    if (y > 0) return 0
    throw new InvalidArgumentError({ field: 'y', value: y, remedy: 'Pass 0 or more: 0 has no such power.' })
  }
  const { mantissa, exponent } = partsOf(y)
  const exact = exactPower(x, mantissa, exponent)
  if (exact !== undefined) return exact
  const isAbove1 = x > 1 === y > 0
  // x is at least 2^-53 away from 1, so that y * ln x is beyond 2^10 either way.
  if (Math.abs(y) >= 2 ** 64) return isAbove1 ? Number.POSITIVE_INFINITY : 0
  return expOf((bits) => {
    const product = lnOf(x, bits) * mantissa
    // The logarithm is off by less than `bits`, so its product by as many times |y|, rounded up; and what is cut off.
    const error = shifted(bits * (mantissa < 0n ? -mantissa : mantissa), exponent) + 2n
    return { y: shifted(product, exponent), error }
  })
}

/** e^y of a y that is known ever better. @param known - y with so many fractional bits, and how many units it may be off. */
function expOf(known: (bits: bigint) => { readonly y: bigint; readonly error: bigint }): number {
  for (let bits = FIRST_BITS; ; bits *= 2n) {
    const { y, error } = known(bits)
    if (y > LARGEST << bits) return Number.POSITIVE_INFINITY
    if (y < LEAST << bits) return 0
    const { mantissa, exponent } = exp(y, bits)
    // The mantissa is below 1.5, and so is its derivative while the error is far below 1.
    const off = bits + 2n * error
    const scale = Number(exponent - bits)
    const low = nearestDouble(mantissa - off, scale)
    if (low === nearestDouble(mantissa + off, scale)) return low
  }
}

/** Less than `bits` units off. */
function lnOf(x: number, bits: bigint): bigint {
  const { mantissa, exponent } = partsOf(x)
  return exponent >= 0
    ? lnRatio(mantissa << BigInt(exponent), 1n, bits)
    : lnRatio(mantissa, 1n << BigInt(-exponent), bits)
}

/**
 * A power that is a number or in the middle of two; `undefined` where it is neither, or too near infinity or 0 to matter.
 *
 * With y = p / 2^k and p odd, x^y is rational only where x is a square k times over, and a fraction of powers of two only where p is
 * above 0, or the odd part of x is 1.
 */
function exactPower(x: number, p: bigint, k: number): number | undefined {
  let { mantissa, exponent } = partsOf(x)
  for (let left = k; left < 0; left++) {
    const root = squareRoot(mantissa)
    if (exponent % 2 !== 0 || root === undefined) return undefined
    mantissa = root
    exponent /= 2
  }
  const factors = k > 0 ? p << BigInt(Math.min(k, 64)) : p
  if (mantissa !== 1n) {
    if (factors < 0n || factors > MOST_FACTORS) return undefined
    return nearestDouble(raised(mantissa, factors), exponent * Number(factors))
  }
  const power = BigInt(exponent) * factors
  if (power > 1_100n) return Number.POSITIVE_INFINITY
  return power < -1_100n ? 0 : nearestDouble(1n, Number(power))
}

/** `undefined` where the root is no whole number. */
function squareRoot(value: bigint): bigint | undefined {
  // Below 2^53, so that a root of doubles is off by less than 1.
  const root = BigInt(Math.round(Math.sqrt(Number(value))))
  return root * root === value ? root : undefined
}

/** value * 2^by, floored. */
const shifted = (value: bigint, by: number): bigint => (by >= 0 ? value << BigInt(by) : value >> BigInt(-by))
