import { saturatedU64 } from '../../math/index.js'
import type { BlockNumber, Rao } from '../../units/index.js'

/** What moves the price of a registration on one subnet. */
export interface RegistrationPriceParams {
  readonly minBurnRao: Rao
  readonly maxBurnRao: Rao
  /** Blocks in which the price halves when nobody registers; 0 keeps it. */
  readonly burnHalfLifeBlocks: number
  /** Raw U64F64 factor of each registration; below 1 counts as 1. */
  readonly burnIncreaseMultBits: bigint
}

const ONE_Q32 = 1n << 32n
const HALF_Q32 = 1n << 31n
const ONE_U64F64 = 1n << 64n

/**
 * Factor of the price per block, in parts of 2^32: bisection for the largest whose `halfLifeBlocks`-th power
 * (floored at each multiplication) is at most one half. 2^32 for a half-life of 0.
 *
 * PERF: 32 powers of log2(halfLife) bigint products; keep the answer while the half-life does not change.
 * @source subtensor `pallets/subtensor/src/subnets/registration.rs`
 */
export function registrationDecayQ32(halfLifeBlocks: number): bigint {
  if (halfLifeBlocks <= 0) return ONE_Q32
  let low = 0n
  let high = ONE_Q32
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (powerQ32(middle, halfLifeBlocks) > HALF_Q32) high = middle
    else low = middle
  }
  return low
}

/**
 * The price after the work at the start of a block: decayed from block 2 on, and brought into its bounds always.
 *
 * @param decayQ32 - of {@link registrationDecayQ32} for the subnet's half-life.
 */
export function decayedBurnRao(
  burnRao: Rao,
  block: BlockNumber,
  params: Omit<RegistrationPriceParams, 'burnIncreaseMultBits'>,
  decayQ32: bigint = registrationDecayQ32(params.burnHalfLifeBlocks),
): Rao {
  const decays = block > 1 && params.burnHalfLifeBlocks > 0
  return bounded(decays ? (burnRao * decayQ32) >> 32n : burnRao, params)
}

/** The price after one successful registration. */
export function bumpedBurnRao(burnRao: Rao, params: RegistrationPriceParams): Rao {
  const factor = params.burnIncreaseMultBits > ONE_U64F64 ? params.burnIncreaseMultBits : ONE_U64F64
  return bounded(saturatedU64((burnRao * factor) >> 64n), params)
}

/** The upper bound wins when the bounds cross. */
function bounded(
  burnRao: Rao,
  { minBurnRao, maxBurnRao }: Pick<RegistrationPriceParams, 'minBurnRao' | 'maxBurnRao'>,
): Rao {
  const raised = burnRao < minBurnRao ? minBurnRao : burnRao
  return raised > maxBurnRao ? maxBurnRao : raised
}

/** Square and multiply, each product floored to 32 fractional bits. */
function powerQ32(baseQ32: bigint, exponent: number): bigint {
  let result = ONE_Q32
  let factor = baseQ32
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = (result * factor) >> 32n
    factor = (factor * factor) >> 32n
  }
  return result
}
