import { type Alpha, asHotkey, type Hotkey, type Netuid } from '../../units/index.js'
import { positionValue } from '../money/stake.js'
import type { LedgerState } from '../state/LedgerState.js'
import { shares, stakes } from '../state/tables.js'

/** What can be in a sound state though nobody would expect it: the reference has it too, and does nothing about it. */
export interface Anomaly {
  /** Positions on a hotkey are worth more than all stake on it: its pool has shrunk by many decades, and shares kept what rounding gave them. */
  readonly name: 'PositionsAboveTotal'
  readonly netuid: Netuid
  readonly hotkey: Hotkey
  readonly totalAlpha: Alpha
  /** What the positions are worth one by one. */
  readonly positionsAlpha: Alpha
}

/**
 * Every anomaly there is now, by netuid and hotkey.
 *
 * @source spec: `spec/chain.md` 0.1, 11.7
 * PERF: every position.
 */
export function findAnomalies(state: LedgerState): Anomaly[] {
  return state.range(stakes).flatMap(([[netuid, hotkey], { totalAlpha }]): Anomaly[] => {
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
