import { fits } from '../../checks/index.js'
import { blocksUntilNextEpoch, type EpochSchedule } from '../../emission/index.js'
import { assert } from '../../errors/index.js'
import type { BlockNumber, Netuid } from '../../units/index.js'
import { type RefusalOf, refuse } from '../BlockContext.js'
import type { Range } from '../state/columns.js'
import { type HyperparameterName, hyperparameterNamed, whyNoHyperparameter } from './hyperparameters.js'
import { laterBlock } from './laterBlock.js'
import {
  BOUND_REFUSALS,
  type BoundFacts,
  type Hyperparameter,
  type SettingCheck,
  type SettingRule,
} from './settingRule.js'

/** Why nothing of a kind may be changed now. */
export const NOT_NOW_REFUSALS = ['TxRateLimitExceeded', 'AdminActionProhibitedDuringWeightsWindow'] as const

/** Why a hyperparameter may not be set, in the order in which most are looked at. */
export const SETTING_REFUSALS = [
  'BadOrigin',
  ...NOT_NOW_REFUSALS,
  'SubnetDoesNotExist',
  'NotPermittedOnRootSubnet',
  ...BOUND_REFUSALS,
] as const

export type SettingRefusal = RefusalOf<(typeof SETTING_REFUSALS)[number]>

export type Value = number | bigint | boolean

/** What decides whether a subnet may be changed now. */
export interface SettingFacts extends BoundFacts {
  readonly netuid: Netuid
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
  const { rule } = entry ?? {}
  const checks = (rule?.checksOn?.(facts.config) ?? rule?.checks)?.[facts.by] ?? null
  if (entry === undefined || checks === null) {
    return refuse(
      'BadOrigin',
      entry === undefined ? whyNoHyperparameter(name) : { because: 'rootSetsIt', name },
    )
  }
  for (const check of checks) {
    const refused = CHECKS[check](name, value, facts, entry)
    if (refused !== null) return refused
  }
  return null
}

/**
 * Why nothing of that kind may be changed now: an owner did so a short while ago, or an epoch is about to run.
 *
 * @param what - what is changed, for a person.
 * @param rule - how often an owner may; root always may.
 */
export function whyNotNow(
  what: string,
  rule: Pick<SettingRule<never>, 'limit'>,
  facts: SettingFacts,
): NotNow | null {
  return (facts.by === 'owner' ? whyTooSoon(what, rule, facts) : null) ?? whyFrozen(facts)
}

type NotNow = RefusalOf<(typeof NOT_NOW_REFUSALS)[number]>

type CheckOf = (
  name: HyperparameterName,
  value: Value,
  facts: SettingFacts,
  entry: Hyperparameter<Value>,
) => SettingRefusal | null

const CHECKS: { readonly [C in SettingCheck]: CheckOf } = {
  clock: (name, _value, facts, { rule }) => whyTooSoon(name, rule, facts),
  freeze: (_name, _value, facts) => whyFrozen(facts),
  existence(name, _value, { netuid, exists, isRootSubnet }, { rule }) {
    if (!exists) return refuse('SubnetDoesNotExist', { netuid })
    return isRootSubnet && rule.isNotRoots === true
      ? refuse('NotPermittedOnRootSubnet', { because: 'setting', name })
      : null
  },
  bounds(name, value, facts, entry) {
    const { column, reference, rule } = entry
    if (typeof value !== typeof reference) {
      return refuse('InvalidValue', { because: 'otherType', name, value, type: typeof reference })
    }
    const error = rule.refuses?.(value, facts) ?? (fits(column.check, value) ? null : 'InvalidValue')
    if (error === null) return null
    if (error === 'MechanismDoesNotExist') return refuse(error, { because: 'noSubnet', netuid: facts.netuid })
    if (error === 'LiquidAlphaDisabled') return refuse(error, { name, value })
    const given = { name, value, ...rangeOf(entry, facts) }
    return error === 'InvalidValue'
      ? refuse(error, { because: 'outOfBounds', ...given })
      : refuse(error, given)
  },
}

/** What a hyperparameter may be set to now. */
function rangeOf({ column, rule }: Hyperparameter<Value>, facts: BoundFacts): Range<number | bigint> {
  const range = (rule.range?.(facts) as Range<number | bigint> | undefined) ?? column.range
  assert(range !== undefined, 'a switch breaks no bound')
  return range
}

/** The first change is free. */
function whyTooSoon(
  what: string,
  rule: Pick<SettingRule<never>, 'limit'>,
  { changedAtBlock, block, config, schedule }: SettingFacts,
): NotNow | null {
  const limit = rule.limit?.(config) ?? { per: 'tempos', count: config.ownerHyperparamRateLimitTempos }
  if (changedAtBlock === undefined || limit.per === 'never limited') return null
  const nextBlock = laterBlock(
    changedAtBlock,
    limit.count * (limit.per === 'tempos' ? schedule.tempoBlocks : 1),
  )
  return block < nextBlock
    ? refuse('TxRateLimitExceeded', { because: 'ownerChange', name: what, nextBlock })
    : null
}

/**
 * Why an epoch that is near forbids a change: shortly before it nothing may change, so that nobody is surprised by it. A window of 0 blocks still freezes while a triggered epoch
 * lies ahead.
 */
export function whyFrozen({
  schedule,
  block,
  config: { adminFreezeWindowBlocks },
}: SettingFacts): RefusalOf<'AdminActionProhibitedDuringWeightsWindow'> | null {
  const remaining = blocksUntilNextEpoch(schedule, block)
  if (remaining === null) return null
  const { pendingEpochAtBlock } = schedule
  if (pendingEpochAtBlock <= block && remaining >= adminFreezeWindowBlocks) return null
  const epochAtBlock = pendingEpochAtBlock > block ? pendingEpochAtBlock : laterBlock(block, remaining)
  return refuse('AdminActionProhibitedDuringWeightsWindow', { epochAtBlock })
}
