import { toBigInt64Array } from '../math/index.js'
import { activeStakeFrom } from './activeStake.js'
import { activityFrom } from './activity.js'
import { bondsYuma2, upscaledBonds } from './bondsYuma2.js'
import { bondsYuma3 } from './bondsYuma3.js'
import { bondWeights } from './bondWeights.js'
import { clipToConsensus } from './clip.js'
import { dividendsYuma2, dividendsYuma3 } from './dividends.js'
import { emissionFrom } from './emission.js'
import { incentiveFrom } from './incentive.js'
import { proportionsOf, rawBonds, storedBonds } from './outputs.js'
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
 * A pure function: the same inputs give the same bits on any machine, and nothing passed in is changed. It trusts
 * its inputs (the ledger makes them): hand in others through `YumaConsensus` of `subnetkit/engine`, which checks
 * every field first.
 *
 * @param input - at most 32,768 entries in one row or on one target, and stakes that sum to less than 2^63 rao.
 * @source subtensor `epoch/run_epoch.rs`, `epoch_mechanism`, at commit 14bc6f9f
 * PERF: grows with the number of weights and bonds, and with n log n for the permits.
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
  const { stakeRao, share: stake } = stakeFrom(input, params)
  const permits = permitsInForce(input)
  const validatorPermit = nextPermits(stake, input, params)
  const activeStake = activeStakeFrom(stake, active, permits)

  const weights = permittedWeights(input, permits, params)
  const consensus = weightedMedianCol(weights, activeStake, params.kappaU16)
  const clipped = clipToConsensus(weights, consensus)
  const validatorTrust = rowSums(clipped)
  const incentive = incentiveFrom(clipped, activeStake)

  const forBonds = bondWeights(weights, clipped, consensus, params.bondsPenaltyU16)
  const { bonds, dividends } = params.yuma3Enabled
    ? yuma3(input, params, { forBonds, consensus, incentive, activeStake })
    : yuma2(input, params, { forBonds, consensus, incentive, activeStake })

  return {
    active,
    validatorPermit,
    stakeRao,
    stakeWeightU16: proportionsOf(stake),
    consensusU16: proportionsOf(consensus),
    incentiveU16: proportionsOf(incentive),
    dividendsU16: proportionsOf(dividends),
    validatorTrustU16: proportionsOf(validatorTrust),
    ...emissionFrom({ incentive, dividends, activeStake, stake }, input.emissionRao),
    bonds: storedBonds(bonds, validatorPermit),
    raw: {
      stake: toBigInt64Array(stake),
      activeStake: toBigInt64Array(activeStake),
      consensus: toBigInt64Array(consensus),
      validatorTrust: toBigInt64Array(validatorTrust),
      incentive: toBigInt64Array(incentive),
      dividends: toBigInt64Array(dividends),
      bonds: rawBonds(bonds),
    },
  }
}

/** What the rule for bonds starts from. */
interface Scores {
  readonly forBonds: RawRows
  readonly consensus: Float64Array
  readonly incentive: Float64Array
  readonly activeStake: Float64Array
}

/** Bonds as they are stored, and what they earn. */
interface Earnings {
  readonly bonds: RawRows
  readonly dividends: Float64Array
}

function yuma2(input: EpochInput, params: EpochParams, scores: Scores): Earnings {
  const shares = bondsYuma2(input, scores.forBonds, scores.activeStake, params)
  return {
    bonds: upscaledBonds(shares, input.n),
    dividends: dividendsYuma2(shares, scores.incentive),
  }
}

function yuma3(input: EpochInput, params: EpochParams, scores: Scores): Earnings {
  const bonds = bondsYuma3(input, scores.forBonds, scores.consensus, params)
  return { bonds, dividends: dividendsYuma3(bonds, scores.incentive, scores.activeStake) }
}
