import { isEpochDue } from '../../emission/index.js'
import type { BlockNumber, Netuid } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import {
  type TimelockedRecord,
  timelockBuckets,
  timelockedByRound,
  timelockedCommits,
} from '../state/commitTables.js'
import type { LedgerState } from '../state/LedgerState.js'
import { scheduleOf } from '../state/schedule.js'
import { commitEpochOf } from '../weights/commitEpochs.js'
import { type FieldReveals, planFieldReveals, roundsOfFields } from './planFieldReveals.js'
import { type BlockRounds, isKnownRound } from './pulses.js'

/** Time-locked weights of one epoch under a mechanism. */
export type BucketKey = readonly [netuid: Netuid, mechanism: number, epochIndex: number]

/** Time-locked weights, and where they lie. */
export interface PlacedTimelock extends TimelockedRecord {
  readonly bucket: BucketKey
  readonly place: number
}

/** What a block does to time locks before its epochs run. */
export interface RevealPlan {
  /** Too late to be opened. */
  readonly expired: readonly BucketKey[]
  /** Due: they are opened as their rounds come. `isSeen` where nothing is left but what waits for its round. */
  readonly due: readonly { readonly bucket: BucketKey; readonly isSeen: boolean }[]
  /** Those of them that are opened now, in order. */
  readonly opened: readonly PlacedTimelock[]
  /** Commitments with fields that are opened after these, or would be if the block had room. */
  readonly fields: readonly FieldReveals[]
}

/** The block to be planned, on the state before it. */
export interface PlannedBlock {
  readonly state: LedgerState
  readonly config: ChainConfig
  readonly block: BlockNumber
}

/**
 * Finds the time locks that a block opens, and those that it is too late for: weights of every subnet but those whose epoch has to wait for the next block,
 * then fields of commitments. Nothing is changed.
 *
 * @source spec: `spec/chain.md` 8.5, 9.4
 * PERF: a look-up per mechanism with time locks. Those of an epoch are all looked at once when they become due, and again when more come or the limit of a
 *   block left some; after that only those of rounds that come.
 */
export function planReveals(planned: PlannedBlock, rounds: BlockRounds): RevealPlan {
  const { state, config } = planned
  const plan = {
    expired: [] as BucketKey[],
    due: [] as RevealPlan['due'][number][],
    opened: [] as PlacedTimelock[],
  }
  let left = config.timelockRevealsPerBlock ?? Number.POSITIVE_INFINITY
  for (const { bucket, isSeen, isExpired } of ripeBuckets(planned)) {
    if (isExpired) plan.expired.push(bucket)
    else {
      const ready = isSeen ? ofNewRounds(state, rounds, bucket) : ofKnownRounds(state, rounds, bucket)
      const opened = ready.slice(0, left)
      left -= opened.length
      plan.opened.push(...opened)
      plan.due.push({ bucket, isSeen: opened.length === ready.length })
    }
  }
  return { ...plan, fields: planFieldReveals(state, rounds, left) }
}

/**
 * Rounds up to one that have not come as far as the chain knows, and that time locks wait for which the block would open: ascending in each
 * bucket, then those of commitments, at most so many.
 *
 * PERF: a look-up per mechanism with time locks, each lock of those rounds on weights, and a look-up per round of commitments.
 */
export function roundsWaitedFor(planned: PlannedBlock, throughRound: number, most: number): number[] {
  const { state } = planned
  const rounds = new Set<number>()
  for (const { bucket, isExpired } of ripeBuckets(planned)) {
    if (isExpired) continue
    for (const [[, , , round]] of state.rangeFrom(timelockedByRound, [bucket[0], bucket[1], bucket[2]])) {
      if (round > throughRound || rounds.size >= most) break
      if (!isKnownRound(state, round)) rounds.add(round)
    }
  }
  for (const round of roundsOfFields(state, throughRound)) {
    if (rounds.size >= most) break
    if (!isKnownRound(state, round)) rounds.add(round)
  }
  return [...rounds]
}

interface RipeBucket {
  readonly bucket: BucketKey
  /** Whether nothing is left in it but what waits for its round. */
  readonly isSeen: boolean
  /** Whether it is too late to open it. */
  readonly isExpired: boolean
}

/** Time locks by bucket that are due at a block, or too late for it. */
function ripeBuckets(planned: PlannedBlock): RipeBucket[] {
  const { state } = planned
  if (!state.hasAny(timelockBuckets)) return []
  const ripe: RipeBucket[] = []
  const deferred = deferredNetuids(planned)
  for (const [netuid, mechanism] of mechanismsWithTimelocks(state)) {
    if (deferred.has(netuid)) continue
    const { revealPeriodEpochs } = state.hyperparameters(netuid)
    const revealEpoch = commitEpochOf(planned, netuid) - revealPeriodEpochs
    for (const [bucket, { isSeen }] of state.rangeFrom(timelockBuckets, [netuid, mechanism])) {
      if (bucket[2] > revealEpoch) break
      ripe.push({ bucket, isSeen, isExpired: bucket[2] < revealEpoch })
    }
  }
  return ripe
}

/** Subnets whose epoch is due and finds no room in the block. PERF: a few nanoseconds per subnet. */
function deferredNetuids({ state, config, block }: PlannedBlock): ReadonlySet<Netuid> {
  const due = state.netuids().filter((netuid) => isEpochDue(scheduleOf(state, netuid), block))
  return new Set(due.slice(config.maxEpochsPerBlock))
}

/** Mechanisms with time locks, ascending. PERF: a look-up each, however many epochs have some. */
function mechanismsWithTimelocks(state: LedgerState): (readonly [netuid: Netuid, mechanism: number])[] {
  const found: (readonly [Netuid, number])[] = []
  let from: BucketKey = [0, 0, 0]
  for (;;) {
    const [next] = state.rangeFrom(timelockBuckets, [], from)
    if (next === undefined) return found
    const [[netuid, mechanism]] = next
    found.push([netuid, mechanism])
    from = [netuid, mechanism + 1, 0]
  }
}

function ofKnownRounds(state: LedgerState, { isKnown }: BlockRounds, bucket: BucketKey): PlacedTimelock[] {
  return state
    .range(timelockedCommits, ...bucket)
    .filter(([, { round }]) => isKnown(round))
    .map(([[, , , place], record]) => ({ ...record, bucket, place }))
}

function ofNewRounds(state: LedgerState, { coming }: BlockRounds, bucket: BucketKey): PlacedTimelock[] {
  return coming
    .flatMap((round) => state.range(timelockedByRound, ...bucket, round))
    .map(([[, , , , place]]) => ({ ...state.required(timelockedCommits, ...bucket, place), bucket, place }))
    .sort((a, b) => a.place - b.place)
}
