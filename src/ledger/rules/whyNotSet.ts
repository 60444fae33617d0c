import { fits } from '../../checks/index.js'
import { blocksUntilNextEpoch, type EpochSchedule } from '../../emission/index.js'
import type { BlockNumber } from '../../units/index.js'
import { type RefusalOf, refuse } from '../BlockContext.js'
import { type HyperparameterName, hyperparameterNamed } from './hyperparameters.js'
import {
  BOUND_REFUSALS,
  type BoundFacts,
  type Hyperparameter,
  type SettingCheck,
  type SettingRule,
} from './settingRule.js'

/** Why a hyperparameter may not be set, in the order in which most are looked at. */
export const SETTING_REFUSALS = [
  'BadOrigin',
  'TxRateLimitExceeded',
  'AdminActionProhibitedDuringWeightsWindow',
  'SubnetDoesNotExist',
  'NotPermittedOnRootSubnet',
  ...BOUND_REFUSALS,
] as const

export type SettingRefusal = RefusalOf<(typeof SETTING_REFUSALS)[number]>

export type Value = number | bigint | boolean

/** What decides whether a hyperparameter may be set now. */
export interface SettingFacts extends BoundFacts {
  /** Whether there is such a subnet. Where there is none, `current`, `n` and `schedule` are those of none. */
  readonly exists: boolean
  readonly isRootSubnet: boolean
  readonly block: BlockNumber
  readonly schedule: EpochSchedule
  /** Block of the owner's last change of what has this clock, if there was one. */
  readonly changedAtBlock: number | undefined
}

/**
 * The first check that a change fails; `null` when all hold. Whoever asks is the subnet's owner or root.
 *
 * @source spec: `spec/chain.md` 1.2, 6.7
 */
export function whyNotSet(
  name: HyperparameterName,
  value: Value,
  facts: SettingFacts,
): SettingRefusal | null {
  const entry = hyperparameterNamed(name)
  const checks = entry?.rule.checks[facts.by] ?? null
  if (entry === undefined || checks === null) {
    return refuse('BadOrigin', entry === undefined ? `There is no ${name}.` : `Only root may set ${name}.`)
  }
  for (const check of checks) {
    const refused = CHECKS[check](name, value, facts, entry)
    if (refused !== null) return refused
  }
  return null
}

type CheckOf = (
  name: HyperparameterName,
  value: Value,
  facts: SettingFacts,
  entry: Hyperparameter<Value>,
) => SettingRefusal | null

const CHECKS: { readonly [C in SettingCheck]: CheckOf } = {
  clock: (name, _value, facts, { rule }) =>
    isTooSoon(facts, rule) ? refuse('TxRateLimitExceeded', `${name} was changed a short while ago.`) : null,
  freeze: (_name, _value, facts) =>
    isFrozen(facts.schedule, facts.block, facts.config.adminFreezeWindowBlocks)
      ? refuse('AdminActionProhibitedDuringWeightsWindow', 'An epoch is about to run.')
      : null,
  existence(name, _value, { exists, isRootSubnet }, { rule }) {
    if (!exists) return refuse('SubnetDoesNotExist', 'There is no such subnet.')
    return isRootSubnet && rule.isNotRoots === true
      ? refuse('NotPermittedOnRootSubnet', `Root has no ${name}.`)
      : null
  },
  bounds(name, value, facts, { column, reference, rule }) {
    if (typeof value !== typeof reference) return refuse('InvalidValue', `${name} has another type.`)
    const error = rule.refuses?.(value, facts) ?? (fits(column.check, value) ? null : 'InvalidValue')
    return error === null ? null : refuse(error, `${String(value)} is out of bounds for ${name}.`)
  },
}

/** The first change is free. */
function isTooSoon(
  { changedAtBlock, block, config, schedule }: SettingFacts,
  rule: SettingRule<Value>,
): boolean {
  const limit = rule.limit?.(config) ?? { per: 'tempos', count: config.ownerHyperparamRateLimitTempos }
  if (changedAtBlock === undefined || limit.per === 'never limited') return false
  const blocks = limit.count * (limit.per === 'tempos' ? schedule.tempoBlocks : 1)
  return block - changedAtBlock < blocks
}

/**
 * Shortly before an epoch nothing may change, so that nobody is surprised by it. A window of 0 blocks still freezes while a triggered epoch
 * lies ahead.
 */
function isFrozen(schedule: EpochSchedule, block: BlockNumber, windowBlocks: number): boolean {
  const remaining = blocksUntilNextEpoch(schedule, block)
  if (remaining === null) return false
  return schedule.pendingEpochAtBlock > block || remaining < windowBlocks
}
