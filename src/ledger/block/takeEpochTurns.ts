import { type PendingAlpha, takeEpochTurnsUnchecked } from '../../emission/index.js'
import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { clocks, pendings } from '../state/tables.js'
import { changeOwner } from './changeOwner.js'

/** A subnet whose epoch runs in this block, with what it distributes. */
export interface DueEpoch {
  readonly netuid: Netuid
  readonly pending: PendingAlpha
  /** Index of this epoch, from 1. */
  readonly epochIndex: number
}

/**
 * Counts the block on every subnet's clock and drains those whose epoch runs now, before any of them is paid: of a
 * subnet that changes hands now the new owner is paid. Above the limit per block an epoch waits for the next one.
 *
 * @source spec: `spec/chain.md` 1.1
 * PERF: a few nanoseconds per subnet.
 */
export function takeEpochTurns(context: BlockContext): DueEpoch[] {
  const { state, config, scheduler, rules, block } = context
  const { netuids, tempoBlocks } = rules.of(state)
  if (netuids.length === 0) return []
  const columns = state.columnsToEdit(clocks)
  const { lastEpochBlock, pendingEpochAtBlock, blocksSinceLastStep } = columns
  const turns = takeEpochTurnsUnchecked(
    { tempoBlocks, lastEpochBlock, pendingEpochAtBlock, blocksSinceLastStep },
    netuids,
    block,
    scheduler.maxEpochsPerBlock,
    config.epochSafetyNetAtTempo,
  )
  for (const netuid of turns.deferred) context.emit('EpochDeferred', netuid, { toBlock: block + 1 })
  return turns.runs.map((netuid) => {
    const epochIndex = (columns.epochIndex[netuid] ?? 0) + 1
    columns.epochIndex[netuid] = epochIndex
    const pending = drainPending(context, netuid)
    changeOwner(context, netuid)
    return { netuid, epochIndex, pending }
  })
}

function drainPending({ state }: BlockContext, netuid: Netuid): PendingAlpha {
  const pending = state.row(pendings, netuid)
  state.setRow(pendings, netuid, { serverAlpha: 0n, validatorAlpha: 0n, rootAlpha: 0n, ownerCutAlpha: 0n })
  return pending
}
