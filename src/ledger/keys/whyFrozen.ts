import { asColdkey } from '../../units/index.js'
import { type RefusalOf, refuse } from '../refusals/refuse.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { coldkeySwaps } from '../state/tables.js'

/**
 * What of a coldkey's swap may go on while a call of the kind is made: nothing for most, an announcement for those that end it, a dispute as well for
 * what root decides.
 */
export type SwapStage = 'none' | 'announced' | 'disputed'

/** Why an account signs nothing for now, whatever it wants. */
export const FROZEN_REFUSALS = ['ColdkeySwapAnnounced', 'ColdkeySwapDisputed'] as const

export type FrozenRefusal = RefusalOf<(typeof FROZEN_REFUSALS)[number]>

/**
 * Why an account that announced the swap of its coldkey may not sign a call: until the swap is over it signs what ends it, and nothing while the swap is
 * disputed.
 *
 * @source spec: `spec/chain.md` 8.1 guard a, 10.7
 * PERF: one look-up.
 */
export function whyFrozen(state: LedgerState, signer: AccountId, during: SwapStage): FrozenRefusal | null {
  if (during === 'disputed') return null
  const swap = state.get(coldkeySwaps, signer)
  if (swap === undefined) return null
  const coldkey = asColdkey(state.addressOf(signer))
  const { readyAtBlock, disputedAtBlock } = swap
  if (disputedAtBlock !== null) return refuse('ColdkeySwapDisputed', { coldkey, disputedAtBlock })
  return during === 'announced' ? null : refuse('ColdkeySwapAnnounced', { coldkey, readyAtBlock })
}
