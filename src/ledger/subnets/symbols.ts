import type { Netuid } from '../../units/index.js'
import type { LedgerState } from '../state/LedgerState.js'
import { subnetsBySymbol } from '../state/tables.js'

/** The lowest subnet that has the symbol at a place; `undefined` where none has. */
export function netuidWithSymbol(state: LedgerState, place: number): Netuid | undefined {
  for (const [[, netuid]] of state.rangeFrom(subnetsBySymbol, [place])) return netuid
  return undefined
}
