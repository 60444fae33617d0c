import type { BlockNumber } from '../units/index.js'
import { assertKnown, assertU16, assertWhole } from './checks.js'

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

const FIELDS = ['tempoBlocks', 'lastEpochBlock', 'pendingEpochAtBlock', 'blocksSinceLastStep'] as const

function assertSchedule(schedule: EpochSchedule, field: string): void {
  assertKnown(schedule, field, FIELDS)
  for (const name of FIELDS) assertWhole(schedule[name], `${field}.${name}`)
}

/** An epoch that did not run for this many blocks, though it came up, runs at once. */
export const MAX_TEMPO_BLOCKS = 50_400

/**
 * Whether the subnet's epoch is due in this block.
 *
 * @throws InvalidArgumentError naming what is wrong.
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `should_run_epoch`
 *
 * @example
 * ```ts
 * import { isEpochDue } from 'subnetkit/emission'
 *
 * const schedule = { tempoBlocks: 10, lastEpochBlock: 5, pendingEpochAtBlock: 0, blocksSinceLastStep: 9 }
 * isEpochDue(schedule, 15) // true
 * ```
 */
export function isEpochDue(schedule: EpochSchedule, block: BlockNumber): boolean {
  assertSchedule(schedule, 'schedule')
  assertWhole(block, 'block')
  const { tempoBlocks, lastEpochBlock, pendingEpochAtBlock, blocksSinceLastStep } = schedule
  return isDueAt(block, tempoBlocks, lastEpochBlock, pendingEpochAtBlock, blocksSinceLastStep)
}

/**
 * The same of a schedule's numbers, which are not checked.
 *
 * @param netBlocks - an epoch that did not run for longer than this runs at once.
 */
export function isDueAt(
  block: BlockNumber,
  tempoBlocks: number,
  lastEpochBlock: BlockNumber,
  pendingEpochAtBlock: BlockNumber,
  blocksSinceLastStep: number,
  netBlocks = MAX_TEMPO_BLOCKS,
): boolean {
  if (tempoBlocks === 0) return false
  if (pendingEpochAtBlock > 0 && block >= pendingEpochAtBlock) return true
  return blocksSinceLastStep > netBlocks || Math.max(0, block - lastEpochBlock) >= tempoBlocks
}

/**
 * Blocks until the schedule itself brings an epoch, 0 when it is due or late; `null` without a tempo.
 *
 * @throws InvalidArgumentError naming what is wrong.
 *
 * @example
 * ```ts
 * import { blocksUntilNextEpoch } from 'subnetkit/emission'
 *
 * const schedule = { tempoBlocks: 10, lastEpochBlock: 5, pendingEpochAtBlock: 0, blocksSinceLastStep: 3 }
 * blocksUntilNextEpoch(schedule, 8) // 7
 * ```
 */
export function blocksUntilNextEpoch(schedule: EpochSchedule, block: BlockNumber): number | null {
  assertSchedule(schedule, 'schedule')
  assertWhole(block, 'block')
  if (schedule.tempoBlocks === 0) return null
  return Math.max(0, schedule.lastEpochBlock + schedule.tempoBlocks - block)
}

/**
 * Block of the next epoch, triggered ones included; `null` without a tempo.
 *
 * @throws InvalidArgumentError naming what is wrong.
 *
 * @example
 * ```ts
 * import { nextEpochBlock } from 'subnetkit/emission'
 *
 * nextEpochBlock({ tempoBlocks: 10, lastEpochBlock: 5, pendingEpochAtBlock: 9, blocksSinceLastStep: 3 }) // 9
 * ```
 */
export function nextEpochBlock(schedule: EpochSchedule): BlockNumber | null {
  assertSchedule(schedule, 'schedule')
  const { tempoBlocks, lastEpochBlock, pendingEpochAtBlock } = schedule
  if (tempoBlocks === 0) return null
  const automatic = lastEpochBlock + tempoBlocks
  return pendingEpochAtBlock > 0 ? Math.min(automatic, pendingEpochAtBlock) : automatic
}

/**
 * Blocks without a sign of life after which a validator counts as inactive: at least 1.
 *
 * @throws InvalidArgumentError when one is no whole number, or their product is too large to be exact.
 *
 * @example
 * ```ts
 * import { activityCutoffBlocks } from 'subnetkit/emission'
 *
 * activityCutoffBlocks(13_889, 360) // 5000
 * ```
 */
export function activityCutoffBlocks(factorMilli: number, tempoBlocks: number): number {
  assertWhole(factorMilli, 'factorMilli')
  assertWhole(tempoBlocks, 'tempoBlocks', Math.floor(Number.MAX_SAFE_INTEGER / Math.max(1, factorMilli)))
  return Math.max(1, Math.floor((factorMilli * tempoBlocks) / 1000))
}

/**
 * `LastEpochBlock` of a subnet registered now: subnets are spread over a tempo by their number.
 *
 * @throws InvalidArgumentError naming what is wrong.
 *
 * @example
 * ```ts
 * import { firstLastEpochBlock } from 'subnetkit/emission'
 *
 * firstLastEpochBlock(100, 3, 10) // 97
 * ```
 */
export function firstLastEpochBlock(block: BlockNumber, netuid: number, tempoBlocks: number): BlockNumber {
  assertWhole(block, 'block')
  assertU16(netuid, 'netuid')
  assertWhole(tempoBlocks, 'tempoBlocks')
  return tempoBlocks === 0 ? block : Math.max(0, block - (netuid % tempoBlocks))
}
