import { whyUnfit } from '../../checks/index.js'
import type { BoundFacts, Hyperparameter } from './settingRule.js'

/** What a hyperparameter's value may be, in words; settings that they name come with their values. */
export function boundsInWords(
  entry: Hyperparameter<unknown>,
  value: unknown,
  { current, config }: BoundFacts,
): string {
  if (entry.rule.bounds === undefined) return boundsOfColumn(entry, value)
  const settings: { readonly [name: string]: unknown } = { ...config, ...current }
  return entry.rule.bounds.replace(/`(\w+)`/g, (_, name: string) =>
    Object.hasOwn(settings, name) ? `${name} (${String(settings[name])})` : name,
  )
}

/** What the column of a hyperparameter holds, in words. @param value - one that it does not. */
export function boundsOfColumn({ column }: Pick<Hyperparameter<unknown>, 'column'>, value: unknown): string {
  return (whyUnfit(column.check, value) ?? '').replace(/^Pass |\.$/g, '')
}
