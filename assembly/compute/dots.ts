// Sums of products of float32 rows, in double precision.
//
// Every sum is four partial ones: term k goes to partial k mod 4, and they are added as (0 + 2) + (1 + 3). The cpu backend
// sums the same way, so both give the same bits. Products of two float32 numbers are exact in doubles.
import { lower, narrow, strideOf, upper, widen } from './lanes'

// @ts-ignore: decorator
@inline function total(low: v128, high: v128): f64 {
  const both = f64x2.add(low, high)
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)
}

/** f32[rows] to `out`; `wide` has room for the vector in doubles. */
export function matVec(m: usize, vector: usize, wide: usize, out: usize, rows: u32, columns: u32): void {
  const stride = strideOf(columns)
  widen(vector, wide, stride)
  let i: u32 = 0
  for (; i + 4 <= rows; i += 4) fourRows(m + <usize>i * stride, stride, wide, out + (<usize>i << 2))
  for (; i < rows; i++) oneRow(m + <usize>i * stride, stride, wide, out + (<usize>i << 2))
}

function oneRow(a: usize, stride: usize, wide: usize, out: usize): void {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  for (let k: usize = 0; k < stride; k += 16) {
    const x = v128.load(a + k)
    low = f64x2.add(low, f64x2.mul(lower(x), v128.load(wide + 2 * k)))
    high = f64x2.add(high, f64x2.mul(upper(x), v128.load(wide + 2 * k, 16)))
  }
  f32.store(out, <f32>total(low, high))
}

/** Four rows share what is read of the vector, and none waits for the sum of another. */
function fourRows(a: usize, stride: usize, wide: usize, out: usize): void {
  let low0 = f64x2.splat(0)
  let high0 = f64x2.splat(0)
  let low1 = f64x2.splat(0)
  let high1 = f64x2.splat(0)
  let low2 = f64x2.splat(0)
  let high2 = f64x2.splat(0)
  let low3 = f64x2.splat(0)
  let high3 = f64x2.splat(0)
  const b = a + stride
  const c = b + stride
  const d = c + stride
  for (let k: usize = 0; k < stride; k += 16) {
    const vLow = v128.load(wide + 2 * k)
    const vHigh = v128.load(wide + 2 * k, 16)
    const x0 = v128.load(a + k)
    low0 = f64x2.add(low0, f64x2.mul(lower(x0), vLow))
    high0 = f64x2.add(high0, f64x2.mul(upper(x0), vHigh))
    const x1 = v128.load(b + k)
    low1 = f64x2.add(low1, f64x2.mul(lower(x1), vLow))
    high1 = f64x2.add(high1, f64x2.mul(upper(x1), vHigh))
    const x2 = v128.load(c + k)
    low2 = f64x2.add(low2, f64x2.mul(lower(x2), vLow))
    high2 = f64x2.add(high2, f64x2.mul(upper(x2), vHigh))
    const x3 = v128.load(d + k)
    low3 = f64x2.add(low3, f64x2.mul(lower(x3), vLow))
    high3 = f64x2.add(high3, f64x2.mul(upper(x3), vHigh))
  }
  f32.store(out, <f32>total(low0, high0))
  f32.store(out, <f32>total(low1, high1), 4)
  f32.store(out, <f32>total(low2, high2), 8)
  f32.store(out, <f32>total(low3, high3), 12)
}

/** Each row divided by its sum, in place; a row that sums to 0 stays. */
export function normaliseRows(m: usize, rows: u32, columns: u32): void {
  const stride = strideOf(columns)
  for (let i: u32 = 0; i < rows; i++) {
    const row = m + <usize>i * stride
    let low = f64x2.splat(0)
    let high = f64x2.splat(0)
    for (let k: usize = 0; k < stride; k += 16) {
      const x = v128.load(row + k)
      low = f64x2.add(low, lower(x))
      high = f64x2.add(high, upper(x))
    }
    const sum = total(low, high)
    if (sum != 0) divide(row, stride, f64x2.splat(sum))
  }
}

function divide(row: usize, stride: usize, sum: v128): void {
  for (let k: usize = 0; k < stride; k += 16) {
    const x = v128.load(row + k)
    v128.store(row + k, narrow(f64x2.div(lower(x), sum), f64x2.div(upper(x), sum)))
  }
}

/** Bytes of rows that are compared with all others before the next ones come: what a core's second cache holds. */
const BLOCK_BYTES: usize = 1 << 17

/** Cosine of each two rows, f32[rows * rows] to `out`; `lengths` has room for f64[rows]. */
export function cosineRows(m: usize, lengths: usize, out: usize, rows: u32, columns: u32): void {
  const stride = strideOf(columns)
  for (let i: u32 = 0; i < rows; i++) {
    const row = m + <usize>i * stride
    f64.store(lengths + (<usize>i << 3), sqrt<f64>(dot(row, row, stride)))
  }
  const block = max<u32>(2, <u32>(BLOCK_BYTES / stride) & ~1)
  for (let first: u32 = 0; first < rows; first += block) {
    const end = min<u32>(rows, first + block)
    for (let a = first; a < rows; a += 2) {
      for (let b = first; b < end && b <= a; b += 2) {
        if (a + 1 < rows && b + 1 < end) {
          fourPairs(m + <usize>a * stride, m + <usize>b * stride, stride)
          place(d00, a, b, lengths, out, rows)
          place(d01, a, b + 1, lengths, out, rows)
          place(d10, a + 1, b, lengths, out, rows)
          place(d11, a + 1, b + 1, lengths, out, rows)
        } else {
          for (let p = a; p < min(rows, a + 2); p++) {
            for (let q = b; q < min(end, b + 2); q++) {
              place(dot(m + <usize>p * stride, m + <usize>q * stride, stride), p, q, lengths, out, rows)
            }
          }
        }
      }
    }
  }
}

function place(product: f64, a: u32, b: u32, lengths: usize, out: usize, rows: u32): void {
  const both = f64.load(lengths + (<usize>a << 3)) * f64.load(lengths + (<usize>b << 3))
  const cosine: f32 = both == 0 ? 0 : <f32>max<f64>(-1, min<f64>(1, product / both))
  f32.store(out + ((<usize>a * rows + b) << 2), cosine)
  f32.store(out + ((<usize>b * rows + a) << 2), cosine)
}

function dot(a: usize, b: usize, stride: usize): f64 {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  for (let k: usize = 0; k < stride; k += 16) {
    const x = v128.load(a + k)
    const y = v128.load(b + k)
    low = f64x2.add(low, f64x2.mul(lower(x), lower(y)))
    high = f64x2.add(high, f64x2.mul(upper(x), upper(y)))
  }
  return total(low, high)
}

let d00: f64 = 0
let d01: f64 = 0
let d10: f64 = 0
let d11: f64 = 0

/**
 * Rows a and a + 1 times rows b and b + 1. Keeping rows a in doubles between calls was slower (0.7 times): the loads are what it
 * waits for, not the conversions.
 */
function fourPairs(a: usize, b: usize, stride: usize): void {
  let low00 = f64x2.splat(0)
  let high00 = f64x2.splat(0)
  let low01 = f64x2.splat(0)
  let high01 = f64x2.splat(0)
  let low10 = f64x2.splat(0)
  let high10 = f64x2.splat(0)
  let low11 = f64x2.splat(0)
  let high11 = f64x2.splat(0)
  const a1 = a + stride
  const b1 = b + stride
  for (let k: usize = 0; k < stride; k += 16) {
    const x0 = v128.load(a + k)
    const x1 = v128.load(a1 + k)
    const y0 = v128.load(b + k)
    const y1 = v128.load(b1 + k)
    const x0Low = lower(x0)
    const x1Low = lower(x1)
    const y0Low = lower(y0)
    const y1Low = lower(y1)
    low00 = f64x2.add(low00, f64x2.mul(x0Low, y0Low))
    low01 = f64x2.add(low01, f64x2.mul(x0Low, y1Low))
    low10 = f64x2.add(low10, f64x2.mul(x1Low, y0Low))
    low11 = f64x2.add(low11, f64x2.mul(x1Low, y1Low))
    const x0High = upper(x0)
    const x1High = upper(x1)
    const y0High = upper(y0)
    const y1High = upper(y1)
    high00 = f64x2.add(high00, f64x2.mul(x0High, y0High))
    high01 = f64x2.add(high01, f64x2.mul(x0High, y1High))
    high10 = f64x2.add(high10, f64x2.mul(x1High, y0High))
    high11 = f64x2.add(high11, f64x2.mul(x1High, y1High))
  }
  d00 = total(low00, high00)
  d01 = total(low01, high01)
  d10 = total(low10, high10)
  d11 = total(low11, high11)
}
