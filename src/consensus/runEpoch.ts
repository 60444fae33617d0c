import { activeStakeFrom } from './activeStake.js'
import { activityFrom } from './activity.js'
import { bondsYuma2, upscaleBonds } from './bondsYuma2.js'
import { bondsYuma3 } from './bondsYuma3.js'
import { bondWeights } from './bondWeights.js'
import { clipToConsensus } from './clip.js'
import { dividendsYuma2, dividendsYuma3 } from './dividends.js'
import { splitEmission } from './emission.js'
import { incentiveFrom } from './incentive.js'
import { proportionsOf, rawBonds, rawColumn, storedBonds } from './outputs.js'
import { nextPermits, permitsInForce } from './permits.js'
import { permittedWeights } from './permittedWeights.js'
import { type RawRows, rowSums } from './rawRows.js'
import { stakeFrom } from './stake.js'
import type { EpochInput, EpochOutput, EpochParams } from './types.js'
import { weightedMedianCol } from './weightedMedianCol.js'

/**
 * One epoch of Yuma consensus, to the integer as the reference chain computes it: original Yuma, and Yuma 3 with and
 * without liquid alpha.
 *
 * A pure function: the same inputs give the same bits on any machine, nothing passed in is changed, and the output is new. It is
 * the slow and plain form, one step after the other, that faster engines are held to: `epochFunction` of `subnetkit/engine` gives
 * the same bits in a fraction of the time. It trusts its inputs (the ledger makes them): hand in others through `YumaConsensus` or
 * `epochFunction`, which check every field first.
 *
 * @param input - at most 32,768 entries in one row or on one target, and stakes that sum to less than 2^63 rao.
 * @source subtensor `epoch/run_epoch.rs`, `epoch_mechanism`, at commit 14bc6f9f
 * PERF: grows with the number of weights and bonds, the sorting of each server's votes, and with n log n for the permits.
 *
 * @example
 * ```ts
 * import { type EpochInput, type EpochParams, runEpoch } from 'subnetkit/consensus'
 *
 * function incentives(input: EpochInput, params: EpochParams): Uint16Array {
 *   return runEpoch(input, params).incentiveU16
 * }
 * ```
 */
export function runEpoch(input: EpochInput, params: EpochParams): EpochOutput {
  const active = activityFrom(input, params)
  const { stakeRao, stake } = stakeFrom(input, params)
  const permits = permitsInForce(input)
  const validatorPermit = nextPermits(stake, input, params)
  const activeStake = activeStakeFrom(stake, active, permits)

  const weights = permittedWeights(input, permits, params)
  const consensus = weightedMedianCol(weights, activeStake, params.kappaU16)
  const clipped = clipToConsensus(weights, consensus)
  const validatorTrust = rowSums(clipped)
  const incentive = incentiveFrom(clipped, activeStake)

  const forBonds = bondWeights({ weights, clipped }, consensus, params.bondsPenaltyU16)
  const { bonds, dividends } = params.yuma3Enabled
    ? yuma3(forBonds, { consensus, incentive, activeStake }, input, params)
    : yuma2(forBonds, { incentive, activeStake }, input, params)

  return {
    active,
    validatorPermit,
    stakeRao,
    stakeWeightU16: proportionsOf(stake),
    consensusU16: proportionsOf(consensus),
    incentiveU16: proportionsOf(incentive),
    dividendsU16: proportionsOf(dividends),
    validatorTrustU16: proportionsOf(validatorTrust),
    ...splitEmission({ incentive, dividends, activeStake, stake }, input.emissionRao),
    bonds: storedBonds(bonds, validatorPermit),
    raw: {
      stake: rawColumn(stake),
      activeStake: rawColumn(activeStake),
      consensus: rawColumn(consensus),
      validatorTrust: rawColumn(validatorTrust),
      incentive: rawColumn(incentive),
      dividends: rawColumn(dividends),
      bonds: rawBonds(bonds),
    },
  }
}

/** Bonds before the last rounding, and what they earn. */
interface Earnings {
  readonly bonds: RawRows
  readonly dividends: Float64Array
}

type Columns<Name extends string> = Readonly<Record<Name, Float64Array>>

function yuma2(
  weights: RawRows,
  { incentive, activeStake }: Columns<'incentive' | 'activeStake'>,
  input: EpochInput,
  params: EpochParams,
): Earnings {
  const shares = bondsYuma2(weights, activeStake, input, params)
  return { bonds: upscaleBonds(shares), dividends: dividendsYuma2(shares, incentive) }
}

function yuma3(
  weights: RawRows,
  { consensus, incentive, activeStake }: Columns<'consensus' | 'incentive' | 'activeStake'>,
  input: EpochInput,
  params: EpochParams,
): Earnings {
  const bonds = bondsYuma3(weights, consensus, input, params)
  return { bonds, dividends: dividendsYuma3(bonds, { incentive, activeStake }) }
}
