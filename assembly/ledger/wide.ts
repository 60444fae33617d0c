// Whole numbers of more than 64 bits, from their halves. What a function returns is the low half, and `high` says the rest.

export const E18: u64 = 1000000000000000000
const LOW: u64 = 0xffffffff

/** The high half of what the function that was called last gave. */
export let high: u64 = 0

export function setHigh(value: u64): void {
  high = value
}

/** floor(a * b / 2^64) */
// @ts-ignore: decorator
@inline export function mulHigh(a: u64, b: u64): u64 {
  const al = a & LOW
  const ah = a >> 32
  const bl = b & LOW
  const bh = b >> 32
  const across = al * bh + ((al * bl) >> 32)
  return ah * bh + (across >> 32) + ((ah * bl + (across & LOW)) >> 32)
}

/** floor((above * 2^64 + below) / by), for above < by. */
export function div128(above: u64, below: u64, by: u64): u64 {
  if (above == 0) return below / by
  // By hand in base 2^32; each digit is guessed from the highest one of the divisor, and is at most 2 too large.
  const shift = clz(by)
  const divisor = by << shift
  const first = shift == 0 ? above : (above << shift) | (below >> (64 - shift))
  const second = below << shift
  const dh = divisor >> 32
  const dl = divisor & LOW
  let q1 = first / dh
  let rest = first - q1 * dh
  while (q1 > LOW || q1 * dl > ((rest << 32) | (second >> 32))) {
    q1--
    rest += dh
    if (rest > LOW) break
  }
  const middle = (first << 32) + (second >> 32) - q1 * divisor
  let q0 = middle / dh
  rest = middle - q0 * dh
  while (q0 > LOW || q0 * dl > ((rest << 32) | (second & LOW))) {
    q0--
    rest += dh
    if (rest > LOW) break
  }
  return (q1 << 32) + q0
}

/** floor(a * 2^64 / b), of 128 bits; b above 0. */
// @ts-ignore: decorator
@inline export function ratio(a: u64, b: u64): u64 {
  const whole = a / b
  const fraction = div128(a - whole * b, 0, b)
  high = whole
  return fraction
}

/** floor((n2 * 2^128 + n1 * 2^64 + n0) / (d1 * 2^64 + d0)), for a quotient of at most 64 bits and a divisor above 0. */
export function div192(n2: u64, n1: u64, n0: u64, d1: u64, d0: u64): u64 {
  if (d1 == 0) return div128(n1, n0, d0)
  const shift = clz(d1)
  if (shift != 0) {
    const back: u64 = 64 - shift
    n2 = (n2 << shift) | (n1 >> back)
    n1 = (n1 << shift) | (n0 >> back)
    n0 = n0 << shift
    d1 = (d1 << shift) | (d0 >> back)
    d0 = d0 << shift
  }
  // Guessed from the high half of the divisor: at most 2 too large.
  let quotient: u64 = n2 >= d1 ? u64.MAX_VALUE : div128(n2, n1, d1)
  const p0 = quotient * d0
  let p1 = quotient * d1
  let p2 = mulHigh(quotient, d1)
  const across = mulHigh(quotient, d0)
  p1 += across
  p2 += u64(p1 < across)
  // The rest, as a number below 0 where the guess was too large.
  let r0 = n0 - p0
  const borrow0 = u64(n0 < p0)
  let r1 = n1 - p1
  const borrow1 = u64(n1 < p1)
  let r2 = n2 - p2 - borrow1
  r2 -= u64(r1 < borrow0)
  r1 -= borrow0
  while (<i64>r2 < 0) {
    quotient--
    r0 += d0
    const carry0 = u64(r0 < d0)
    r1 += carry0
    const carry1 = u64(r1 < carry0)
    r1 += d1
    r2 += carry1 + u64(r1 < d1)
  }
  return quotient
}

/** floor((value * part + 10^18 / 2) / 10^18), of 128 bits; a value of 128 bits, part up to 10^18. */
export function partOfE18(valueHigh: u64, valueLow: u64, part: u64): u64 {
  let n0 = valueLow * part
  let n1 = valueHigh * part
  let n2 = mulHigh(valueHigh, part)
  const across = mulHigh(valueLow, part)
  n1 += across
  n2 += u64(n1 < across)
  n0 += E18 / 2
  const carry = u64(n0 < E18 / 2)
  n1 += carry
  n2 += u64(n1 < carry)
  // The value is below 2^128, so that n2 is below 10^18.
  const upper = div128(n2, n1, E18)
  const lower = div128(n1 - upper * E18, n0, E18)
  high = upper
  return lower
}
