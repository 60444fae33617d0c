import type { Netuid } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import { hotkeyAlpha } from '../money/stake.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'

/** What consensus, payout and queries read of a subnet's neurons: by uid, gathered once. */
export interface EpochFacts {
  readonly netuid: Netuid
  readonly n: number
  readonly hotkey: readonly AccountId[]
  readonly coldkey: readonly AccountId[]
  readonly takeU16: Uint16Array
  /** Uids in the order of their hotkeys' bytes, which is the order of payment. */
  readonly byHotkey: readonly number[]
  /** Alpha staked to the hotkey itself. */
  readonly ownAlpha: BigUint64Array
  /** TAO staked to the hotkey on root. Nobody stakes there yet. */
  readonly rootRao: BigUint64Array
  /** With what parents lend and without what children have. Nobody has children yet. */
  readonly inheritedAlpha: BigUint64Array
  readonly inheritedRootRao: BigUint64Array
}

/** PERF: one look-up per neuron; who owns a hotkey and takes what is kept by the state until a call changes it. */
export function epochFacts(state: LedgerState, config: ChainConfig, netuid: Netuid): EpochFacts {
  const { hotkey, coldkey, takeU16, byHotkey } = state.members(netuid, config.defaultTakeU16)
  const n = hotkey.length
  const ownAlpha = new BigUint64Array(n)
  for (let uid = 0; uid < n; uid++) ownAlpha[uid] = hotkeyAlpha(state, netuid, hotkey[uid] as AccountId)
  const rootRao = new BigUint64Array(n)
  return {
    netuid,
    n,
    hotkey,
    coldkey,
    takeU16,
    byHotkey,
    ownAlpha,
    rootRao,
    inheritedAlpha: ownAlpha,
    inheritedRootRao: rootRao,
  }
}
