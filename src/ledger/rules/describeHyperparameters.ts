import { REFERENCE_SETTINGS } from '../config.js'
import { HYPERPARAMETERS, type HyperparameterName } from './hyperparameters.js'
import type { ChangeLimit, Hyperparameter, SettingRule } from './settingRule.js'

/** A hyperparameter in words, as the docs and the command line show it. */
export interface HyperparameterDescription {
  readonly name: HyperparameterName
  /** What it decides. */
  readonly says: string
  /** What a new subnet of the reference chain starts with. */
  readonly reference: number | bigint | boolean
  readonly setBy: 'owner, root' | 'root'
  /** Its bounds beyond what it can hold; empty where there are none. */
  readonly bounds: string
  /** How often an owner may change it on the reference chain; empty where only root may. */
  readonly ownerMay: string
  /** Whether the epoch reads it. */
  readonly isOfEpoch: boolean
}

/**
 * Every hyperparameter of a subnet in words, in the order in which a state holds them.
 *
 * @source spec: `spec/chain.md` 6.7
 *
 * @example
 * ```ts
 * import { describeHyperparameters } from 'subnetkit/ledger'
 *
 * describeHyperparameters()[0]?.name // 'tempoBlocks'
 * ```
 */
export function describeHyperparameters(): readonly HyperparameterDescription[] {
  return Object.entries<Hyperparameter<unknown>>(HYPERPARAMETERS).map(([name, entry]) => ({
    name: name as HyperparameterName,
    says: entry.says,
    reference: entry.reference as number | bigint | boolean,
    setBy: entry.rule.checks.owner === null ? 'root' : 'owner, root',
    bounds: entry.rule.bounds ?? '',
    ownerMay: entry.rule.checks.owner === null ? '' : howOften(entry.rule),
    isOfEpoch: entry.isOfEpoch,
  }))
}

function howOften(rule: SettingRule<unknown>): string {
  const { ownerHyperparamRateLimitTempos: count } = REFERENCE_SETTINGS
  const limit: ChangeLimit = rule.limit?.(REFERENCE_SETTINGS) ?? { per: 'tempos', count }
  return limit.per === 'never limited' ? 'always' : `once in ${limit.count} ${limit.per}`
}
