import { InvalidArgumentError } from '../../errors/index.js'
import {
  isShortForm,
  type ProtocolMechanism,
  type RoundLimits,
  roundLimitsOf,
  type SoldSynapse,
} from '../../mechanism/index.js'
import type { StreamSynapse, Synapse } from '../../synapse/index.js'
import { SoldRows } from './SoldRows.js'

/** The deadline of an ask that is given none. */
const TIMEOUT_MS = 1_000

/** A synapse that is sold, how miners are asked for customers, and what is kept of it. */
export interface Sale {
  readonly synapse: Synapse | StreamSynapse
  readonly keep: SoldSynapse['keep']
  readonly timeoutMs: number
  readonly limits: RoundLimits
  readonly rows: SoldRows
}

/** What is looked at of a mechanism. */
type Selling = Partial<Pick<ProtocolMechanism, 'sells' | 'roundLimits' | 'waits'>> & {
  readonly synapse?: { readonly name: string }
  readonly answerTimeoutMs?: number
}

/** What a mechanism sells, by name. @throws InvalidArgumentError where that is nothing. */
export function salesOf(mechanism: Selling): ReadonlyMap<string, Sale> {
  const limits = roundLimitsOf(mechanism)
  if ((mechanism.sells ?? []).length === 0) {
    throw new InvalidArgumentError({
      field: 'customers',
      value: mechanism.sells,
      remedy: 'Name in sells of the mechanism what customers may ask, or leave the option out.',
    })
  }
  const bounds = { maxWeight: limits.soldBytes, maxRows: limits.soldRows }
  return new Map(
    (mechanism.sells ?? []).map(({ synapse, keep, timeoutMs = ownTimeoutMs(mechanism, synapse) }) => [
      synapse.name,
      { synapse, keep, timeoutMs, limits, rows: new SoldRows(keep, bounds) },
    ]),
  )
}

/** That of own asks, where it is known. */
function ownTimeoutMs(mechanism: Selling, { name }: { readonly name: string }): number {
  const isOwn = isShortForm(mechanism) && mechanism.synapse?.name === name
  return (isOwn ? mechanism.answerTimeoutMs : undefined) ?? TIMEOUT_MS
}
