import { epochEmissionAlpha } from '../../emission/index.js'
import type { BlockContext } from '../BlockContext.js'
import { decayBurns } from './decayBurns.js'
import { emitBlock } from './emitBlock.js'
import { epochFacts } from './epochFacts.js'
import { payEpoch } from './payEpoch.js'
import { runSubnetEpoch } from './runSubnetEpoch.js'
import { takeEpochTurns } from './takeEpochTurns.js'

/**
 * The chain's own work in a block, before any call: prices fall, TAO is minted and shared, and due epochs run
 * and are paid.
 *
 * @source spec: `spec/chain.md` 1.3
 */
export function beginBlock(context: BlockContext): void {
  decayBurns(context)
  emitBlock(context)
  for (const { netuid, pending, epochIndex } of takeEpochTurns(context)) {
    const facts = epochFacts(context.state, context.config, netuid)
    const emissionAlpha = epochEmissionAlpha(pending)
    const decided = runSubnetEpoch(context, facts, emissionAlpha)
    context.emit('EpochRan', netuid, { epochIndex, emissionAlpha })
    payEpoch(context, facts, pending, decided)
  }
}
