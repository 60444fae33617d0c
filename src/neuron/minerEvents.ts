import type { FaultEvent, HookName, RefusalReason } from '../axon/index.js'
import type { Refusal } from '../ledger/index.js'
import type { AxonInfo } from '../metagraph/index.js'
import type { Status } from '../synapse/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'

/** What a miner tells its owner, in order. Events can be cloned, so that they travel between processes. */
export type MinerEvent =
  /** Its address is on chain. */
  | { readonly type: 'served'; readonly block: BlockNumber; readonly address: AxonInfo }
  /** The chain refused its address; tried again with the next block. */
  | {
      readonly type: 'serveRefused'
      readonly block: BlockNumber
      readonly refusal: Refusal
    }
  /**
   * The chain shows another address for its hotkey than the one it announced: another program serves the same hotkey. It goes on
   * serving and leaves the address to the other one as long as that one answers there.
   */
  | {
      readonly type: 'addressReplaced'
      readonly block: BlockNumber
      readonly address: AxonInfo
      readonly shown: AxonInfo
    }
  /** Nobody answers any more where the other program was (`gone`), so it announced its own address again; `served` follows. */
  | {
      readonly type: 'addressTakenBack'
      readonly block: BlockNumber
      readonly address: AxonInfo
      readonly gone: AxonInfo
    }
  /** Its hotkey lost its slot; it goes on serving and announces itself again once it is registered again. */
  | { readonly type: 'deregistered'; readonly block: BlockNumber }
  /**
   * A call that was let in brought no answer. `error` is what `answer` threw, a `SchemaMismatchError` for an answer that does not
   * fit, or what says that an answer cannot travel; `null` for one that was too late, or that the caller waited for no longer (`cancelled`).
   */
  | {
      readonly type: 'answerFailed'
      readonly synapse: string
      readonly caller: Hotkey
      /** What its caller, or else the axon, named the call. */
      readonly requestId: string
      /** What the caller was told, or `cancelled` where it gave up itself. */
      readonly status: Exclude<Status, 'ok' | 'unreachable'>
      readonly error: Error | null
    }
  /**
   * A listener of the axon or a schema threw, or an answer or a hook goes on long after its call and holds a place. `synapse` is null where
   * it concerns none.
   */
  | {
      readonly type: 'axonFault'
      readonly part: Exclude<FaultEvent['part'], HookName>
      readonly synapse: string | null
      /** Where it came to light in a call. */
      readonly requestId: string | null
      readonly error: Error
    }
  /** A hook that was given threw, or gave what decides nothing; the caller was turned away. */
  | {
      readonly type: 'hookFailed'
      readonly hook: HookName
      readonly synapse: string
      readonly caller: Hotkey
      readonly requestId: string | null
      readonly error: Error
    }
  /**
   * Its axon turned connections or calls away because of a limit of its own, for the reason `limit`: told the first time, the 10th, the 100th
   * and so on, and at the end. The last of them is named where it was a call.
   */
  | {
      readonly type: 'limitMet'
      readonly limit: RefusalReason
      readonly synapse: string | null
      readonly caller: Hotkey | null
      readonly requestId: string | null
      /** How often since it was last told. */
      readonly times: number
    }
  /** Following the chain failed for one block; it goes on with the next. */
  | { readonly type: 'failed'; readonly block: BlockNumber; readonly error: Error }
  /** It ended by itself, for `error`, with which `done` rejects too. */
  | { readonly type: 'crashed'; readonly error: Error }
