import { assert } from '../errors/index.js'
import type { BlockNumber } from '../units/index.js'
import {
  assertFlag,
  assertKnown,
  assertLength,
  assertList,
  assertNumbers,
  assertWhole,
  eachOf,
  refuse,
} from './checks.js'
import { isDueAt, MAX_TEMPO_BLOCKS } from './epochSchedule.js'

/** Numbers by slot, written in place: a list or a typed array. */
export interface NumberColumn {
  readonly length: number
  [slot: number]: number
}

/** Where subnets stand between two epochs: `EpochSchedule` in columns, one entry per slot. */
export interface EpochClocks {
  readonly tempoBlocks: ArrayLike<number>
  readonly lastEpochBlock: NumberColumn
  readonly pendingEpochAtBlock: NumberColumn
  readonly blocksSinceLastStep: NumberColumn
}

/** Slots of the subnets whose epochs are due in a block, in the order given. */
export interface EpochTurns {
  readonly runs: readonly number[]
  /** Enough epochs ran in this block: these come again in the next one. */
  readonly deferred: readonly number[]
}

const COLUMNS = ['tempoBlocks', 'lastEpochBlock', 'pendingEpochAtBlock', 'blocksSinceLastStep'] as const

/**
 * The turns of all subnets in a block: each counts one more block since its last epoch, and at most
 * `maxEpochsPerBlock` of those that are due run. The clocks are moved in place; one that ran also goes on to the
 * next epoch index, one that was deferred does not.
 *
 * @param slots - the subnets' places in the columns, ascending by netuid, which is the order of turns.
 * @param isNetAtTempo - whether an epoch that did not run for longer than a tempo runs at once, and the count stops there, as in the
 *   reference's newer tree; otherwise the net is 50,400 blocks wide.
 * @throws InvalidArgumentError naming what is wrong (`clocks.tempoBlocks[2]`); nothing is moved then.
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending`
 *
 * @example
 * ```ts
 * import { takeEpochTurns } from 'subnetkit/emission'
 *
 * const clocks = { tempoBlocks: [10], lastEpochBlock: [5], pendingEpochAtBlock: [0], blocksSinceLastStep: [9] }
 * takeEpochTurns(clocks, [0], 15, 2).runs // [0], and clocks.lastEpochBlock is [15]
 * ```
 */
export function takeEpochTurns(
  clocks: EpochClocks,
  slots: readonly number[],
  block: BlockNumber,
  maxEpochsPerBlock: number,
  isNetAtTempo = false,
): EpochTurns {
  assertFlag(isNetAtTempo, 'isNetAtTempo')
  assertClocks(clocks)
  assertSlots(slots, clocks.tempoBlocks.length)
  assertWhole(block, 'block', Number.MAX_SAFE_INTEGER - 1)
  assertWhole(maxEpochsPerBlock, 'maxEpochsPerBlock')
  return takeEpochTurnsUnchecked(clocks, slots, block, maxEpochsPerBlock, isNetAtTempo)
}

/**
 * {@link takeEpochTurns} for a ledger, whose columns are right by construction: nothing is checked.
 *
 * PERF: a few nanoseconds per subnet, and no allocation but for those that are due.
 */
export function takeEpochTurnsUnchecked(
  clocks: EpochClocks,
  slots: readonly number[],
  block: BlockNumber,
  maxEpochsPerBlock: number,
  isNetAtTempo = false,
): EpochTurns {
  const { tempoBlocks, lastEpochBlock, pendingEpochAtBlock, blocksSinceLastStep } = clocks
  const runs: number[] = []
  const deferred: number[] = []
  for (const slot of slots) {
    const tempo = tempoBlocks[slot]
    const last = lastEpochBlock[slot]
    const pending = pendingEpochAtBlock[slot]
    const waited = blocksSinceLastStep[slot]
    assert(
      tempo !== undefined && last !== undefined && pending !== undefined && waited !== undefined,
      'clocks have an entry for every slot',
    )
    const since = isNetAtTempo ? Math.min(waited, tempo) + 1 : waited + 1
    blocksSinceLastStep[slot] = since
    if (!isDueAt(block, tempo, last, pending, since, isNetAtTempo ? tempo : MAX_TEMPO_BLOCKS)) continue
    if (runs.length >= maxEpochsPerBlock) {
      pendingEpochAtBlock[slot] = block + 1
      deferred.push(slot)
      continue
    }
    lastEpochBlock[slot] = block
    pendingEpochAtBlock[slot] = 0
    blocksSinceLastStep[slot] = 0
    runs.push(slot)
  }
  return { runs, deferred }
}

function assertClocks(clocks: EpochClocks): void {
  assertKnown(clocks, 'clocks', COLUMNS)
  assertNumbers(clocks.tempoBlocks, 'clocks.tempoBlocks')
  for (const name of COLUMNS) {
    const column = clocks[name]
    assertNumbers(column, `clocks.${name}`)
    assertLength(column, `clocks.${name}`, clocks.tempoBlocks.length)
    for (let slot = 0; slot < column.length; slot++) assertWhole(column[slot], `clocks.${name}[${slot}]`)
  }
}

function assertSlots(slots: readonly number[], length: number): void {
  assertList(slots, 'slots')
  const seen = new Set<number>()
  eachOf(slots, (slot, at) => {
    assertWhole(slot, `slots[${at}]`, length - 1)
    if (seen.has(slot)) refuse(`slots[${at}]`, slot, 'Name each slot once.')
    seen.add(slot)
  })
}
