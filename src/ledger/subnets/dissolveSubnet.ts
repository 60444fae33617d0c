import { asColdkey, type Netuid, type Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { spendableRao } from '../money/balances.js'
import { eraseLocks } from '../money/locks.js'
import { emptyReservoir } from '../money/reservoirs.js'
import { eraseRootDividends } from '../money/rootClaims.js'
import { subnetAccount } from '../state/account.js'
import { commitmentReveals, commitmentSpaces, commitments } from '../state/commitmentTables.js'
import { hashCommits, timelockBuckets, timelockedCommits } from '../state/commitTables.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { Key, PrefixOf, Table } from '../state/table.js'
import {
  axons,
  bonds,
  certificates,
  childkeys,
  children,
  epochs,
  hyperparameters,
  incentives,
  lastUpdates,
  mechanismSplits,
  neurons,
  ownerAccountChanges,
  parentLists,
  parents,
  pendingChildren,
  prices,
  prometheuses,
  reserves,
  SUBNET_COLUMNS,
  subnetHotkeySwaps,
  subnetIdentities,
  subnets,
  uids,
  weights,
} from '../state/tables.js'
import { refundStakers } from './refundStakers.js'

/** Records by netuid that end with the subnet. Those that the next one of the number inherits are not here: autoStakes, ownerChanges. */
const ENDING = [
  neurons,
  uids,
  axons,
  prometheuses,
  certificates,
  epochs,
  incentives,
  lastUpdates,
  weights,
  hashCommits,
  timelockedCommits,
  timelockBuckets,
  bonds,
  children,
  parents,
  parentLists,
  pendingChildren,
  childkeys,
  ownerAccountChanges,
  mechanismSplits,
  subnetHotkeySwaps,
  subnetIdentities,
  commitments,
  commitmentSpaces,
  commitmentReveals,
] as unknown as readonly Table<Key, unknown>[]

/**
 * Ends a subnet that is there: those who have stake are paid out, what is left in its account above the existential deposit leaves the
 * issuance, and its records go, but for what the next subnet of its number inherits. Dividends for stakers on root that nobody claimed are lost.
 *
 * @source spec: `spec/chain.md` 6.4
 * PERF: the subnet's own records.
 */
export function dissolveSubnet(context: BlockContext, netuid: Netuid): void {
  const { state } = context
  eraseRootDividends(state, netuid)
  emptyReservoir(state, netuid)
  const potRao = state.cell(reserves, netuid, 'subnetTaoRao')
  let refundedRao = 0n
  for (const { coldkey, amountRao, isPaid } of refundStakers(context, netuid)) {
    if (!isPaid) continue
    refundedRao += amountRao
    context.emit('StakeRefunded', netuid, { coldkey: asColdkey(state.addressOf(coldkey)), amountRao })
  }
  const recycledRao = recycleRest(context, netuid)
  clearRecords(context, netuid)
  context.emit('NetworkRemoved', netuid, { potRao, refundedRao, recycledRao })
}

/** Takes what an ended subnet's account holds above the existential deposit out of the issuance; the deposit stays there for ever. */
export function recycleRest(context: BlockContext, netuid: Netuid): Rao {
  const { state } = context
  const account = subnetAccount(netuid)
  const restRao = spendableRao(context, account)
  state.setBalanceRao(account, state.balanceRao(account) - restRao)
  state.setChain({ totalIssuanceRao: state.chain.totalIssuanceRao - restRao })
  return restRao
}

function clearRecords({ state, config }: BlockContext, netuid: Netuid): void {
  for (const table of ENDING) {
    for (const [key] of state.range(table, ...([netuid] as unknown as PrefixOf<Key>)))
      state.delete(table, ...key)
  }
  eraseLocks(state, netuid)
  // What the next subnet of this number starts with.
  const { ownerIncentiveIsRecycled, ownerCutEnabled, minNonImmuneUids, minAllowedUids, ...former } =
    state.hyperparameters(netuid)
  state.set(hyperparameters, [netuid], {
    ...config.hyperparameters,
    ownerIncentiveIsRecycled,
    ownerCutEnabled,
    minNonImmuneUids,
    minAllowedUids,
    rootClaimThresholdAlpha: former.rootClaimThresholdAlpha,
    minChildkeyTakeU16: former.minChildkeyTakeU16,
    adjustmentIntervalBlocks: former.adjustmentIntervalBlocks,
    adjustmentAlphaU64: former.adjustmentAlphaU64,
  })
  state.delete(subnets, netuid)
  clearColumns(state, netuid)
}

/** Root's part of its dividends stays until the next subnet of the number emits. */
function clearColumns(state: LedgerState, netuid: Netuid): void {
  const { rootProportionBits } = state.row(prices, netuid)
  const { accountRao } = state.row(reserves, netuid)
  for (const table of SUBNET_COLUMNS) state.clearRow(table, netuid)
  state.setRow(prices, netuid, { rootProportionBits })
  state.setRow(reserves, netuid, { accountRao })
}
