import { describe, expect, it } from 'vitest'
import { referencePreset } from '../../src/chain/index.js'
import { type HyperparameterName, REFERENCE_HYPERPARAMETERS } from '../../src/ledger/index.js'
import { type SettingFacts, type Value, whyNotSet } from '../../src/ledger/rules/whyNotSet.js'
import { vectorFiles } from './vectorsDir.js'

interface Case {
  readonly input: {
    readonly item: string
    readonly value: number | boolean | string | readonly [number, number] | null
    readonly signer: 'owner' | 'root' | 'other'
    readonly netuid: number
    readonly exists: boolean
    readonly block: number
    readonly tempo: number
    readonly last_epoch_block: number
    readonly pending_epoch_at: number
    readonly admin_freeze_window_blocks: number
    readonly last_change_block: number
    readonly n: number
    readonly min_allowed_uids: number
    readonly max_allowed_uids: number
    readonly min_burn_rao: number
    readonly max_burn_rao: number
    readonly liquid_alpha_enabled: boolean
  }
  readonly expected: { readonly error: string | null }
}

const cases = vectorFiles('ledger')
  .filter(({ name }) => name === 'hyperparameter_calls.json')
  .flatMap(({ content }) => (content as { readonly cases: readonly Case[] }).cases)

/** Hyperparameters by the reference's items; those that are not here have other calls, or none yet. */
const NAMES: { readonly [item: string]: HyperparameterName } = {
  alpha_sigmoid_steepness: 'alphaSigmoidSteepnessHundredths',
  bonds_moving_average: 'bondsMovingAveragePpm',
  bonds_penalty: 'bondsPenaltyU16',
  burn_half_life: 'burnHalfLifeBlocks',
  burn_increase_mult_u64f64: 'burnIncreaseMultBits',
  commit_reveal_weights_enabled: 'commitRevealEnabled',
  immunity_period: 'immunityPeriodBlocks',
  kappa: 'kappaU16',
  liquid_alpha_enabled: 'liquidAlphaEnabled',
  max_allowed_uids: 'maxAllowedUids',
  max_allowed_validators: 'maxAllowedValidators',
  max_burn: 'maxBurnRao',
  min_allowed_uids: 'minAllowedUids',
  min_allowed_weights: 'minAllowedWeights',
  min_burn: 'minBurnRao',
  min_non_immune_uids: 'minNonImmuneUids',
  network_registration_allowed: 'registrationAllowed',
  owner_cut_enabled: 'ownerCutEnabled',
  owner_immune_neuron_limit: 'ownerImmuneUidsLimit',
  recycle_or_burn: 'ownerIncentiveIsRecycled',
  rho: 'rhoU16',
  serving_rate_limit: 'servingRateLimitBlocks',
  set_activity_cutoff_factor: 'activityCutoffFactorMilli',
  set_tempo: 'tempoBlocks',
  tempo: 'tempoBlocks',
  weights_set_rate_limit: 'weightsSetRateLimitBlocks',
  weights_version_key: 'weightsVersionKey',
  yuma3_enabled: 'yuma3Enabled',
}

/** The call of an item that has two is another for root than for owners; here both are one. */
function isOfOtherCall({ item, signer }: Case['input']): boolean {
  return (item === 'set_tempo' && signer === 'root') || (item === 'tempo' && signer === 'owner')
}

function givenValue({ item, value }: Case['input'], name: HyperparameterName): Value {
  if (item === 'recycle_or_burn') return value === 'Recycle'
  return typeof REFERENCE_HYPERPARAMETERS[name] === 'bigint' ? BigInt(value as string) : (value as Value)
}

function factsOf(input: Case['input'], by: 'owner' | 'root'): SettingFacts {
  return {
    by,
    exists: input.exists,
    block: input.block,
    n: input.n,
    schedule: {
      tempoBlocks: input.tempo,
      lastEpochBlock: input.last_epoch_block,
      pendingEpochAtBlock: input.pending_epoch_at,
      blocksSinceLastStep: 0,
    },
    changedAtBlock: input.last_change_block === 0 ? undefined : input.last_change_block,
    config: { ...referencePreset.config, adminFreezeWindowBlocks: input.admin_freeze_window_blocks },
    current: {
      ...REFERENCE_HYPERPARAMETERS,
      minAllowedUids: input.min_allowed_uids,
      maxAllowedUids: input.max_allowed_uids,
      minBurnRao: BigInt(input.min_burn_rao),
      maxBurnRao: BigInt(input.max_burn_rao),
      liquidAlphaEnabled: input.liquid_alpha_enabled,
    },
  }
}

const errorOf = (name: HyperparameterName, value: Value, facts: SettingFacts): string | null =>
  whyNotSet(name, value, facts)?.error ?? null

/** Where the reference says something that cannot be here. */
function ours({ input, expected }: Case): string | null {
  const { error } = expected
  // A setting of a subnet that is not there has no place.
  if (error === null && !input.exists) return 'SubnetDoesNotExist'
  // There is one mechanism.
  if (error === 'TooManyUIDsPerMechanism') return null
  // An epoch that never comes is no tempo here.
  if (error === null && input.item === 'tempo' && input.value === 0) return 'InvalidValue'
  return error
}

describe('setting a hyperparameter', () => {
  it.each(Object.keys(NAMES))('refuses %s as the vectors say', (item) => {
    const name = NAMES[item] as HyperparameterName
    const ofItem = cases.filter(({ input }) => input.item === item && !isOfOtherCall(input))
    expect(ofItem.length).toBeGreaterThan(15)
    for (const one of ofItem) {
      const { input } = one
      // The call itself refuses others, and there is no root subnet yet.
      if (input.signer === 'other' || input.netuid === 0) continue
      expect([input, errorOf(name, givenValue(input, name), factsOf(input, input.signer))]).toEqual([
        input,
        ours(one),
      ])
    }
  })

  it('refuses alpha values as the vectors say, one beside the other', () => {
    for (const one of cases.filter(({ input }) => input.item === 'alpha_values')) {
      const { input } = one
      if (input.signer === 'other' || input.netuid === 0) continue
      const [alphaLowU16, alphaHighU16] = input.value as readonly [number, number]
      const facts = factsOf(input, input.signer)
      const current = { ...facts.current, alphaLowU16, alphaHighU16 }
      expect(errorOf('alphaLowU16', alphaLowU16, { ...facts, current })).toBe(ours(one))
      expect(errorOf('alphaHighU16', alphaHighU16, { ...facts, current })).toBe(ours(one))
    }
  })
})
