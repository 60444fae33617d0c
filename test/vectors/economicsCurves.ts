import {
  activityCutoffBlocks,
  alphaEmission as alphaEmissionOf,
  blockEmissionRao,
  blocksUntilNextEpoch,
  isEpochDue,
  mintableRao,
  nextEpochBlock,
} from '../../src/emission/index.js'
import type { FileInteger } from './economicsFile.js'

export function blockEmission(input: { issuance_rao: FileInteger }): unknown {
  return { block_emission_rao: blockEmissionRao(BigInt(input.issuance_rao)) }
}

export function alphaEmission(input: { alpha_in: FileInteger; alpha_out: FileInteger }): unknown {
  const [alphaIn, alphaOut] = [BigInt(input.alpha_in), BigInt(input.alpha_out)]
  return { alpha_issuance: alphaIn + alphaOut, alpha_emission: alphaEmissionOf(alphaIn, alphaOut) }
}

export function mintClamp(input: {
  pallet_total_issuance_rao: FileInteger
  balances_total_issuance_rao: FileInteger
}): unknown {
  const pallet = BigInt(input.pallet_total_issuance_rao)
  const balances = BigInt(input.balances_total_issuance_rao)
  const minted = mintableRao(pallet, balances)
  const spent = minted / 3n
  const rest = minted - spent
  // The account is new: a payment below the existential deposit of 500 rao does not open it and is lost.
  const lost = spent < 500n ? spent : 0n
  return {
    emission_rao: blockEmissionRao(pallet),
    minted_rao: minted,
    pallet_total_issuance_after_mint_rao: pallet + minted,
    balances_total_issuance_after_mint_rao: balances + minted,
    spent_rao: spent,
    pallet_total_issuance_after_recycling_rest_rao: pallet + minted - rest,
    balances_total_issuance_after_recycling_rest_rao: balances + minted - rest - lost,
  }
}

export function epochSchedule(input: {
  block: number
  tempo: number
  last_epoch_block: number
  pending_epoch_at: number
  blocks_since_last_step: number
  activity_cutoff_factor_milli: number
}): unknown {
  const schedule = {
    tempoBlocks: input.tempo,
    lastEpochBlock: input.last_epoch_block,
    pendingEpochAtBlock: input.pending_epoch_at,
    blocksSinceLastStep: input.blocks_since_last_step,
  }
  return {
    epoch_due: isEpochDue(schedule, input.block),
    // The file writes "never" as 2^64 - 1.
    blocks_until_next_auto_epoch: blocksUntilNextEpoch(schedule, input.block) ?? 2n ** 64n - 1n,
    next_epoch_block: nextEpochBlock(schedule),
    activity_cutoff_blocks: activityCutoffBlocks(input.activity_cutoff_factor_milli, input.tempo),
  }
}
