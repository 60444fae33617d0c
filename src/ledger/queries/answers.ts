import { blockEmissionRao, nextEpochBlock } from '../../emission/index.js'
import { asColdkey, asHotkey, type Netuid } from '../../units/index.js'
import type { RecentBlocks } from '../block/RecentBlocks.js'
import type { ChainConfig } from '../config.js'
import { findBrokenInvariants } from '../invariants.js'
import { hotkeyAlpha, positionValue } from '../money/stake.js'
import { accountOf, type LedgerState } from '../state/LedgerState.js'
import { scheduleOf } from '../state/schedule.js'
import { hotkeyTable } from '../state/tables.js'
import type { Queries, QueryName, SubnetView } from '../types.js'
import { metagraphView } from './metagraphView.js'

/** What a question is answered from. */
export interface QueryContext {
  readonly state: LedgerState
  readonly config: ChainConfig
  readonly recent: RecentBlocks
}

type Answers = {
  readonly [N in QueryName]: (context: QueryContext, args: Queries[N]['args']) => Queries[N]['answer']
}

/** How each query is answered. */
export const ANSWERS: Answers = {
  account({ state }, { address }) {
    const { balanceRao, nonce } = state.account(accountOf(address))
    return { balanceRao, nonce }
  },
  totals({ state }) {
    const { block, totalIssuanceRao } = state.chain
    return {
      block,
      totalIssuanceRao,
      blockEmissionRao: blockEmissionRao(totalIssuanceRao),
      netuids: state.netuids(),
    }
  },
  subnet: ({ state }, { netuid }) =>
    state.findSubnet(netuid) === undefined ? null : subnetView(state, netuid),
  metagraph: ({ state }, { netuid }) =>
    state.findSubnet(netuid) === undefined ? null : metagraphView(state, netuid),
  uid: ({ state }, { netuid, hotkey }) => state.uidOf(netuid, accountOf(hotkey)) ?? null,
  stake({ state }, { netuid, hotkey, coldkey }) {
    const hotkeyId = accountOf(hotkey)
    return {
      positionAlpha: positionValue(state, { netuid, hotkey: hotkeyId, coldkey: accountOf(coldkey) }),
      hotkeyAlpha: hotkeyAlpha(state, netuid, hotkeyId),
    }
  },
  owner({ state, config }, { hotkey }) {
    const record = state.store.get(hotkeyTable, accountOf(hotkey))
    if (record === undefined) return null
    return {
      coldkey: asColdkey(state.addressOf(record.owner)),
      takeU16: record.takeU16 ?? config.defaultTakeU16,
    }
  },
  recentBlock: ({ recent }, { hash }) => recent.numberOf(hash) ?? null,
  invariants: ({ state }) => findBrokenInvariants(state),
}

function subnetView(state: LedgerState, netuid: Netuid): SubnetView {
  const subnet = state.subnet(netuid)
  const { lastEpochBlock, epochIndex } = state.clock(netuid)
  const pool = state.pool(netuid)
  return {
    netuid,
    owner: asColdkey(state.addressOf(subnet.owner)),
    ownerHotkey: asHotkey(state.addressOf(subnet.ownerHotkey)),
    n: subnet.n,
    registeredAtBlock: subnet.registeredAtBlock,
    firstEmissionBlock: subnet.firstEmissionBlock,
    subtokenEnabled: subnet.subtokenEnabled,
    emissionEnabled: subnet.emissionEnabled,
    lastEpochBlock,
    epochIndex,
    nextEpochBlock: nextEpochBlock(scheduleOf(state, netuid)),
    burnRao: pool.burnRao,
    lockRao: subnet.lockRao,
    subnetTaoRao: pool.subnetTaoRao,
    alphaIn: pool.alphaIn,
    alphaOut: pool.alphaOut,
    pendingAlpha: pool.pendingServer + pool.pendingValidator + pool.pendingOwnerCut + pool.pendingRoot,
    recycledRao: pool.recycledRao,
    recycledAlpha: pool.recycledAlpha,
    burnedAlpha: pool.burnedAlpha,
    unearnedAlpha: pool.unearnedAlpha,
    dustAlpha: pool.dustAlpha,
    minerBurnedBits: pool.minerBurnedBits,
    hyperparameters: subnet.hyperparameters,
  }
}
