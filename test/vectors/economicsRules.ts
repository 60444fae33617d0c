import { blockEmissionRao } from '../../src/emission/index.js'
import { maxUpscaledWeights } from '../../src/ledger/rules/maxUpscaledWeights.js'
import {
  bumpedBurnRao,
  decayedBurnRao,
  type RegistrationPriceParams,
  registrationDecayQ32,
} from '../../src/ledger/rules/registrationPrice.js'
import { lockIntervalBlocks, subnetLockCostRao } from '../../src/ledger/rules/subnetLockCost.js'
import { uidToReplace } from '../../src/ledger/rules/uidToReplace.js'
import type { FileInteger } from './economicsFile.js'

export function registrationDecayFactor(input: { half_life_blocks: number }): unknown {
  return { factor_q32: registrationDecayQ32(input.half_life_blocks) }
}

export function registrationPrice(input: {
  half_life_blocks: number
  increase_mult_u64f64_bits: FileInteger
  min_burn_rao: FileInteger
  max_burn_rao: FileInteger
  burn_rao: FileInteger
  first_block: number
  operations: (string | [string, number])[]
}): unknown {
  const params: RegistrationPriceParams = {
    minBurnRao: BigInt(input.min_burn_rao),
    maxBurnRao: BigInt(input.max_burn_rao),
    burnHalfLifeBlocks: input.half_life_blocks,
    burnIncreaseMultBits: BigInt(input.increase_mult_u64f64_bits),
  }
  const decayQ32 = registrationDecayQ32(input.half_life_blocks)
  let burnRao = BigInt(input.burn_rao)
  let block = input.first_block
  const burn_after_each_rao = input.operations.map((operation) => {
    if (operation === 'bump') burnRao = bumpedBurnRao(burnRao, params)
    else if (operation[0] === 'blocks') {
      for (const end = block + (operation[1] as number); block < end; block++) {
        burnRao = decayedBurnRao(burnRao, block, params, decayQ32)
      }
    } else throw new TypeError(`unknown operation ${operation}`)
    return burnRao
  })
  return { burn_after_each_rao }
}

export function subnetLockCost(input: {
  block: number
  total_issuance_rao: FileInteger
  last_lock_rao: FileInteger
  last_lock_block: number
  lock_reduction_interval_blocks: number
  min_lock_rao: FileInteger
}): unknown {
  const emissionRao = blockEmissionRao(BigInt(input.total_issuance_rao))
  const state = {
    lastLockRao: BigInt(input.last_lock_rao),
    lastLockBlock: input.last_lock_block,
    minLockRao: BigInt(input.min_lock_rao),
    lockReductionIntervalBlocks: input.lock_reduction_interval_blocks,
  }
  return {
    effective_interval_blocks: lockIntervalBlocks(state.lockReductionIntervalBlocks, emissionRao),
    lock_cost_rao: subnetLockCostRao(state, input.block, emissionRao),
  }
}

export function neuronPrune(input: {
  block: number
  immunity_period_blocks: number
  min_non_immune_uids: number
  immune_owner_uids_limit: number
  subnet_owner_hotkey_uid: number | null
  neurons: {
    uid: number
    registered_at_block: number
    emission_alpha: FileInteger
    hotkey_of_subnet_owner: boolean
  }[]
}): unknown {
  const neurons = input.neurons.map((neuron) => ({
    uid: neuron.uid,
    registeredAtBlock: neuron.registered_at_block,
    emissionAlpha: BigInt(neuron.emission_alpha),
    isSubnetOwners: neuron.hotkey_of_subnet_owner,
  }))
  const rule = {
    block: input.block,
    immunityPeriodBlocks: input.immunity_period_blocks,
    minNonImmuneUids: input.min_non_immune_uids,
    ownerImmuneUidsLimit: input.immune_owner_uids_limit,
    ownerHotkeyUid: input.subnet_owner_hotkey_uid,
  }
  return { uid_to_prune: uidToReplace(neurons, rule) }
}

export function weightsMaxUpscale(input: { values: number[] }): unknown {
  return { upscaled: [...maxUpscaledWeights(Uint16Array.from(input.values))] }
}
