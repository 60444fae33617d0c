import { at, sharesOf, sumOf } from './columns.js'

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
  /** Rounded down on its own: may exceed the sum of the other two, by a unit of 2^-32 of the emission and a rao. */
  readonly combinedEmissionRao: BigUint64Array
}

/**
 * Splits an epoch's emission by incentive and dividends together.
 *
 * If only one of the two is there it takes everything. If neither is, validators are paid by active stake, or by
 * all stake when no active stake is left, and servers get nothing.
 */
export function splitEmission(shares: EmissionShares, emissionRao: bigint): EmissionColumns {
  const { incentive, dividends, activeStake, stake } = shares
  const combined = incentive.map((share, i) => share + at(dividends, i))
  const total = sumOf(combined)
  const byStake = sumOf(activeStake) === 0 ? stake : activeStake
  const paid = (column: Float64Array): BigUint64Array =>
    raoOf(total === 0 ? byStake : sharesOf(column, total), emissionRao)
  return {
    serverEmissionRao: raoOf(sharesOf(incentive, total), emissionRao),
    validatorEmissionRao: paid(dividends),
    combinedEmissionRao: paid(combined),
  }
}

/** floor(share * amount) of each raw share. */
function raoOf(share: Float64Array, amountRao: bigint): BigUint64Array {
  return BigUint64Array.from(share, (one) => (BigInt(one) * amountRao) >> 32n)
}
