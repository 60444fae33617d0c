import { sharesOf, sumOf } from './normalise.js'

/** The raw shares that emission is decided from. */
export interface EmissionShares {
  readonly incentive: Float64Array
  readonly dividends: Float64Array
  readonly activeStake: Float64Array
  /** Shares of all stake, inactive and non-permitted included. */
  readonly stake: Float64Array
}

/** What each neuron gets of an epoch's emission, rounded down; the rest is not handed on here. */
export interface EmissionColumns {
  readonly serverEmissionRao: BigUint64Array
  readonly validatorEmissionRao: BigUint64Array
  /** Floored on its own: may exceed the sum of the other two, by a unit of 2^-32 of the emission and a rao. */
  readonly combinedEmissionRao: BigUint64Array
}

/**
 * Splits an epoch's emission by incentive and dividends together.
 *
 * If only one of the two is there it takes everything. If neither is, validators are paid by active stake, or by
 * all stake when no active stake is left, and servers get nothing.
 */
export function emissionFrom(shares: EmissionShares, emissionRao: bigint): EmissionColumns {
  const { incentive, dividends } = shares
  const combined = incentive.map((share, i) => share + dividends[i]!)
  const total = sumOf(combined)
  if (total === 0) {
    const byStake = sumOf(shares.activeStake) === 0 ? shares.stake : shares.activeStake
    const paid = raoOf(byStake, emissionRao)
    return {
      serverEmissionRao: new BigUint64Array(incentive.length),
      validatorEmissionRao: paid,
      combinedEmissionRao: paid.slice(),
    }
  }
  return {
    serverEmissionRao: raoOf(sharesOf(incentive, total), emissionRao),
    validatorEmissionRao: raoOf(sharesOf(dividends, total), emissionRao),
    combinedEmissionRao: raoOf(sharesOf(combined, total), emissionRao),
  }
}

/** floor(share * amount) of each raw share. */
function raoOf(share: Float64Array, amountRao: bigint): BigUint64Array {
  const paid = new BigUint64Array(share.length)
  for (let i = 0; i < paid.length; i++) {
    if (share[i] !== 0) paid[i] = (BigInt(share[i]!) * amountRao) >> 32n
  }
  return paid
}
