// What lanes of the dense layout earn: income from their bonds, and trust.
import { mul4 } from './column'
import { ONE, mul } from './exact'
import {
  INCOME, INCOME32, ROW_SUM, TRUST, TRUST32, bonds32, columnStart, denseWeights, isSlow, shares32, shares64,
} from './layout'
import { rawConsensus, rawIncentive } from './shared'

/** Adds what the bonds on all servers of the dense layout earn. */
export function earnAll(n: u32): void {
  const stride = load<u32>(columnStart, 4)
  let j: u32 = 0
  while (j < n) {
    if (j + 4 <= n && isQuick(j) && isQuick(j + 1) && isQuick(j + 2) && isQuick(j + 3)) {
      earnFour(j, stride)
      j += 4
    } else {
      earn(j, stride)
      j++
    }
  }
}

// @ts-ignore: decorator
@inline function isQuick(j: u32): bool {
  return load<u8>(isSlow + j) == 0 && load<u64>(rawIncentive + (<usize>j << 3)) < ONE
}

/** Adds what the bonds on server j earn. */
function earn(j: u32, stride: u32): void {
  const incentive = load<u64>(rawIncentive + (<usize>j << 3))
  if (incentive == 0) return
  const slow = load<u8>(isSlow + j) != 0
  for (let k: u32 = 0; k < stride; k++) {
    const at = <usize>(j * stride + k)
    if (load<u32>(bonds32 + (at << 2)) == 0) continue
    const share = slow ? load<u64>(shares64 + (at << 3)) : <u64>load<u32>(shares32 + (at << 2))
    store<u64>(INCOME + (<usize>k << 3), load<u64>(INCOME + (<usize>k << 3)) + mul(share, incentive))
  }
}

/**
 * The same for four servers whose shares and incentives are all below 1, so that what a lane earns stays below the sum of the
 * incentives: it has 32 bits.
 */
function earnFour(j: u32, stride: u32): void {
  const by = rawIncentive + (<usize>j << 3)
  const by0 = i32x4.splat(load<u32>(by))
  const by1 = i32x4.splat(load<u32>(by, 8))
  const by2 = i32x4.splat(load<u32>(by, 16))
  const by3 = i32x4.splat(load<u32>(by, 24))
  const step = <usize>stride << 2
  const first = shares32 + <usize>j * step
  const second = first + step
  const third = second + step
  const fourth = third + step
  let k: usize = 0
  do {
    const a = i32x4.add(mul4(v128.load(first + k), by0), mul4(v128.load(second + k), by1))
    const b = i32x4.add(mul4(v128.load(third + k), by2), mul4(v128.load(fourth + k), by3))
    v128.store(INCOME32 + k, i32x4.add(v128.load(INCOME32 + k), i32x4.add(a, b)))
  } while ((k += 16) < step)
}

/** What the quick columns of the dense layout give to the trust of a lane. */
export function quickTrust(n: u32, r: u32): u64 {
  const sum = <u64>load<u32>(TRUST32 + (<usize>r << 2))
  if (sum != 0 || load<u32>(ROW_SUM + (<usize>r << 2)) == 0 || load<u64>(TRUST + (<usize>r << 3)) != 0) return sum
  // Nothing at all, or 2^32: everything.
  for (let j: u32 = 0; j < n; j++) {
    const cell = <usize>(load<u32>(columnStart + (<usize>j << 2)) + r) << 1
    if (load<u16>(denseWeights + cell) != 0 && load<u64>(rawConsensus + (<usize>j << 3)) != 0) return ONE
  }
  return 0
}
