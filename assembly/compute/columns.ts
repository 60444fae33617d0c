// What goes column by column, with columns in lanes: sums over rows in ascending order, in double precision.
import { lower, narrow, strideOf, upper } from './lanes'

/** f32[columns] to `out`: the vector (f32[rows]) times each column; `sums` has room for f64[columns]. */
export function vecMat(m: usize, vector: usize, sums: usize, out: usize, rows: u32, columns: u32): void {
  const stride = strideOf(columns)
  memory.fill(sums, 0, 2 * stride)
  let i: u32 = 0
  for (; i + 4 <= rows; i += 4) {
    const at = vector + (<usize>i << 2)
    addFour(
      m + <usize>i * stride,
      stride,
      sums,
      f64x2.splat(<f64>f32.load(at)),
      f64x2.splat(<f64>f32.load(at, 4)),
      f64x2.splat(<f64>f32.load(at, 8)),
      f64x2.splat(<f64>f32.load(at, 12)),
    )
  }
  for (; i < rows; i++) {
    addOne(m + <usize>i * stride, stride, sums, f64x2.splat(<f64>f32.load(vector + (<usize>i << 2))))
  }
  for (let k: usize = 0; k < stride; k += 16) {
    v128.store(out + k, narrow(v128.load(sums + 2 * k), v128.load(sums + 2 * k, 16)))
  }
}

function addOne(a: usize, stride: usize, sums: usize, factor: v128): void {
  for (let k: usize = 0; k < stride; k += 16) {
    const x = v128.load(a + k)
    const at = sums + 2 * k
    v128.store(at, f64x2.add(v128.load(at), f64x2.mul(factor, lower(x))))
    v128.store(at, f64x2.add(v128.load(at, 16), f64x2.mul(factor, upper(x))), 16)
  }
}

/** Four rows, one after the other: sums are read and written a quarter as often. */
function addFour(a: usize, stride: usize, sums: usize, f0: v128, f1: v128, f2: v128, f3: v128): void {
  const b = a + stride
  const c = b + stride
  const d = c + stride
  for (let k: usize = 0; k < stride; k += 16) {
    const at = sums + 2 * k
    const x0 = v128.load(a + k)
    let low = f64x2.add(v128.load(at), f64x2.mul(f0, lower(x0)))
    let high = f64x2.add(v128.load(at, 16), f64x2.mul(f0, upper(x0)))
    const x1 = v128.load(b + k)
    low = f64x2.add(low, f64x2.mul(f1, lower(x1)))
    high = f64x2.add(high, f64x2.mul(f1, upper(x1)))
    const x2 = v128.load(c + k)
    low = f64x2.add(low, f64x2.mul(f2, lower(x2)))
    high = f64x2.add(high, f64x2.mul(f2, upper(x2)))
    const x3 = v128.load(d + k)
    low = f64x2.add(low, f64x2.mul(f3, lower(x3)))
    high = f64x2.add(high, f64x2.mul(f3, upper(x3)))
    v128.store(at, low)
    v128.store(at, high, 16)
  }
}

/** Each column divided by its sum, in place; a column that sums to 0 stays. `sums` has room for f64[columns]. */
export function normaliseColumns(m: usize, sums: usize, rows: u32, columns: u32): void {
  const stride = strideOf(columns)
  const one = f64x2.splat(1)
  memory.fill(sums, 0, 2 * stride)
  let i: u32 = 0
  for (; i + 4 <= rows; i += 4) addFour(m + <usize>i * stride, stride, sums, one, one, one, one)
  for (; i < rows; i++) addOne(m + <usize>i * stride, stride, sums, one)
  // A sum of 0 becomes a divisor of 1.
  for (let k: usize = 0; k < 2 * stride; k += 16) {
    const sum = v128.load(sums + k)
    v128.store(sums + k, v128.bitselect(one, sum, f64x2.eq(sum, f64x2.splat(0))))
  }
  for (i = 0; i < rows; i++) {
    const row = m + <usize>i * stride
    for (let k: usize = 0; k < stride; k += 16) {
      const x = v128.load(row + k)
      const low = f64x2.div(lower(x), v128.load(sums + 2 * k))
      const high = f64x2.div(upper(x), v128.load(sums + 2 * k, 16))
      v128.store(row + k, narrow(low, high))
    }
  }
}

/** The smaller of entry and bound of its column, in place. */
export function clipColumns(m: usize, bounds: usize, rows: u32, columns: u32): void {
  const stride = strideOf(columns)
  for (let i: u32 = 0; i < rows; i++) {
    const row = m + <usize>i * stride
    for (let k: usize = 0; k < stride; k += 16) {
      v128.store(row + k, f32x4.min(v128.load(row + k), v128.load(bounds + k)))
    }
  }
}

/** rate * next + (1 - rate) * previous to `next`, in whole groups of four. */
export function ema(previous: usize, next: usize, length: u32, rate: f64): void {
  const bytes = strideOf(length)
  const ratio = f64x2.splat(rate)
  const rest = f64x2.splat(1 - rate)
  for (let k: usize = 0; k < bytes; k += 16) {
    const x = v128.load(next + k)
    const y = v128.load(previous + k)
    const low = f64x2.add(f64x2.mul(ratio, lower(x)), f64x2.mul(rest, lower(y)))
    const high = f64x2.add(f64x2.mul(ratio, upper(x)), f64x2.mul(rest, upper(y)))
    v128.store(next + k, narrow(low, high))
  }
}
