// Weighted medians, eight columns at once: scores are compared in lanes of 16 bits, stakes summed in lanes of 64. The sum of
// all stakes is below 2^64, so no sum wraps.

/** Columns of one tile. */
const TILE: u32 = 8

/**
 * Per column the smallest score whose stake, with that of all smaller scores, exceeds `minority`: u16[columns] to `out`.
 *
 * @param scores - u16[rows * columns]
 * @param tile - room for u16[rows * 8]
 */
export function weightedMedians(
  scores: usize, stakes: usize, tile: usize, out: usize, rows: u32, columns: u32, minority: u64,
): void {
  for (let j: u32 = 0; j < columns; j += TILE) {
    const width = <usize>min(TILE, columns - j) << 1
    gather(scores + (<usize>j << 1), <usize>columns << 1, width, tile, rows)
    const medians = mediansOfTile(tile, stakes, rows, minority)
    v128.store(tile, medians)
    memory.copy(out + (<usize>j << 1), tile, width)
  }
}

/** Rows of one tile, one after the other; lanes that are not there stay 0. */
function gather(from: usize, stride: usize, width: usize, tile: usize, rows: u32): void {
  if (width < 16) memory.fill(tile, 0, <usize>rows << 4)
  for (let i: u32 = 0; i < rows; i++) {
    const to = tile + (<usize>i << 4)
    if (width == 16) v128.store(to, v128.load(from + <usize>i * stride))
    else memory.copy(to, from + <usize>i * stride, width)
  }
}

function mediansOfTile(tile: usize, stakes: usize, rows: u32, minority: u64): v128 {
  let low = i16x8.splat(-1)
  let high = i16x8.splat(0)
  for (let i: u32 = 0; i < rows; i++) {
    const score = v128.load(tile + (<usize>i << 4))
    low = i16x8.min_u(low, score)
    high = i16x8.max_u(high, score)
  }
  // The answer lies from low to high: halve that until one score is left in every lane.
  while (v128.any_true(v128.xor(low, high))) {
    const middle = i16x8.add(low, i16x8.shr_u(i16x8.sub(high, low), 1))
    const isReached = reaches(tile, stakes, rows, middle, minority)
    high = v128.bitselect(middle, high, isReached)
    // Lanes that are done stay: their stake is reached.
    low = v128.bitselect(low, i16x8.add(middle, i16x8.splat(1)), isReached)
  }
  return low
}

/** Which lanes have more than the minority of stake on scores up to `middle`. */
function reaches(tile: usize, stakes: usize, rows: u32, middle: v128, minority: u64): v128 {
  let sum0 = i64x2.splat(0)
  let sum1 = i64x2.splat(0)
  let sum2 = i64x2.splat(0)
  let sum3 = i64x2.splat(0)
  for (let i: u32 = 0; i < rows; i++) {
    const votes = i16x8.le_u(v128.load(tile + (<usize>i << 4)), middle)
    const stake = v128.load64_splat(stakes + (<usize>i << 3))
    const low = i32x4.extend_low_i16x8_s(votes)
    const high = i32x4.extend_high_i16x8_s(votes)
    sum0 = i64x2.add(sum0, v128.and(stake, i64x2.extend_low_i32x4_s(low)))
    sum1 = i64x2.add(sum1, v128.and(stake, i64x2.extend_high_i32x4_s(low)))
    sum2 = i64x2.add(sum2, v128.and(stake, i64x2.extend_low_i32x4_s(high)))
    sum3 = i64x2.add(sum3, v128.and(stake, i64x2.extend_high_i32x4_s(high)))
  }
  let lanes = i16x8.splat(0)
  lanes = i16x8.replace_lane(lanes, 0, isAbove(i64x2.extract_lane(sum0, 0), minority))
  lanes = i16x8.replace_lane(lanes, 1, isAbove(i64x2.extract_lane(sum0, 1), minority))
  lanes = i16x8.replace_lane(lanes, 2, isAbove(i64x2.extract_lane(sum1, 0), minority))
  lanes = i16x8.replace_lane(lanes, 3, isAbove(i64x2.extract_lane(sum1, 1), minority))
  lanes = i16x8.replace_lane(lanes, 4, isAbove(i64x2.extract_lane(sum2, 0), minority))
  lanes = i16x8.replace_lane(lanes, 5, isAbove(i64x2.extract_lane(sum2, 1), minority))
  lanes = i16x8.replace_lane(lanes, 6, isAbove(i64x2.extract_lane(sum3, 0), minority))
  return i16x8.replace_lane(lanes, 7, isAbove(i64x2.extract_lane(sum3, 1), minority))
}

// @ts-ignore: decorator
@inline function isAbove(sum: i64, minority: u64): i16 {
  return <u64>sum > minority ? -1 : 0
}
