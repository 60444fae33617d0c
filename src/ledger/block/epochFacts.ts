import type { Netuid } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState, SubnetMembers } from '../state/LedgerState.js'
import { type StakeRecord, stakes } from '../state/tables.js'

/** What consensus, payout and queries read of a subnet's neurons: by uid, gathered once. */
export interface EpochFacts extends SubnetMembers {
  readonly netuid: Netuid
  readonly n: number
  /** The records of stake on the hotkeys, where there is any. */
  readonly pools: ReadonlyMap<AccountId, StakeRecord>
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
  const members = state.members(netuid, config.defaultTakeU16)
  const { hotkey } = members
  const n = hotkey.length
  const ownAlpha = new BigUint64Array(n)
  const pools = new Map<AccountId, StakeRecord>()
  // In the order in which they lie together.
  for (const uid of members.byHotkey) {
    const key = hotkey[uid] as AccountId
    const pool = state.get(stakes, netuid, key)
    if (pool === undefined) continue
    pools.set(key, pool)
    ownAlpha[uid] = pool.totalAlpha
  }
  const rootRao = new BigUint64Array(n)
  return {
    ...members,
    netuid,
    n,
    pools,
    ownAlpha,
    rootRao,
    inheritedAlpha: ownAlpha,
    inheritedRootRao: rootRao,
  }
}
