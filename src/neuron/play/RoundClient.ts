import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Dendrite } from '../../dendrite/index.js'

/** The part of a `Dendrite` that a round needs. */
export type RoundClient = Pick<Dendrite, 'call' | 'stream'>

const asItIs: StandardSchemaV1<unknown, never> = {
  '~standard': { version: 1, vendor: 'subnetkit', validate: (value) => ({ value: value as never }) },
}

/** By synapse: what is looked at once for each. */
const known = new WeakMap<object, object>()

/** A synapse whose requests have been checked: that of all miners is checked once. */
export function forChecked<S extends { readonly request: unknown }>(synapse: S): S {
  const before = known.get(synapse)
  if (before !== undefined) return before as S
  const checked = { ...synapse, request: asItIs }
  known.set(synapse, checked)
  return checked
}
