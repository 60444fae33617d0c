import { mulShare, ONE_RAW } from './fixed.js'
import { sigmoidOfMinus } from './sigmoid.js'

const LAST_TERM = 31
/** Exponents are told apart by the nearest multiple of 1/16, from -20 to 20. */
const PER_ONE = 16
const CELLS = 20 * PER_ONE
/** Half the distance of two multiples. */
const HALF_CELL = 1 / (2 * PER_ONE)
const NARROW = 1 - 1 / 0x2000_0000_0000
const WIDE = 1 + 1 / 0x2000_0000_0000
const SQUARE = ONE_RAW * ONE_RAW
const SQUARE_ABOVE = SQUARE * (1 + 1 / 0x4_0000_0000_0000)
const SQUARE_BELOW = SQUARE * (1 - 1 / 0x4_0000_0000_0000)

/**
 * Least and most power around each multiple c of 1/16, two per multiple, to be multiplied with e^u where z = c + u.
 *
 * Let x = |z| and T(x) the Taylor polynomial of e^x up to its 31st term. The chain's sum lacks something against T(x),
 * at most D(x), which grows with x (`lacking`). T(x) / e^x falls as x grows. So for z >= 0 and |u| <= h = 1/32
 *
 *     2^32 T(c + h) e^-h - D(c + h) e^h <= sum(z) e^-u <= 2^32 T(c - h) e^h,
 *
 * and for z < 0, where the chain takes the reciprocal, 2^64 over the bounds of -c hold, the other way round. All are
 * widened by a 2^-45th part for the roundings of these sums and of what is done with them.
 */
const POWERS = /* @__PURE__ */ powers()

function powers(): Float64Array {
  const bounds = new Float64Array(2 * (2 * CELLS + 1))
  const step = series(HALF_CELL)
  const leastAt = (c: number): number =>
    ((ONE_RAW * series(c + HALF_CELL)) / step - lacking(c + HALF_CELL) * step) * NARROW
  const keep = (cell: number, least: number, most: number): void => {
    bounds[2 * (cell + CELLS)] = least
    bounds[2 * (cell + CELLS) + 1] = most
  }
  for (let cell = 1; cell <= CELLS; cell++) {
    const c = cell / PER_ONE
    const most = ONE_RAW * series(c - HALF_CELL) * step * WIDE
    const least = leastAt(c)
    // Exactly 1 has a constant of its own, 354 units below the truth.
    keep(cell, c === 1 ? least - 360 : least, most)
    keep(-cell, (SQUARE / most) * NARROW, (SQUARE / least) * WIDE)
  }
  // Around 0 both signs meet.
  keep(0, leastAt(0), (SQUARE / leastAt(0)) * WIDE)
  return bounds
}

/** T(x). */
function series(x: number): number {
  let sum = 1 + x
  let term = x
  for (let i = 2; i <= LAST_TERM; i++) {
    term *= x / i
    sum += term
  }
  return sum
}

/**
 * D(x), raw. Of a term p the chain keeps t, floored: what is missing, p - t, is at most p, and at most one more than what
 * was missing of the term before times x / i.
 */
function lacking(x: number): number {
  let term = x * ONE_RAW
  let missing = 0
  let sum = 0
  for (let i = 2; i <= LAST_TERM; i++) {
    term *= x / i
    missing = Math.min(term, (missing * x) / i + 1)
    sum += missing
  }
  return sum * (1 + 1 / 0x10_0000)
}

/** e^u for |u| <= 1/32, within a 2^-51st part. */
function powerBetween(u: number): number {
  const square = u * u
  const low = 1 + u + square * (1 / 2 + u * (1 / 6))
  const high = 1 / 24 + u * (1 / 120) + square * (1 / 720 + u * (1 / 5040))
  return low + square * square * high
}

/**
 * The part of a share that a sigmoid takes: `mulShare(sigmoidOfMinus(raw), share)`, mostly from bounds of the sigmoid that
 * agree about it.
 *
 * @param raw - exponent, raw, -20 * 2^32 to 20 * 2^32.
 * @param share - raw, 0 to 2^32.
 * PERF: about 15 nanoseconds; several times as long for the tenth of the exponents below 5 where the bounds disagree.
 */
export function sigmoidPart(raw: number, share: number): number {
  const scaled = raw * (PER_ONE / ONE_RAW)
  const cell = Math.floor(scaled + 0.5)
  const power = powerBetween((scaled - cell) * (1 / PER_ONE))
  const at = 2 * (cell + CELLS)
  // The sum, or its floored reciprocal, is whole: so are its bounds. The sigmoid falls as it grows.
  const most = Math.floor(SQUARE_ABOVE / (ONE_RAW + Math.floor(POWERS[at]! * power)))
  const least = Math.floor(SQUARE_BELOW / (ONE_RAW + Math.floor(POWERS[at + 1]! * power)))
  const part = mulShare(most, share)
  return mulShare(least, share) === part ? part : mulShare(sigmoidOfMinus(raw), share)
}
