import { positionAlpha } from '../emission/index.js'
import { MAX_SUPPLY_RAO, type Netuid } from '../units/index.js'
import { type LedgerState, subnetAccount } from './state/LedgerState.js'
import { memberId } from './state/records.js'
import { accountTable, epochTable, hotkeyTable, shareTable, stakeTable, uidTable } from './state/tables.js'

/**
 * Everything that must hold between blocks, checked against the state: one sentence per broken rule.
 *
 * (a) all balances, subnet accounts included, are the issuance, at most 21 million TAO; (b) a subnet's account
 * is its TAO and its lock; (c) its TAO is its alpha and what was recycled, as price 1 wants; (d) its alpha is
 * stake, pending, withheld, unearned and dust; (e) positions of a hotkey are worth its total, short by at most
 * 1 each; uids, members and columns agree; and every hotkey with a neuron, a stake or a subnet has an owner.
 *
 * PERF: walks every record.
 */
export function findBrokenInvariants(state: LedgerState): string[] {
  const stakes = sumStakes(state)
  return [
    ...checkIssuance(state),
    ...state.netuids().flatMap((netuid) => checkMoney(state, netuid, stakes)),
    ...state.netuids().flatMap((netuid) => checkNeurons(state, netuid)),
    ...checkPositions(state),
    ...checkOwners(state),
  ]
}

function checkIssuance(state: LedgerState): string[] {
  const { totalIssuanceRao } = state.chain
  let sumRao = 0n
  for (const id of state.store.ids(accountTable)) sumRao += state.store.get(accountTable, id)!.balanceRao
  const broken: string[] = []
  if (sumRao !== totalIssuanceRao) {
    broken.push(`(a) balances sum to ${sumRao} rao, the issuance is ${totalIssuanceRao}`)
  }
  if (totalIssuanceRao > MAX_SUPPLY_RAO) broken.push(`(a) the issuance is ${totalIssuanceRao} rao`)
  return broken
}

function checkMoney(state: LedgerState, netuid: Netuid, stakes: ReadonlyMap<Netuid, bigint>): string[] {
  const pool = state.pool(netuid)
  const broken: string[] = []
  const accountRao = state.account(subnetAccount(netuid)).balanceRao
  const ownedRao = pool.subnetTaoRao + state.subnet(netuid).lockRao
  if (accountRao !== ownedRao) {
    broken.push(
      `(b) the account of subnet ${netuid} holds ${accountRao} rao, its TAO and lock are ${ownedRao}`,
    )
  }
  const claimedRao = pool.alphaOut + pool.recycledRao + pool.recycledAlpha
  if (pool.subnetTaoRao !== claimedRao || pool.alphaIn !== 0n) {
    broken.push(`(c) subnet ${netuid} has ${pool.subnetTaoRao} rao, alpha and recycled are ${claimedRao}`)
  }
  const pending = pool.pendingServer + pool.pendingValidator + pool.pendingOwnerCut + pool.pendingRoot
  const known = (stakes.get(netuid) ?? 0n) + pending + pool.burnedAlpha + pool.unearnedAlpha + pool.dustAlpha
  if (pool.alphaOut !== known) {
    broken.push(`(d) subnet ${netuid} has ${pool.alphaOut} alpha out, of which ${known} is accounted for`)
  }
  for (const [name, amount] of Object.entries(pool) as [string, bigint][]) {
    if (amount < 0n) broken.push(`(d) ${name} of subnet ${netuid} is ${amount}`)
  }
  return broken
}

function sumStakes(state: LedgerState): Map<Netuid, bigint> {
  const sums = new Map<Netuid, bigint>()
  for (const id of state.store.ids(stakeTable)) {
    const netuid = Number(id.slice(0, id.indexOf('/')))
    sums.set(netuid, (sums.get(netuid) ?? 0n) + state.store.get(stakeTable, id)!.totalAlpha)
  }
  return sums
}

function checkPositions(state: LedgerState): string[] {
  const { store } = state
  const sums = new Map<string, { value: bigint; count: bigint }>()
  for (const id of store.ids(shareTable)) {
    const pool = id.slice(0, id.lastIndexOf('/'))
    const { value, count } = sums.get(pool) ?? { value: 0n, count: 0n }
    const total = store.get(stakeTable, pool)
    const worth = total === undefined ? 0n : positionAlpha(total, store.get(shareTable, id)!)
    sums.set(pool, { value: value + worth, count: count + 1n })
  }
  const pools = new Set([...sums.keys(), ...store.ids(stakeTable)])
  return [...pools].flatMap((pool) => {
    const total = store.get(stakeTable, pool)?.totalAlpha ?? 0n
    const { value, count } = sums.get(pool) ?? { value: 0n, count: 0n }
    return value <= total && total - value <= count
      ? []
      : [`(e) ${count} positions of ${pool} are worth ${value} of ${total}`]
  })
}

function checkOwners(state: LedgerState): string[] {
  const { store } = state
  const members = [...store.ids(uidTable), ...store.ids(stakeTable)].map((id) =>
    id.slice(id.indexOf('/') + 1),
  )
  const founders = state.netuids().map((netuid) => state.subnet(netuid).ownerHotkey)
  return [...new Set([...members, ...founders])]
    .filter((hotkey) => store.get(hotkeyTable, hotkey) === undefined)
    .map((hotkey) => `hotkey ${hotkey} has no owner`)
}

function checkNeurons(state: LedgerState, netuid: Netuid): string[] {
  const { n, hyperparameters } = state.subnet(netuid)
  const broken: string[] = []
  if (n > hyperparameters.maxAllowedUids) broken.push(`subnet ${netuid} has ${n} neurons`)
  const columns = state.store.get(epochTable, String(netuid))
  for (const [name, column] of Object.entries(columns ?? {}) as [string, ArrayLike<unknown>][]) {
    if (column.length !== n) broken.push(`column ${name} of subnet ${netuid} has ${column.length} entries`)
  }
  const members = state.store.ids(uidTable).filter((id) => id.startsWith(`${netuid}/`)).length
  if (members !== n) broken.push(`subnet ${netuid} has ${members} members and ${n} uids`)
  state.neurons(netuid).forEach(({ hotkey }, uid) => {
    if (state.store.get(uidTable, memberId(netuid, hotkey)) !== uid) {
      broken.push(`uid ${uid} of subnet ${netuid} and its hotkey disagree`)
    }
  })
  return broken
}
