// Rows lie with a stride of whole groups of four float32 numbers, zeros in what is over: no kernel needs a tail.

// @ts-ignore: decorator
@inline export function strideOf(columns: u32): usize {
  return <usize>((columns + 3) & ~3) << 2
}

/** Moves rows that lie one after the other, from `m` on, to that stride. */
export function spreadRows(m: usize, rows: u32, columns: u32): void {
  const bytes = <usize>columns << 2
  const stride = strideOf(columns)
  if (bytes == stride) return
  // From the last row: no row lands on one that has still to move.
  for (let i = rows; i-- > 0; ) {
    const row = m + <usize>i * stride
    memory.copy(row, m + <usize>i * bytes, bytes)
    memory.fill(row + bytes, 0, stride - bytes)
  }
}

/** The way back. */
export function joinRows(m: usize, rows: u32, columns: u32): void {
  const bytes = <usize>columns << 2
  const stride = strideOf(columns)
  if (bytes == stride) return
  for (let i: u32 = 1; i < rows; i++) memory.copy(m + <usize>i * bytes, m + <usize>i * stride, bytes)
}

/** Float32 to doubles, in whole groups of four. */
export function widen(from: usize, to: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const x = v128.load(from + k)
    v128.store(to + 2 * k, lower(x))
    v128.store(to + 2 * k, upper(x), 16)
  }
}

// @ts-ignore: decorator
@inline export function lower(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

// @ts-ignore: decorator
@inline export function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<u32>(x, x, 2, 3, 0, 1))
}

/** Two times two doubles to four float32 numbers. */
// @ts-ignore: decorator
@inline export function narrow(low: v128, high: v128): v128 {
  return v128.shuffle<u64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

/** Whether a value is not finite or, where `positive`, below 0; in whole groups of four. */
export function hasFault(values: usize, length: u32, positive: bool): bool {
  const exponent = i32x4.splat(0x7f800000)
  const least = positive ? f32x4.splat(0) : f32x4.splat(-f32.MAX_VALUE)
  const end = strideOf(length)
  let faults = i32x4.splat(0)
  for (let k: usize = 0; k < end; k += 16) {
    const x = v128.load(values + k)
    faults = v128.or(faults, i32x4.eq(v128.and(x, exponent), exponent))
    faults = v128.or(faults, f32x4.lt(x, least))
  }
  return v128.any_true(faults)
}
