import { asHotkey, type Netuid } from '../../units/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import type { ShortStake } from '../children/stakeWeight.js'
import { eventField, holds } from '../events.js'
import { MAIN_MECHANISM } from '../neurons/columns.js'
import { type SetWeightsFacts, whyTooLittleStake } from '../rules/checkSetWeights.js'
import type { AccountId } from '../state/account.js'
import { shortStakeFor, weightsFacts } from './weightsFacts.js'

/** What a batch records besides what its entries do. */
export const batchEvents = {
  /** Some entries were refused: each is told once more by name. */
  BatchCompletedWithErrors: { hotkey: holds.hotkey },
  BatchWeightItemFailed: { hotkey: holds.hotkey, entry: holds.count, error: eventField<string>('string') },
  /** A batch came to its end, whatever became of its entries. */
  BatchWeightsCompleted: { hotkey: holds.hotkey, netuids: eventField<readonly Netuid[]>('Netuid[]') },
} as const

/**
 * Runs the entries of a batch in order, each under the main mechanism of its subnet. Entries that are refused are told by events, and change
 * nothing. Of signed ones the stake is asked for on every subnet before any of them runs.
 *
 * PERF: a few look-ups per entry, and those of the stake for each subnet that is named.
 * @source spec: `spec/chain.md` 8.3
 */
export function runBatch<T extends { readonly netuid: Netuid }>(
  context: BlockContext<typeof batchEvents>,
  signer: AccountId,
  entries: readonly T[],
  apply: (entry: T, facts: SetWeightsFacts) => { readonly error: string } | null,
): RefusalOf<'NotEnoughStakeToSetWeights'> | null {
  const { state } = context
  // Weights and commits move no stake, so it is asked for once however often a subnet is named.
  const asked = new Map<Netuid, ShortStake | null>()
  const factsOf = (netuid: Netuid): SetWeightsFacts => {
    const known = asked.get(netuid)
    const shortStake = known === undefined ? shortStakeFor(context, netuid, signer) : known
    asked.set(netuid, shortStake)
    return weightsFacts(context, netuid, MAIN_MECHANISM, signer, shortStake)
  }
  if (context.isGuarded) {
    for (const { netuid } of entries) {
      const stopped = whyTooLittleStake(factsOf(netuid))
      if (stopped !== null) return stopped
    }
  }
  const hotkey = asHotkey(state.addressOf(signer))
  const failed: { readonly netuid: Netuid; readonly entry: number; readonly error: string }[] = []
  for (const [index, entry] of entries.entries()) {
    const refusal = apply(entry, factsOf(entry.netuid))
    if (refusal !== null) failed.push({ netuid: entry.netuid, entry: index, error: refusal.error })
  }
  if (failed.length > 0) context.emit('BatchCompletedWithErrors', null, { hotkey })
  for (const { netuid, ...failure } of failed) {
    context.emit('BatchWeightItemFailed', netuid, { hotkey, ...failure })
  }
  context.emit('BatchWeightsCompleted', null, { hotkey, netuids: entries.map(({ netuid }) => netuid) })
  return null
}
