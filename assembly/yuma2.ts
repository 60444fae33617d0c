// The bonds of the original Yuma, in the fast form. What one step finds of a column, a sum or a largest, the next one needs at
// once; so several columns take each step in turn, and none waits for its own.
import {
  BIAS, TWO32, clearBonds, highF64, isDoubtful, lowF64, maxOf, mul4, pack, packNearest,
} from './column'
import { ONE } from './exact'
import { BLOCK, BOUGHT, STEP4, bonds32, bondsU16, isTiny, largest } from './layout'
import { sum4 } from './median'

/** Most columns of a block. */
const COLUMNS: u32 = 8
/** Most lanes of a block: as many as one table has. */
const LANES: u32 = <u32>(STEP4 >> 2) - 16

// What is known of each column of the block, `FACTS` bytes apart.
const FACTS: usize = 32
const BOUGHT_SUM: usize = 0
const MOVED_SUM: usize = 8
const BOND_SUM: usize = 16
const MOVED_MOST: usize = 20
const STATE: usize = 24

// States.
const LEFT: u32 = 0
const OPEN: u32 = 1
const DOUBTFUL: u32 = 2

/** How many columns of `width` lanes make a block. */
export function blockOf(width: u32): u32 {
  return max<u32>(1, min<u32>(COLUMNS, LANES / max<u32>(width, 1)))
}

/** Where what is bought on column `c` of the block stands. */
// @ts-ignore: decorator
@inline export function boughtOf(c: u32, width: u32): usize {
  return BOUGHT + (<usize>(c * width) << 2)
}

/** Takes column `c` of the block up, on which `sum` is bought in all. */
// @ts-ignore: decorator
@inline export function take(c: u32, sum: u64): void {
  store<u64>(BLOCK + <usize>c * FACTS, sum, BOUGHT_SUM)
  store<u32>(BLOCK + <usize>c * FACTS, OPEN, STATE)
}

/** Leaves column `c` of the block out. */
// @ts-ignore: decorator
@inline export function leave(c: u32): void {
  store<u32>(BLOCK + <usize>c * FACTS, LEFT, STATE)
}

/** Whether a quotient of column `c` was in doubt. */
// @ts-ignore: decorator
@inline export function isInDoubt(c: u32): bool {
  return load<u32>(BLOCK + <usize>c * FACTS, STATE) == DOUBTFUL
}

/**
 * Forms the bonds of the `count` columns of a block from server `j` on, whose lanes start at `first` and whose old bonds stand
 * from `bonds` on, column after column.
 */
export function formBlock(j: u32, count: u32, first: u32, bonds: usize, width: u32, rate: u64): void {
  const step = <usize>width << 1
  for (let c: u32 = 0; c < count; c++) {
    store<u32>(BLOCK + <usize>c * FACTS, measureBonds(bonds + <usize>c * step, width), BOND_SUM)
  }
  for (let c: u32 = 0; c < count; c++) {
    const facts = BLOCK + <usize>c * FACTS
    if (load<u32>(facts, STATE) != OPEN) continue
    if (!move(facts, boughtOf(c, width), bonds + <usize>c * step, width, rate)) store<u32>(facts, DOUBTFUL, STATE)
  }
  for (let c: u32 = 0; c < count; c++) {
    const facts = BLOCK + <usize>c * FACTS
    if (load<u32>(facts, STATE) != OPEN) continue
    if (!settle(facts, j + c, first + c * width, boughtOf(c, width), width)) store<u32>(facts, DOUBTFUL, STATE)
  }
}

function move(facts: usize, at: usize, bonds: usize, lanes: u32, rate: u64): bool {
  const bondSum = load<u32>(facts, BOND_SUM)
  // A bond that is all of its column is 1.0.
  if (isSingle(bonds, lanes, bondSum)) return false
  return moveBonds(facts, at, bonds, lanes, bondSum, load<u64>(facts, BOUGHT_SUM), rate)
}

function settle(facts: usize, j: u32, first: u32, at: usize, lanes: u32): bool {
  const sum = load<u64>(facts, MOVED_SUM)
  const most = <u64>load<u32>(facts, MOVED_MOST)
  // One holder has it all: 1.0.
  if (most == sum && sum != 0) return false
  // Shares grow with what they are shares of, so the largest is known beforehand.
  const top = sum == 0 ? 0 : (most << 32) / sum
  store<u64>(largest + (<usize>j << 3), top)
  return top == 0 ? clearBonds(j, first, lanes) : shareMoved(j, first, at, lanes, sum, <u32>top)
}

// @ts-ignore: decorator
@inline function measureBonds(bonds: usize, lanes: u32): u32 {
  let sum = i32x4.splat(0)
  const end = <usize>lanes << 1
  let k: usize = 0
  do {
    sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(v128.load(bonds + k)))
  } while ((k += 16) < end)
  return <u32>sum4(sum)
}

/** Whether one bond is all of its column. */
function isSingle(bonds: usize, lanes: u32, bondSum: u32): bool {
  if (bondSum == 0 || bondSum > 65535) return false
  const all = i16x8.splat(<i16>bondSum)
  let isAll = i16x8.splat(0)
  for (let k: usize = 0, end = <usize>lanes << 1; k < end; k += 16) isAll = v128.or(isAll, i16x8.eq(v128.load(bonds + k), all))
  return v128.any_true(isAll)
}

/** The moving average of what is bought and what was held, in the place of what is bought; false where a quotient is in doubt. */
function moveBonds(
  facts: usize, at: usize, bonds: usize, lanes: u32, bondSum: u32, boughtSum: u64, rate: u64,
): bool {
  // Where nothing is bought, whatever stands there counts for nothing.
  const perBought = f64x2.splat(boughtSum == 0 ? 0.0 : (TWO32 / <f64>boughtSum) * BIAS)
  const inverse = bondSum == 0 ? 0.0 : 1.0 / <f64>bondSum
  const perBond = f64x2.splat(TWO32 * inverse)
  // As in `share2`.
  const halfBond = f64x2.splat(0.5 * inverse - 0.5)
  const alpha = i32x4.splat(<u32>rate)
  const beta = i32x4.splat(<u32>(ONE - rate))
  let doubt = f64x2.splat(0)
  let sum = i32x4.splat(0)
  let most = i32x4.splat(0)
  const end = <usize>lanes
  let k: usize = 0
  do {
    const b4 = i32x4.extend_low_i16x8_u(v128.load64_zero(bonds + (k << 1)))
    const old = packNearest(
      f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(b4), perBond), halfBond),
      f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(b4, b4, 2, 3, 2, 3)), perBond), halfBond))
    const bought = v128.load(at + (k << 2))
    const x = f64x2.mul(lowF64(bought), perBought)
    const y = f64x2.mul(highF64(bought), perBought)
    const xf = f64x2.floor(x)
    const yf = f64x2.floor(y)
    doubt = f64x2.pmax(doubt, f64x2.pmax(f64x2.sub(x, xf), f64x2.sub(y, yf)))
    const moved = i32x4.add(mul4(old, beta), mul4(pack(xf, yf), alpha))
    v128.store(at + (k << 2), moved)
    sum = i32x4.add(sum, moved)
    most = i32x4.max_u(most, moved)
  } while ((k += 4) < end)
  store<u64>(facts, sum4(sum), MOVED_SUM)
  store<u32>(facts, maxOf(most), MOVED_MOST)
  return !isDoubtful(doubt)
}

/**
 * Shares of what was moved, and what is stored of them: u16 of share / top, by one product unless it lies so near an integer that
 * the floor in between matters.
 */
function shareMoved(j: u32, first: u32, at: usize, lanes: u32, sum: u64, top: u32): bool {
  const perMoved = f64x2.splat((TWO32 / <f64>sum) * BIAS)
  const factor = f64x2.splat(65535.0 / <f64>top)
  const exponent = i32x4.splat(WORDS_EXPONENT)
  const zero = i32x4.splat(0)
  const shares = bonds32 + (<usize>first << 2)
  const out = bondsU16 + (<usize>first << 1)
  let doubt = f64x2.splat(0)
  let whole = zero
  let near = zero
  let least = i16x8.splat(-1)
  const end = <usize>lanes
  let k: usize = 0
  do {
    const moved = v128.load(at + (k << 2))
    const x = f64x2.mul(lowF64(moved), perMoved)
    const y = f64x2.mul(highF64(moved), perMoved)
    const xf = f64x2.floor(x)
    const yf = f64x2.floor(y)
    doubt = f64x2.pmax(doubt, f64x2.pmax(f64x2.sub(x, xf), f64x2.sub(y, yf)))
    v128.store(shares + (k << 2), pack(xf, yf))
    const a = inWords(f64x2.mul(xf, factor))
    const b = inWords(f64x2.mul(yf, factor))
    const fraction = v128.shuffle<i32>(a, b, 0, 2, 4, 6)
    whole = i32x4.sub(whole, i32x4.eq(fraction, zero))
    // The smaller a fraction above 0, the larger is its opposite.
    near = i32x4.max_u(near, i32x4.sub(zero, fraction))
    const words = i32x4.sub(v128.shuffle<i32>(a, b, 1, 3, 5, 7), exponent)
    const stored = i16x8.narrow_i32x4_u(words, words)
    least = i16x8.min_u(least, stored)
    v128.store64_lane(out + (k << 1), stored, 0)
  } while ((k += 4) < end)
  if (isDoubtful(doubt) || maxOf(near) > NEAR) return false
  store<u8>(isTiny + j, 0)
  // As a rule only the largest holder's is a whole number.
  const wholes = <u32>sum4(whole)
  return (wholes == 1 && i16x8.all_true(least)) || checkWholes(j, first, lanes, wholes, top)
}

/** 2^20, which leaves a double below 2^20 whole in its high word and its fraction in its low word. */
const WORDS: f64 = 1048576.0
const WORDS_EXPONENT: u32 = 0x41300000
/** Minus what is more than the floor in between can take away, 65535 / 2^32, in parts of 2^-32. */
const NEAR: u32 = 0xffffffff - 65540

// @ts-ignore: decorator
@inline function inWords(x: v128): v128 {
  return f64x2.add(x, f64x2.splat(WORDS))
}

/**
 * Whether the `wholes` whole numbers that shares were stored as all belong to shares of 0 and to the largest, which are whole
 * without the floor, too. Notes whether there are shares that are stored as 0.
 */
function checkWholes(j: u32, first: u32, lanes: u32, wholes: u32, top: u32): bool {
  const shares = bonds32 + (<usize>first << 2)
  const out = bondsU16 + (<usize>first << 1)
  const zero = i32x4.splat(0)
  const topLanes = i32x4.splat(top)
  let expected = zero
  let tiny = zero
  const end = <usize>lanes
  let k: usize = 0
  do {
    const share = v128.load(shares + (k << 2))
    const isZero = i32x4.eq(share, zero)
    expected = i32x4.sub(expected, v128.or(isZero, i32x4.eq(share, topLanes)))
    tiny = v128.or(tiny, v128.andnot(i32x4.eq(i32x4.extend_low_i16x8_u(v128.load64_zero(out + (k << 1))), zero), isZero))
  } while ((k += 4) < end)
  store<u8>(isTiny + j, u8(v128.any_true(tiny)))
  return sum4(expected) == wholes
}
