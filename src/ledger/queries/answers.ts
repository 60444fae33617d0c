import { blockEmissionRao, nextEpochBlock } from '../../emission/index.js'
import { asColdkey, asHotkey, type Netuid } from '../../units/index.js'
import type { RecentBlocks } from '../block/RecentBlocks.js'
import type { ChainConfig } from '../config.js'
import { findBrokenInvariants } from '../invariants.js'
import { hotkeyAlpha, positionValue } from '../money/stake.js'
import { accountOf } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { scheduleOf } from '../state/schedule.js'
import { clocks, hotkeys, pendings, prices, reserves, tallies } from '../state/tables.js'
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
    const account = accountOf(address)
    return { balanceRao: state.balanceRao(account), nonce: state.nonce(account) }
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
  metagraph: ({ state, config }, { netuid }) =>
    state.findSubnet(netuid) === undefined ? null : metagraphView(state, config, netuid),
  uid: ({ state }, { netuid, hotkey }) => state.uidOf(netuid, accountOf(hotkey)) ?? null,
  stake({ state }, { netuid, hotkey, coldkey }) {
    const hotkeyId = accountOf(hotkey)
    return {
      positionAlpha: positionValue(state, { netuid, hotkey: hotkeyId, coldkey: accountOf(coldkey) }),
      hotkeyAlpha: hotkeyAlpha(state, netuid, hotkeyId),
    }
  },
  owner({ state, config }, { hotkey }) {
    const record = state.get(hotkeys, accountOf(hotkey))
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
  const { owner, ownerHotkey, registeredAtBlock, firstEmissionBlock, ...subnet } = state.subnet(netuid)
  const { lastEpochBlock, epochIndex } = state.row(clocks, netuid)
  const { accountRao, ...has } = state.row(reserves, netuid)
  const pending = state.row(pendings, netuid)
  return {
    netuid,
    owner: asColdkey(state.addressOf(owner)),
    ownerHotkey: asHotkey(state.addressOf(ownerHotkey)),
    n: state.n(netuid),
    registeredAtBlock,
    firstEmissionBlock,
    lastEpochBlock,
    nextEpochBlock: nextEpochBlock(scheduleOf(state, netuid)),
    epochIndex,
    burnRao: state.cell(prices, netuid, 'burnRao'),
    ...subnet,
    ...has,
    pendingAlpha: pending.serverAlpha + pending.validatorAlpha + pending.ownerCutAlpha + pending.rootAlpha,
    ...state.row(tallies, netuid),
    hyperparameters: state.hyperparameters(netuid),
  }
}
