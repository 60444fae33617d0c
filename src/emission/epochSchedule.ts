import type { BlockNumber } from '../units/index.js'

/** Where a subnet stands between two epochs. */
export interface EpochSchedule {
  /** Blocks from one epoch to the next; 0 stops epochs. */
  readonly tempoBlocks: number
  readonly lastEpochBlock: BlockNumber
  /** Block of a triggered or deferred epoch; 0 for none. */
  readonly pendingEpochAtBlock: BlockNumber
  /** Blocks since an epoch last ran, this one included. */
  readonly blocksSinceLastStep: number
}

/** An epoch that did not run for this many blocks, though it came up, runs at once. */
const MAX_TEMPO_BLOCKS = 50_400

/**
 * Whether the subnet's epoch is due in this block.
 *
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `should_run_epoch`
 */
export function isEpochDue(schedule: EpochSchedule, block: BlockNumber): boolean {
  const { tempoBlocks, lastEpochBlock, pendingEpochAtBlock, blocksSinceLastStep } = schedule
  if (tempoBlocks === 0) return false
  if (pendingEpochAtBlock > 0 && block >= pendingEpochAtBlock) return true
  return blocksSinceLastStep > MAX_TEMPO_BLOCKS || Math.max(0, block - lastEpochBlock) >= tempoBlocks
}

/** Blocks until the schedule itself brings an epoch, 0 when it is due or late; `null` without a tempo. */
export function blocksUntilNextEpoch(schedule: EpochSchedule, block: BlockNumber): number | null {
  if (schedule.tempoBlocks === 0) return null
  return Math.max(0, schedule.lastEpochBlock + schedule.tempoBlocks - block)
}

/** Block of the next epoch, triggered ones included; `null` without a tempo. */
export function nextEpochBlock(schedule: EpochSchedule): BlockNumber | null {
  const { tempoBlocks, lastEpochBlock, pendingEpochAtBlock } = schedule
  if (tempoBlocks === 0) return null
  const automatic = lastEpochBlock + tempoBlocks
  return pendingEpochAtBlock > 0 ? Math.min(automatic, pendingEpochAtBlock) : automatic
}

/** Blocks without a sign of life after which a validator counts as inactive: at least 1. */
export function activityCutoffBlocks(factorMilli: number, tempoBlocks: number): number {
  return Math.max(1, Math.floor((factorMilli * tempoBlocks) / 1000))
}

/** `LastEpochBlock` of a subnet registered now: subnets are spread over a tempo by their number. */
export function firstLastEpochBlock(block: BlockNumber, netuid: number, tempoBlocks: number): BlockNumber {
  return tempoBlocks === 0 ? block : Math.max(0, block - (netuid % tempoBlocks))
}

/** What becomes of a subnet's epoch in a block. */
export type EpochTurn =
  /** It is not its time. */
  | 'notDue'
  /** It runs. */
  | 'runs'
  /** Enough epochs ran in this block: it comes again in the next one. */
  | 'deferred'
  /** Its turn passes without a run; what is pending stays for the next. */
  | 'skipped'

/** A subnet at its turn: its schedule and whether its list of hotkeys is sound (no hotkey twice). */
export interface EpochTurnInput {
  readonly schedule: EpochSchedule
  readonly isConsistent: boolean
}

/**
 * The turns of all subnets in a block, in ascending netuid: each counts one more block since its last epoch,
 * and at most `maxEpochsPerBlock` of those that are due run.
 *
 * @returns for each subnet its turn and its schedule afterwards. A subnet that ran or was skipped also goes on
 *   to the next epoch index; one that was deferred does not.
 */
export function takeEpochTurns(
  subnets: readonly EpochTurnInput[],
  block: BlockNumber,
  maxEpochsPerBlock: number,
): { readonly turn: EpochTurn; readonly schedule: EpochSchedule }[] {
  let ran = 0
  return subnets.map(({ schedule, isConsistent }) => {
    const counted = { ...schedule, blocksSinceLastStep: schedule.blocksSinceLastStep + 1 }
    if (!isEpochDue(counted, block)) return { turn: 'notDue', schedule: counted }
    if (ran >= maxEpochsPerBlock) {
      return { turn: 'deferred', schedule: { ...counted, pendingEpochAtBlock: block + 1 } }
    }
    const passed = { ...counted, lastEpochBlock: block, pendingEpochAtBlock: 0 }
    if (!isConsistent) return { turn: 'skipped', schedule: passed }
    ran++
    return { turn: 'runs', schedule: { ...passed, blocksSinceLastStep: 0 } }
  })
}
