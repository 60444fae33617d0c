import { type Alpha, asHotkey, type Hotkey, type Netuid } from '../../units/index.js'
import { positionValue } from '../money/stake.js'
import type { LedgerState } from '../state/LedgerState.js'
import { shares, stakes } from '../state/tables.js'
import { shortLockSums } from './shortLockSums.js'

/** What can be in a sound state though nobody would expect it: the reference has it too, and does nothing about it. */
export type Anomaly = PositionsAboveTotal | LocksAboveSum

export interface PositionsAboveTotal {
  /** Positions on a hotkey are worth more than all stake on it: its pool has shrunk by many decades, and shares kept what rounding gave them. */
  readonly name: 'PositionsAboveTotal'
  readonly netuid: Netuid
  readonly hotkey: Hotkey
  readonly totalAlpha: Alpha
  /** What the positions are worth one by one. */
  readonly positionsAlpha: Alpha
}

export interface LocksAboveSum {
  /** Perpetual locks to a hotkey hold more than their sum, by less than 100 alpha for each block there has been: the sum was dust when it was rolled, a lock in it was not yet. */
  readonly name: 'LocksAboveSum'
  readonly netuid: Netuid
  readonly hotkey: Hotkey
  readonly sumAlpha: Alpha
  readonly locksAlpha: Alpha
}

/**
 * Every anomaly there is now, those of stake first.
 *
 * @source spec: `spec/chain.md` 0.1, 10.5, 11.7
 * PERF: every position and every lock.
 */
export function findAnomalies(state: LedgerState): Anomaly[] {
  return [...positionsAboveTotal(state), ...locksAboveSum(state)]
}

function locksAboveSum(state: LedgerState): LocksAboveSum[] {
  return shortLockSums(state).map(({ netuid, hotkey, sumAlpha, locksAlpha }) => ({
    name: 'LocksAboveSum',
    netuid,
    hotkey: asHotkey(state.addressOf(hotkey)),
    sumAlpha,
    locksAlpha,
  }))
}

function positionsAboveTotal(state: LedgerState): PositionsAboveTotal[] {
  return state.range(stakes).flatMap(([[netuid, hotkey], { totalAlpha }]): PositionsAboveTotal[] => {
    let positionsAlpha = 0n
    for (const [[, , coldkey]] of state.range(shares, netuid, hotkey)) {
      positionsAlpha += positionValue(state, { netuid, hotkey, coldkey })
    }
    if (positionsAlpha <= totalAlpha) return []
    return [
      {
        name: 'PositionsAboveTotal',
        netuid,
        hotkey: asHotkey(state.addressOf(hotkey)),
        totalAlpha,
        positionsAlpha,
      },
    ]
  })
}
