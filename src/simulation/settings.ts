import { referencePreset } from '../chain/index.js'
import type { ChainConfig, ChainSettings, Hyperparameters } from '../ledger/index.js'
import { lockIntervalOf, presetOf } from './needs.js'
import type { SimulationPlan } from './options.js'

/** A setting in which a simulation differs from the reference chain. */
export interface SettingChange {
  readonly name: string
  readonly value: unknown
  /** What the reference chain has. */
  readonly reference: unknown
  /** Why a simulation sets it otherwise; `null` where the preset or the caller does. */
  readonly why: string | null
}

/** Twice the registration price's raw unit: a registration leaves the price as it is. */
const NO_INCREASE_BITS = 1n << 64n

/** Why a simulation needs what it changes. */
const WHY: Readonly<Record<string, string>> = {
  testOriginAllowed: 'calls enter without signatures, which would take longer than all the rest',
  callOrder: 'calls run in the order in which they are made',
  stateHashEveryBlocks: 'the state is hashed once a tempo',
  emissionEnabledAtRegistration: 'root, which would allow it, is nobody here',
  networkRateLimitBlocks: 'all subnets are founded at the start',
  lockReductionIntervalBlocks: 'and each at the lowest price',
  subnetLimit: 'room for the subnets asked for',
  initialBurnRao: 'neurons register at the lowest price',
  maxEpochsPerBlock: 'so that every epoch runs when it is due',
  rootClaimsPerBlock: 'root dividends gather unclaimed',
  tempoBlocks: 'asked for',
  burnIncreaseMultBits: 'and their registrations do not raise it',
  maxAllowedValidators: 'every validator, and the owner, may have a permit',
  commitRevealEnabled: 'weights enter openly',
  weightsSetRateLimitBlocks: 'validators speak as often as was asked for',
}

/** The chain that a simulation runs on. */
export function configOf(plan: SimulationPlan): ChainConfig {
  const base = presetOf(plan).config
  const settings: Partial<ChainSettings> = {
    testOriginAllowed: true,
    callOrder: 'given',
    stateHashEveryBlocks: plan.tempoBlocks,
    emissionEnabledAtRegistration: true,
    networkRateLimitBlocks: 0,
    lockReductionIntervalBlocks: lockIntervalOf(plan),
    subnetLimit: Math.max(base.subnetLimit, plan.subnets),
    initialBurnRao: base.hyperparameters.minBurnRao,
    maxEpochsPerBlock: Math.max(base.maxEpochsPerBlock, 1 + Math.ceil(plan.subnets / plan.tempoBlocks)),
    rootClaimsPerBlock: 0,
  }
  const hyperparameters: Partial<Hyperparameters> = {
    tempoBlocks: plan.tempoBlocks,
    burnIncreaseMultBits: NO_INCREASE_BITS,
    maxAllowedValidators: Math.max(base.hyperparameters.maxAllowedValidators, plan.validators + 1),
    commitRevealEnabled: false,
    weightsSetRateLimitBlocks: Math.min(
      base.hyperparameters.weightsSetRateLimitBlocks,
      plan.weightsEveryBlocks,
    ),
  }
  return {
    ...base,
    ...settings,
    ...plan.config,
    chainId: 'simulation',
    hyperparameters: { ...base.hyperparameters, ...hyperparameters, ...plan.hyperparameters },
  }
}

/** Every setting in which a simulation's chain differs from the reference. */
export function changesOf(plan: SimulationPlan): readonly SettingChange[] {
  const chosen = new Set([...Object.keys(plan.config), ...Object.keys(plan.hyperparameters)])
  const before = flat(referencePreset.config)
  return Object.entries(flat(configOf(plan))).flatMap(([name, value]) => {
    const reference = before[name]
    if (value === reference) return []
    return [{ name, value, reference, why: chosen.has(name) ? null : (WHY[name] ?? null) }]
  })
}

function flat({ hyperparameters, chainId: _, ...settings }: ChainConfig): Readonly<Record<string, unknown>> {
  return { ...settings, ...hyperparameters }
}
