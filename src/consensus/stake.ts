import { divFloor, LOW_WORD, lowProduct, mulShare, ONE_RAW, wordsOf } from '../math/index.js'
import type { EpochInput, EpochParams } from './types.js'

/** Stake of each neuron in rao, and as a share of all stake that counts. */
export interface StakeColumns {
  /** Subnet stake plus weighted root stake, rounded down. */
  readonly stakeRao: BigUint64Array
  /** raw[n]; the sum is 1, less a few units, or 0 when nobody's stake counts. */
  readonly share: Float64Array
  /** f64[n]: what the root stake has behind the point, times 2^32. */
  readonly fraction: Float64Array
}

const U64_MAX = 0xffff_ffff_ffff_ffffn
const INVERSE_POW_32 = 1 / ONE_RAW
/** Up to here a quotient of doubles is exact after `divFloor`. */
const EXACT_LIMIT = 2 ** 52
/** More than the roundings of an estimated share can add up to; what it may then lack is below 2^-15. */
const BIAS = 1 - 1 / 0x2_0000_0000_0000
const SURE_FRACTION = 1 - 1 / 0x8000

/**
 * Combines subnet and root stake, drops stakes below the threshold (the owner's is exempt) and takes shares.
 *
 * Stakes carry 64 fractional bits until the last rounding, as on the chain; the root weight has 32 of them, so the
 * others are zero.
 *
 * @param out - overwritten.
 * @param input - stakes whose sum stays below 2^63 rao.
 * PERF: words of 32 bits in doubles; a bigint division only where an estimate comes too close to an integer.
 */
export function stakeFrom(out: StakeColumns, input: EpochInput, params: EpochParams): void {
  combineStakes(out, input, (params.taoWeightU64 << 32n) / U64_MAX)
  const words = wordsOf(out.stakeRao)
  const thresholdHigh = Number(params.stakeThresholdRao >> 32n)
  const thresholdLow = Number(BigInt.asUintN(32, params.stakeThresholdRao))
  const { share, fraction } = out
  let highSum = 0
  let lowSum = 0
  let fractionSum = 0
  for (let i = 0; i < input.n; i++) {
    const low = words[2 * i + LOW_WORD]!
    const high = words[2 * i + 1 - LOW_WORD]!
    const isBelow = high < thresholdHigh || (high === thresholdHigh && low < thresholdLow)
    const counts = i === input.ownerUid || !isBelow
    share[i] = counts ? high * ONE_RAW + low + fraction[i]! * INVERSE_POW_32 : 0
    if (!counts) {
      fraction[i] = 0
      continue
    }
    highSum += high
    lowSum += low
    fractionSum += fraction[i]!
  }
  const sum = highSum * ONE_RAW + lowSum + fractionSum * INVERSE_POW_32
  if (sum === 0) return
  if (fractionSum === 0 && sum < EXACT_LIMIT) {
    for (let i = 0; i < input.n; i++) share[i] = divFloor(share[i]!, sum)
    return
  }
  const exactSum = (BigInt(highSum) << 64n) + (BigInt(lowSum) << 32n) + BigInt(fractionSum)
  const scale = (ONE_RAW / sum) * BIAS
  for (let i = 0; i < input.n; i++) {
    if (share[i] === 0) continue
    const estimate = share[i]! * scale
    const floored = Math.floor(estimate)
    share[i] = estimate - floored < SURE_FRACTION ? floored : exactShare(out, i, exactSum)
  }
}

/** A share with 64 fractional bits, then cut to 32: two floors in a row, so one division at 32 gives the same. */
function exactShare({ stakeRao, fraction }: StakeColumns, i: number, sum: bigint): number {
  return Number((((stakeRao[i]! << 32n) + BigInt(fraction[i]!)) << 32n) / sum)
}

function combineStakes({ stakeRao, fraction }: StakeColumns, input: EpochInput, taoWeight: bigint): void {
  const weight = Number(taoWeight)
  const words = wordsOf(stakeRao)
  const alpha = wordsOf(input.alphaStakeRao)
  const tao = wordsOf(input.taoStakeRao)
  for (let i = 0; i < input.n; i++) {
    const lowWord = 2 * i + LOW_WORD
    const highWord = 2 * i + 1 - LOW_WORD
    const taoHigh = tao[highWord]!
    const taoLow = tao[lowWord]!
    const low = alpha[lowWord]! + lowProduct(taoHigh, weight) + mulShare(taoLow, weight)
    fraction[i] = lowProduct(taoLow, weight)
    words[lowWord] = low
    words[highWord] = alpha[highWord]! + mulShare(taoHigh, weight) + Math.floor(low * INVERSE_POW_32)
  }
}
