import type { BlockNumber } from '../units/index.js'
import { assertFlag, assertKnown, assertList, assertU16, assertWhole, hasOnly } from './checks.js'

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
const TURN_FIELDS = ['schedule', 'isConsistent']

function assertSchedule(schedule: EpochSchedule, field: string): void {
  if (isSchedule(schedule)) return
  assertKnown(schedule, field, FIELDS)
  for (const name of FIELDS) assertWhole(schedule[name], `${field}.${name}`)
}

function isSchedule(schedule: EpochSchedule): boolean {
  if (!hasOnly(schedule, FIELDS)) return false
  for (const name of FIELDS) if (!Number.isSafeInteger(schedule[name]) || schedule[name] < 0) return false
  return true
}

/** An epoch that did not run for this many blocks, though it came up, runs at once. */
const MAX_TEMPO_BLOCKS = 50_400

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
  return isDue(schedule, block)
}

function isDue(schedule: EpochSchedule, block: BlockNumber): boolean {
  const { tempoBlocks, lastEpochBlock, pendingEpochAtBlock, blocksSinceLastStep } = schedule
  if (tempoBlocks === 0) return false
  if (pendingEpochAtBlock > 0 && block >= pendingEpochAtBlock) return true
  return blocksSinceLastStep > MAX_TEMPO_BLOCKS || Math.max(0, block - lastEpochBlock) >= tempoBlocks
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
 * @throws InvalidArgumentError naming what is wrong (`subnets[2].schedule.tempoBlocks`).
 *
 * @example
 * ```ts
 * import { takeEpochTurns } from 'subnetkit/emission'
 *
 * const schedule = { tempoBlocks: 10, lastEpochBlock: 5, pendingEpochAtBlock: 0, blocksSinceLastStep: 9 }
 * takeEpochTurns([{ schedule, isConsistent: true }], 15, 2)[0]?.turn // 'runs'
 * ```
 */
export function takeEpochTurns(
  subnets: readonly EpochTurnInput[],
  block: BlockNumber,
  maxEpochsPerBlock: number,
): { readonly turn: EpochTurn; readonly schedule: EpochSchedule }[] {
  assertList(subnets, 'subnets')
  assertWhole(block, 'block', Number.MAX_SAFE_INTEGER - 1)
  assertWhole(maxEpochsPerBlock, 'maxEpochsPerBlock')
  subnets.forEach((subnet, at) => {
    if (
      hasOnly(subnet, TURN_FIELDS) &&
      isSchedule(subnet.schedule) &&
      typeof subnet.isConsistent === 'boolean'
    )
      return
    const field = `subnets[${at}]`
    assertKnown(subnet, field, TURN_FIELDS)
    assertSchedule(subnet.schedule, `${field}.schedule`)
    assertFlag(subnet.isConsistent, `${field}.isConsistent`)
  })
  let ran = 0
  return subnets.map(({ schedule, isConsistent }) => {
    const counted = { ...schedule, blocksSinceLastStep: schedule.blocksSinceLastStep + 1 }
    if (!isDue(counted, block)) return { turn: 'notDue', schedule: counted }
    if (ran >= maxEpochsPerBlock) {
      return { turn: 'deferred', schedule: { ...counted, pendingEpochAtBlock: block + 1 } }
    }
    const passed = { ...counted, lastEpochBlock: block, pendingEpochAtBlock: 0 }
    if (!isConsistent) return { turn: 'skipped', schedule: passed }
    ran++
    return { turn: 'runs', schedule: { ...passed, blocksSinceLastStep: 0 } }
  })
}
