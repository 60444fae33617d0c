import type { EpochFunction } from '../consensus/index.js'
import type { EmissionScheduler } from '../emission/index.js'
import type { Address, BlockNumber, Netuid } from '../units/index.js'
import type { SubnetRulesCache } from './block/subnetRules.js'
import type { ChainConfig } from './config.js'
import type { LedgerState } from './state/LedgerState.js'
import type { LedgerEvent, Refusal } from './types.js'

/** What every call and block step works with: the state, the rules' settings and the block being made. */
export interface BlockContext {
  readonly state: LedgerState
  readonly config: ChainConfig
  readonly block: BlockNumber
  /** Who makes the block, when somebody is named. */
  readonly author: Address | null
  /** Hash of the block before. */
  readonly parentHash: string
  readonly runEpoch: EpochFunction
  readonly scheduler: EmissionScheduler
  /** What the steps of a block read of subnets' own rules. */
  readonly rules: SubnetRulesCache
  emit(name: string, netuid: Netuid | null, data: LedgerEvent['data']): void
}

/** Says no, by the reference chain's error name. */
export function refuse(error: string, detail: string): Refusal {
  return { error, detail }
}
