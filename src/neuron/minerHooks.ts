import type { CallerInfo } from '../axon/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { Hotkey } from '../units/index.js'

/**
 * Who decides about the calls of a miner, in the order in which they are asked; each is handed the subnet as the miner sees it. One that throws,
 * or gives anything but what is said here, refuses the call, and is told as `hookFailed`.
 */
export interface MinerHooks<Request = unknown> {
  /** Turns a caller away when it returns true. */
  readonly blacklist?: (caller: Hotkey, metagraph: Metagraph, call: CallerInfo) => boolean | Promise<boolean>
  /** Lets a request in when it returns true; it has passed the synapse's schema. */
  readonly verify?: (
    caller: Hotkey,
    metagraph: Metagraph,
    call: CallerInfo<Request>,
  ) => boolean | Promise<boolean>
  /** A number, at once: higher goes first when calls have to wait. */
  readonly priority?: (caller: Hotkey, metagraph: Metagraph, call: CallerInfo<Request>) => number
}
