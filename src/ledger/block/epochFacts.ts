import type { Netuid } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import { hotkeyAlpha } from '../money/stake.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { hotkeys } from '../state/tables.js'

/** What consensus, payout and queries read of a subnet's neurons: by uid, gathered once. */
export interface EpochFacts {
  readonly netuid: Netuid
  readonly n: number
  readonly hotkey: readonly AccountId[]
  readonly coldkey: readonly AccountId[]
  readonly takeU16: Uint16Array
  /** Alpha staked to the hotkey itself. */
  readonly ownAlpha: BigUint64Array
  /** TAO staked to the hotkey on root. Nobody stakes there yet. */
  readonly rootRao: BigUint64Array
  /** With what parents lend and without what children have. Nobody has children yet. */
  readonly inheritedAlpha: BigUint64Array
  readonly inheritedRootRao: BigUint64Array
}

/** PERF: three look-ups per neuron. */
export function epochFacts(state: LedgerState, config: ChainConfig, netuid: Netuid): EpochFacts {
  const hotkey = state.hotkeys(netuid)
  const n = hotkey.length
  const coldkey: AccountId[] = []
  const takeU16 = new Uint16Array(n)
  const ownAlpha = new BigUint64Array(n)
  for (const [uid, key] of hotkey.entries()) {
    const record = state.required(hotkeys, key)
    coldkey.push(record.owner)
    takeU16[uid] = record.takeU16 ?? config.defaultTakeU16
    ownAlpha[uid] = hotkeyAlpha(state, netuid, key)
  }
  const rootRao = new BigUint64Array(n)
  return {
    netuid,
    n,
    hotkey,
    coldkey,
    takeU16,
    ownAlpha,
    rootRao,
    inheritedAlpha: ownAlpha,
    inheritedRootRao: rootRao,
  }
}
