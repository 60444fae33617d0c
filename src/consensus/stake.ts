import type { EpochInput, EpochParams } from './types.js'

/** Stake of each neuron in rao, and as a share of all stake that counts. */
export interface StakeColumns {
  /** Subnet stake plus weighted root stake, rounded down. */
  readonly stakeRao: BigUint64Array
  /** raw[n]; the sum is 1, less a few units, or 0 when nobody's stake counts. */
  readonly share: Float64Array
}

const U64_MAX = 0xffff_ffff_ffff_ffffn

/**
 * Combines subnet and root stake, drops stakes below the threshold (the owner's is exempt) and takes shares.
 *
 * Stakes carry 64 fractional bits until the last rounding, as on the chain.
 *
 * @param input - stakes whose sum stays below 2^63 rao.
 * PERF: bigints, but only for neurons with stake.
 */
export function stakeFrom(input: EpochInput, params: EpochParams): StakeColumns {
  const taoWeight = (params.taoWeightU64 << 32n) / U64_MAX
  const stakeRao = new BigUint64Array(input.n)
  const counted: { readonly uid: number; readonly stake: bigint }[] = []
  let sum = 0n
  for (let i = 0; i < input.n; i++) {
    const alpha = input.alphaStakeRao[i]!
    const tao = input.taoStakeRao[i]!
    if (alpha === 0n && tao === 0n) continue
    // 32 fractional bits hold this sum exactly; the other 32 of the chain's type stay zero.
    const stake = (alpha << 32n) + tao * taoWeight
    const floored = stake >> 32n
    stakeRao[i] = floored
    if (i !== input.ownerUid && floored < params.stakeThresholdRao) continue
    counted.push({ uid: i, stake })
    sum += stake
  }
  const share = new Float64Array(input.n)
  if (sum > 0n) {
    // A share with 64 fractional bits, then cut to 32: two floors in a row, so one division at 32 gives the same.
    for (const { uid, stake } of counted) share[uid] = Number((stake << 32n) / sum)
  }
  return { stakeRao, share }
}
