import type { EpochFunction } from '../consensus/index.js'
import type { EmissionScheduler } from '../emission/index.js'
import type { BlockNumber, Netuid } from '../units/index.js'
import type { ChainConfig } from './config.js'
import type { LedgerState } from './state/LedgerState.js'
import type { LedgerEvent, Refusal } from './types.js'

/** What every call and block step works with: the state, the rules' settings and the block being made. */
export interface BlockContext {
  readonly state: LedgerState
  readonly config: ChainConfig
  readonly block: BlockNumber
  readonly runEpoch: EpochFunction
  readonly scheduler: EmissionScheduler
  /** Factor of the registration price per block, parts of 2^32; remembered by half-life. */
  burnDecayQ32(halfLifeBlocks: number): bigint
  emit(name: string, netuid: Netuid | null, data: LedgerEvent['data']): void
}

/** Says no, by the reference chain's error name. */
export function refuse(error: string, detail: string): Refusal {
  return { error, detail }
}
