import { fits } from '../../checks/index.js'
import { blocksUntilNextEpoch, type EpochSchedule } from '../../emission/index.js'
import type { BlockNumber } from '../../units/index.js'
import { type RefusalOf, refuse } from '../BlockContext.js'
import { type HyperparameterName, hyperparameterNamed } from './hyperparameters.js'
import {
  BOUND_REFUSALS,
  type BoundFacts,
  type BoundRefusal,
  type Hyperparameter,
  type SettingCheck,
  type SettingRule,
} from './settingRule.js'

/** Why nothing of a subnet may be changed now, in the order in which most are looked at. */
export const CHANGE_REFUSALS = [
  'BadOrigin',
  'TxRateLimitExceeded',
  'AdminActionProhibitedDuringWeightsWindow',
  'SubnetDoesNotExist',
  'NotPermittedOnRootSubnet',
] as const

/** Why a hyperparameter may not be set. */
export const SETTING_REFUSALS = [...CHANGE_REFUSALS, ...BOUND_REFUSALS] as const

export type SettingRefusal = RefusalOf<(typeof SETTING_REFUSALS)[number]>

export type Value = number | bigint | boolean

/** What decides whether a subnet may be changed now. */
export interface SettingFacts extends BoundFacts {
  readonly isRootSubnet: boolean
  readonly block: BlockNumber
  /** Of a subnet that is not there: that of none. */
  readonly schedule: EpochSchedule
  /** Block of the owner's last change of what has this clock, if there was one. */
  readonly changedAtBlock: number | undefined
}

/**
 * The first check that a change of a hyperparameter fails; `null` when all hold. Whoever asks is the subnet's owner or root.
 *
 * @source spec: `spec/chain.md` 1.2, 6.7
 */
export function whyNotSet(
  name: HyperparameterName,
  value: Value,
  facts: SettingFacts,
): SettingRefusal | null {
  const entry = hyperparameterNamed(name)
  if (entry === undefined) return refuse('BadOrigin', `There is no ${name}.`)
  return whyNotChange(name, entry.rule, facts, () => whyOutOfBounds(name, value, facts, entry))
}

/** Why a subnet may not be changed, whatever is changed. */
export type ChangeRefusal = RefusalOf<(typeof CHANGE_REFUSALS)[number]>

/** Who may change something of a subnet, and when. */
export type ChangeRule = Pick<SettingRule<never>, 'checks' | 'limit' | 'isNotRoots'>

/**
 * The same for whatever else owners and root change.
 *
 * @param what - what is changed, for a person.
 * @param bounds - why it may not become what it is to become.
 */
export function whyNotChange<R extends RefusalOf<string>>(
  what: string,
  rule: ChangeRule,
  facts: SettingFacts,
  bounds: () => R | null,
): ChangeRefusal | R | null {
  const checks = rule.checks[facts.by]
  if (checks === null) return refuse('BadOrigin', `Only root may set ${what}.`)
  for (const check of checks) {
    const refused = check === 'bounds' ? bounds() : CHECKS[check](what, facts, rule)
    if (refused !== null) return refused
  }
  return null
}

type CheckOf = (what: string, facts: SettingFacts, rule: ChangeRule) => ChangeRefusal | null

const CHECKS: { readonly [C in Exclude<SettingCheck, 'bounds'>]: CheckOf } = {
  clock: (what, facts, rule) =>
    isTooSoon(facts, rule) ? refuse('TxRateLimitExceeded', `${what} was changed a short while ago.`) : null,
  freeze: (_what, facts) =>
    isFrozen(facts.schedule, facts.block, facts.config.adminFreezeWindowBlocks)
      ? refuse('AdminActionProhibitedDuringWeightsWindow', 'An epoch is about to run.')
      : null,
  existence(what, { exists, isRootSubnet }, rule) {
    if (!exists) return refuse('SubnetDoesNotExist', 'There is no such subnet.')
    return isRootSubnet && rule.isNotRoots === true
      ? refuse('NotPermittedOnRootSubnet', `Root has no ${what}.`)
      : null
  },
}

function whyOutOfBounds(
  name: HyperparameterName,
  value: Value,
  facts: SettingFacts,
  { column, reference, rule }: Hyperparameter<Value>,
): RefusalOf<BoundRefusal> | null {
  if (typeof value !== typeof reference) return refuse('InvalidValue', `${name} has another type.`)
  const error = rule.refuses?.(value, facts) ?? (fits(column.check, value) ? null : 'InvalidValue')
  return error === null ? null : refuse(error, `${String(value)} is out of bounds for ${name}.`)
}

/** The first change is free. */
function isTooSoon({ changedAtBlock, block, config, schedule }: SettingFacts, rule: ChangeRule): boolean {
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
