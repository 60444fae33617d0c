import { type PendingAlpha, takeEpochTurnsUnchecked } from '../../emission/index.js'
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
  const schedules = netuids.map((netuid) => scheduleOf(state, netuid))
  const clocks = {
    tempoBlocks: schedules.map(({ tempoBlocks }) => tempoBlocks),
    lastEpochBlock: schedules.map(({ lastEpochBlock }) => lastEpochBlock),
    pendingEpochAtBlock: schedules.map(({ pendingEpochAtBlock }) => pendingEpochAtBlock),
    blocksSinceLastStep: schedules.map(({ blocksSinceLastStep }) => blocksSinceLastStep),
  }
  const slots = [...netuids.keys()]
  const { runs, deferred } = takeEpochTurnsUnchecked(clocks, slots, block, scheduler.maxEpochsPerBlock)
  const due: DueEpoch[] = []
  for (const [slot, netuid] of netuids.entries()) {
    const isRun = runs.includes(slot)
    const epochIndex = state.clock(netuid).epochIndex + (isRun ? 1 : 0)
    state.setClock(netuid, {
      lastEpochBlock: clocks.lastEpochBlock[slot]!,
      pendingEpochAt: clocks.pendingEpochAtBlock[slot]!,
      blocksSinceLastStep: clocks.blocksSinceLastStep[slot]!,
      epochIndex,
    })
    if (deferred.includes(slot)) context.emit('EpochDeferred', netuid, { toBlock: block + 1 })
    if (isRun) due.push({ netuid, epochIndex, pending: drainPending(context, netuid) })
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
