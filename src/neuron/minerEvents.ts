import type { AxonInfo } from '../metagraph/index.js'
import type { BlockNumber } from '../units/index.js'

/** What a miner tells its owner, in order. */
export type MinerEvent =
  /** Its address is on chain. */
  | { readonly type: 'served'; readonly block: BlockNumber; readonly address: AxonInfo }
  /** The chain refused its address for `error` (its name) and `detail`; tried again with the next block. */
  | {
      readonly type: 'serveRefused'
      readonly block: BlockNumber
      readonly error: string
      readonly detail: string
    }
  /** Its hotkey lost its slot; it goes on serving and announces itself again once it is registered again. */
  | { readonly type: 'deregistered'; readonly block: BlockNumber }
  /** Following the chain failed for one block; it goes on with the next. */
  | { readonly type: 'failed'; readonly block: BlockNumber; readonly error: unknown }
