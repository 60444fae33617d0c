import { type Alpha, asColdkey, type Netuid } from '../../units/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import { holds } from '../events.js'
import { rootOwedAlpha } from '../rules/rootClaim.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { hyperparameters } from '../state/tables.js'
import { claimRootDividends } from './claimRootDividends.js'
import { rootClaimFacts } from './rootClaims.js'
import { rootHotkeysOf } from './stakingHotkeys.js'
import type { SaleRefusal } from './tradeRefusals.js'

/** What is told of a claim that somebody asked for, where it pays nothing. */
export const CLAIM_EVENTS = {
  /** On the subnet nothing was owed, or with every hotkey less than `leastAlpha`: what is owed in all waits. */
  NothingClaimed: { coldkey: holds.coldkey, owedAlpha: holds.alpha, leastAlpha: holds.alpha },
}

/**
 * Claims root dividends of a coldkey on some subnets, and says on which of them there was nothing to pay. Refused, nothing has changed.
 *
 * @source spec: `spec/chain.md` 10.6
 */
export function claimByCall(
  context: BlockContext<typeof CLAIM_EVENTS>,
  coldkey: AccountId,
  netuids: ReadonlySet<Netuid>,
): RefusalOf<SaleRefusal> | null {
  const { state } = context
  const left = new Set(netuids)
  const ofBlock: BlockContext = context
  const noting: BlockContext = {
    ...ofBlock,
    emit(name, netuid, data) {
      if (name === 'RootClaimed' && netuid !== null) left.delete(netuid)
      ofBlock.emit(name, netuid, data)
    },
  }
  const refusal = claimRootDividends(noting, coldkey, netuids)
  if (refusal !== null) return refusal
  for (const netuid of left) {
    context.emit('NothingClaimed', netuid, {
      coldkey: asColdkey(state.addressOf(coldkey)),
      owedAlpha: owedAlphaOn(state, netuid, coldkey),
      leastAlpha: state.get(hyperparameters, netuid)?.rootClaimThresholdAlpha ?? 0n,
    })
  }
  return null
}

function owedAlphaOn(state: LedgerState, netuid: Netuid, coldkey: AccountId): Alpha {
  let sum = 0n
  for (const hotkey of rootHotkeysOf(state, coldkey))
    sum += rootOwedAlpha(rootClaimFacts(state, { netuid, hotkey, coldkey }))
  return sum
}
