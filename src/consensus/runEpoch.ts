import { activeStakeFrom } from './activeStake.js'
import { activityFrom } from './activity.js'
import { bondsYuma2, upscaleBonds } from './bondsYuma2.js'
import { bondsYuma3 } from './bondsYuma3.js'
import { bondWeights } from './bondWeights.js'
import { clipToConsensus } from './clip.js'
import { denseEpoch } from './dense/denseEpoch.js'
import { dividendsYuma2, dividendsYuma3 } from './dividends.js'
import {
  assertFit,
  createOutputColumns,
  type EpochBuffers,
  type EpochColumns,
  type EpochOutputBuffers,
  workspaceFor,
} from './EpochBuffers.js'
import { splitEmission } from './emission.js'
import { normalised } from './normalise.js'
import { type BondOutput, bondColumns, proportionsOf, rawColumn } from './outputs.js'
import { nextPermits, permitsInForce } from './permits.js'
import { permittedWeights } from './permittedWeights.js'
import type { RawRows } from './rawRows.js'
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
 * @param buffers - memory to work in, from `createEpochBuffers`: the output are views of it, overwritten by the next
 *   run; or from `createEpochWorkspace`: the output is new. Without either an epoch allocates all it needs.
 * @param input - at most 32,768 entries in one row or on one target, and stakes that sum to less than 2^63 rao.
 * @throws ShapeError when `buffers` do not fit the input.
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
export function runEpoch(
  input: EpochInput,
  params: EpochParams,
  buffers: EpochBuffers = workspaceFor(input),
): EpochOutput {
  assertFit(input, buffers)
  const output = buffers.output ?? createOutputColumns(input.n)
  const { columns } = buffers
  const { stake, activeStake, incentive, dividends, scratch } = columns
  const { active, permits, validatorPermit } = output.u8
  const { rao } = output

  activityFrom(active, input, params)
  stakeFrom({ stakeRao: rao.stake, share: stake, fraction: scratch }, input, params)
  permitsInForce(permits, input)
  nextPermits(validatorPermit, stake, { input, params }, scratch)
  activeStakeFrom(activeStake, stake, active, permits)

  const bonds =
    denseEpoch(buffers, input, params, output) ??
    bondColumns(output.bonds, sparseEpoch(buffers, input, params, permits), validatorPermit)

  const shares = { incentive, dividends, activeStake, stake }
  splitEmission(rao, shares, input.emissionRao, [scratch, columns.reciprocal])
  return outputOf(columns, output, bonds)
}

/** From stake to dividends and bonds, for any network. */
function sparseEpoch(
  buffers: EpochBuffers,
  input: EpochInput,
  params: EpochParams,
  permits: Uint8Array,
): RawRows {
  const { matrices, columns } = buffers
  const { activeStake, consensus, validatorTrust, rank, incentive, scratch } = columns
  const weights = permittedWeights(matrices.weights, input, permits, params)
  const voting = { activeStake, kappaU16: params.kappaU16 }
  weightedMedianCol(consensus, weights, voting, { votes: matrices.votes, scratch })
  const scores = { bought: matrices.bought, validatorTrust, rank }
  const clipped = clipToConsensus(matrices.clipped, scores, weights, { consensus, activeStake })
  normalised(incentive, rank)

  const forBonds = bondWeights(matrices.mixed, { weights, clipped }, consensus, params.bondsPenaltyU16)
  return (params.yuma3Enabled ? yuma3 : yuma2)(buffers, input, forBonds, params)
}

/** Bonds as they are stored; what they earn goes into `columns.dividends`. */
function yuma2(buffers: EpochBuffers, input: EpochInput, weights: RawRows, params: EpochParams): RawRows {
  const { columns } = buffers
  const bonds = bondsYuma2(buffers, input, weights, params)
  dividendsYuma2(bonds.raw, columns, bonds, columns.incentive)
  return upscaleBonds(bonds, columns)
}

/** Likewise. */
function yuma3(buffers: EpochBuffers, input: EpochInput, weights: RawRows, params: EpochParams): RawRows {
  const { columns, matrices } = buffers
  const bonds = bondsYuma3(buffers, input, weights, params)
  dividendsYuma3(matrices.shares, columns, bonds, columns)
  return bonds
}

function outputOf(columns: EpochColumns, output: EpochOutputBuffers, bonds: BondOutput): EpochOutput {
  const { stake, activeStake, consensus, validatorTrust, incentive, dividends } = columns
  const { u8, u16, rao, raw } = output
  return {
    active: u8.active,
    validatorPermit: u8.validatorPermit,
    stakeRao: rao.stake,
    stakeWeightU16: proportionsOf(u16.stake, stake),
    consensusU16: proportionsOf(u16.consensus, consensus),
    incentiveU16: proportionsOf(u16.incentive, incentive),
    dividendsU16: proportionsOf(u16.dividends, dividends),
    validatorTrustU16: proportionsOf(u16.validatorTrust, validatorTrust),
    serverEmissionRao: rao.server,
    validatorEmissionRao: rao.validator,
    combinedEmissionRao: rao.combined,
    bonds: bonds.stored,
    raw: {
      stake: rawColumn(raw.stake, stake),
      activeStake: rawColumn(raw.activeStake, activeStake),
      consensus: rawColumn(raw.consensus, consensus),
      validatorTrust: rawColumn(raw.validatorTrust, validatorTrust),
      incentive: rawColumn(raw.incentive, incentive),
      dividends: rawColumn(raw.dividends, dividends),
      get bonds() {
        return bonds.raw()
      },
    },
  }
}
