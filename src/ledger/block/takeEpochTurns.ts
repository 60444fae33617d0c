import type { PendingAlpha } from '../../emission/index.js'
import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { scheduleOf } from '../state/schedule.js'

/** A subnet whose epoch runs in this block, with what it distributes. */
export interface DueEpoch {
  readonly netuid: Netuid
  readonly pending: PendingAlpha
  /** Index of this epoch, from 1. */
  readonly epochIndex: number
}

/**
 * Counts the block on every subnet's clock and drains those whose epoch runs now, before any of them is paid.
 * Above the limit per block an epoch waits for the next one.
 *
 * @source spec: `spec/chain.md` 1.1
 */
export function takeEpochTurns(context: BlockContext): DueEpoch[] {
  const { state, scheduler, block } = context
  const netuids = state.netuids()
  // Members are unique by their ids, so no subnet can hold a hotkey twice.
  const turns = scheduler.takeTurns(
    netuids.map((netuid) => ({ schedule: scheduleOf(state, netuid), isConsistent: true })),
    block,
  )
  const due: DueEpoch[] = []
  for (const [index, netuid] of netuids.entries()) {
    const { turn, schedule } = turns[index]!
    const epochIndex = state.clock(netuid).epochIndex + (turn === 'runs' ? 1 : 0)
    state.setClock(netuid, {
      lastEpochBlock: schedule.lastEpochBlock,
      pendingEpochAt: schedule.pendingEpochAtBlock,
      blocksSinceLastStep: schedule.blocksSinceLastStep,
      epochIndex,
    })
    if (turn === 'deferred') context.emit('EpochDeferred', netuid, { toBlock: block + 1 })
    if (turn === 'runs') due.push({ netuid, epochIndex, pending: drainPending(context, netuid) })
  }
  return due
}

function drainPending({ state }: BlockContext, netuid: Netuid): PendingAlpha {
  const { pendingServer, pendingValidator, pendingRoot, pendingOwnerCut } = state.pool(netuid)
  state.setPool(netuid, { pendingServer: 0n, pendingValidator: 0n, pendingRoot: 0n, pendingOwnerCut: 0n })
  return {
    serverAlpha: pendingServer,
    validatorAlpha: pendingValidator,
    rootAlpha: pendingRoot,
    ownerCutAlpha: pendingOwnerCut,
  }
}
