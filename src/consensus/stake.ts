import { at } from './columns.js'
import type { EpochInput, EpochParams } from './types.js'

/** Stake of each neuron in rao, and as a share of all stake that counts. */
export interface StakeColumns {
  /** Subnet stake plus weighted root stake, rounded down. */
  readonly stakeRao: BigUint64Array
  /** raw[n]; the sum is 1, less a few units, or 0 when nobody's stake counts. */
  readonly stake: Float64Array
}

const U64_MAX = 0xffff_ffff_ffff_ffffn

/** Combines subnet and root stake, drops stakes below the threshold (the owner's is exempt) and takes shares. */
export function stakeFrom(input: EpochInput, params: EpochParams): StakeColumns {
  const taoWeight = (params.taoWeightU64 << 32n) / U64_MAX
  // In 2^-32 rao.
  const total = [...input.alphaStakeRao].map(
    (alphaRao, i) => (alphaRao << 32n) + at(input.taoStakeRao, i) * taoWeight,
  )
  const stakeRao = new BigUint64Array(total.map((stake) => stake >> 32n))
  const counted = total.map((stake, i) =>
    i !== input.ownerUid && at(stakeRao, i) < params.stakeThresholdRao ? 0n : stake,
  )
  const sum = counted.reduce((all, stake) => all + stake, 0n)
  const stake = new Float64Array(counted.map((one) => (sum === 0n ? 0 : Number((one << 32n) / sum))))
  return { stakeRao, stake }
}
