import { wordsOf, writeProduct } from '../math/index.js'
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
  readonly server: BigUint64Array
  readonly validator: BigUint64Array
  /** Floored on its own: may exceed the sum of the other two, by a unit of 2^-32 of the emission and a rao. */
  readonly combined: BigUint64Array
}

/**
 * Splits an epoch's emission by incentive and dividends together.
 *
 * If only one of the two is there it takes everything. If neither is, validators are paid by active stake, or by
 * all stake when no active stake is left, and servers get nothing.
 *
 * @param out - overwritten.
 * @param scratch - two of f64[n].
 */
export function splitEmission(
  out: EmissionColumns,
  shares: EmissionShares,
  emissionRao: bigint,
  [combined, share]: readonly [Float64Array, Float64Array],
): void {
  const { incentive, dividends } = shares
  for (let i = 0; i < combined.length; i++) combined[i] = incentive[i]! + dividends[i]!
  const total = sumOf(combined)
  if (total === 0) {
    const byStake = sumOf(shares.activeStake) === 0 ? shares.stake : shares.activeStake
    out.server.fill(0n)
    writeRao(out.validator, byStake, emissionRao)
    out.combined.set(out.validator)
    return
  }
  writeRao(out.server, sharesOf(share, incentive, total), emissionRao)
  writeRao(out.validator, sharesOf(share, dividends, total), emissionRao)
  writeRao(out.combined, sharesOf(share, combined, total), emissionRao)
}

/** floor(share * amount) of each raw share. */
function writeRao(out: BigUint64Array, share: Float64Array, amountRao: bigint): void {
  const words = wordsOf(out)
  const high = Number(amountRao >> 32n)
  const low = Number(BigInt.asUintN(32, amountRao))
  for (let i = 0; i < share.length; i++) writeProduct(words, i, high, low, share[i]!)
}
