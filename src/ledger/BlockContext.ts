import type { EpochFunction } from '../consensus/index.js'
import type { EmissionScheduler, EpochPayout } from '../emission/index.js'
import type { Address, BlockNumber, Netuid } from '../units/index.js'
import type { BlockEvents } from './block/blockEvents.js'
import type { SubnetRulesCache } from './block/subnetRules.js'
import type { BlockKernel } from './block/wasm/BlockKernel.js'
import type { ChainConfig } from './config.js'
import type { Emit, EventKinds, NoEvents } from './events.js'
import type { AccountId } from './state/account.js'
import type { LedgerState } from './state/LedgerState.js'
import type { BlockTimelocks } from './timelocks/BlockTimelocks.js'

export { type RefusalOf, refuse } from './refusals/refuse.js'

/**
 * What every call and block step works with: the state, the rules' settings and the block being made.
 *
 * @typeParam Own - events of a call, besides those of the block's steps.
 */
export interface BlockContext<Own extends EventKinds = NoEvents> {
  readonly state: LedgerState
  readonly config: ChainConfig
  readonly block: BlockNumber
  /** Who makes the block, when somebody is named. */
  readonly author: Address | null
  /** Hash of the block before, or what a test has in its place: what a block draws by. */
  readonly parentHash: string
  /** Whether calls are asked what the reference asks before it takes one in: those that somebody signed. */
  readonly isGuarded: boolean
  readonly runEpoch: EpochFunction
  readonly scheduler: EmissionScheduler
  /** What the steps of a block read of subnets' own rules. */
  readonly rules: SubnetRulesCache
  /** Computes what a block does to all subnets at once, to the same units; null for one after the other. */
  readonly kernel: BlockKernel | null
  /** Rounds of the beacon that came with the block, and the time locks that they open. */
  readonly timelocks: BlockTimelocks
  readonly emit: Emit<BlockEvents & Own>
  /** Is told what an epoch is paid by before it is, where somebody wants it explained. */
  readonly onPayout?: (netuid: Netuid, payout: EpochPayout<AccountId>) => void
}
