import type { Reason, RefusalKind } from './reason.js'
import { REFUSALS } from './refuse.js'

/** A refusal in words, as the docs show it. */
export interface RefusalDescription {
  readonly name: string
  /** The field `because` of the data, where the name stands for several reasons; otherwise `null`. */
  readonly because: string | null
  /** What is wrong; `{field}` stands for a field of the data. */
  readonly says: string
  /** Fields of the data, each with its type in words. */
  readonly data: readonly { readonly field: string; readonly holds: string }[]
  /** What to do about it; `{field}` as above. */
  readonly remedy: string
}

/**
 * Every refusal of a chain in words, by name: one for each of its reasons.
 *
 * @example
 * ```ts
 * import { describeRefusals } from 'subnetkit/ledger'
 *
 * describeRefusals().find(({ name }) => name === 'SubtokenDisabled')?.data // [{ field: 'netuid', holds: 'Netuid' }]
 * ```
 */
export function describeRefusals(): readonly RefusalDescription[] {
  return Object.entries<RefusalKind>(REFUSALS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, kind]) =>
      'because' in kind
        ? Object.entries(kind.because).map(([because, reason]) => described(name, because, reason))
        : [described(name, null, kind)],
    )
}

function described(name: string, because: string | null, { says, data, remedy }: Reason): RefusalDescription {
  const fields = Object.entries(data).map(([field, { holds }]) => ({ field, holds }))
  return { name, because, says, data: fields, remedy }
}
