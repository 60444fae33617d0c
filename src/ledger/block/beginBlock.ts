import { epochEmissionAlpha } from '../../emission/index.js'
import type { BlockContext } from '../BlockContext.js'
import { forgetSwaps } from '../keys/swapClocks.js'
import { applyPendingChildren } from './applyPendingChildren.js'
import { claimForDrawn } from './claimForDrawn.js'
import { countRootRegistrationsAnew } from './countRootRegistrationsAnew.js'
import { decayBurns } from './decayBurns.js'
import { emitBlock } from './emitBlock.js'
import { epochFacts } from './epochFacts.js'
import { indexRootStakers } from './indexRootStakers.js'
import { movePrices } from './movePrices.js'
import { payEpoch } from './payEpoch.js'
import { revealCommitments } from './revealCommitments.js'
import { revealTimelocked } from './revealTimelocked.js'
import { runSubnetEpoch } from './runSubnetEpoch.js'
import { takeEpochTurns } from './takeEpochTurns.js'

/**
 * The chain's own work in a block, before any call: registration gets cheaper, time-locked weights open, TAO is minted and shared, due epochs run and are paid,
 * price averages move, children that waited for the epoch come, some coldkeys have their root dividends claimed, and locked fields of commitments open.
 *
 * @source spec: `spec/chain.md` 1.3
 */
export function beginBlock(context: BlockContext): void {
  forgetSwaps(context)
  decayBurns(context)
  countRootRegistrationsAnew(context)
  const commitments = revealTimelocked(context)
  emitBlock(context)
  const due = takeEpochTurns(context)
  for (const { netuid, pending, epochIndex } of due) {
    const facts = epochFacts(context.state, context.config, netuid)
    const emissionAlpha = epochEmissionAlpha(pending)
    const decided = runSubnetEpoch(context, facts, emissionAlpha)
    context.emit('EpochRan', netuid, { epochIndex, emissionAlpha, pending })
    payEpoch(context, facts, pending, decided)
  }
  movePrices(context)
  for (const { netuid } of due) applyPendingChildren(context, netuid)
  claimForDrawn(context)
  indexRootStakers(context)
  revealCommitments(context, commitments)
}
