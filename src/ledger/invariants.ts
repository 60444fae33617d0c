import { positionAlpha } from '../emission/index.js'
import { MAX_SUPPLY_RAO, type Netuid } from '../units/index.js'
import { MAIN_MECHANISM } from './neurons/columns.js'
import type { LedgerState } from './state/LedgerState.js'
import {
  accounts,
  clocks,
  epochs,
  hotkeys,
  incentives,
  lastUpdates,
  neurons,
  pendings,
  reserves,
  SUBNET_COLUMNS,
  shares,
  stakes,
  tallies,
  uids,
} from './state/tables.js'

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
  const misshapen = checkColumns(state)
  if (misshapen.length > 0) return misshapen
  const stakeSums = sumStakes(state)
  return [
    ...checkIssuance(state),
    ...state.netuids().flatMap((netuid) => checkMoney(state, netuid, stakeSums)),
    ...state.netuids().flatMap((netuid) => checkNeurons(state, netuid)),
    ...checkPositions(state),
    ...checkOwners(state),
  ]
}

function checkIssuance(state: LedgerState): string[] {
  const { totalIssuanceRao } = state.chain
  let sumRao = 0n
  for (const [, { balanceRao }] of state.range(accounts)) sumRao += balanceRao
  for (const balanceRao of state.getOrBlank(reserves).accountRao) sumRao += balanceRao
  const broken: string[] = []
  if (sumRao !== totalIssuanceRao) {
    broken.push(`(a) balances sum to ${sumRao} rao, the issuance is ${totalIssuanceRao}`)
  }
  if (totalIssuanceRao > MAX_SUPPLY_RAO) broken.push(`(a) the issuance is ${totalIssuanceRao} rao`)
  return broken
}

function checkMoney(state: LedgerState, netuid: Netuid, stakeSums: ReadonlyMap<Netuid, bigint>): string[] {
  const { accountRao, subnetTaoRao, alphaIn, alphaOut } = state.row(reserves, netuid)
  const tally = state.row(tallies, netuid)
  const broken: string[] = []
  const ownedRao = subnetTaoRao + state.subnet(netuid).lockRao
  if (accountRao !== ownedRao) {
    broken.push(
      `(b) the account of subnet ${netuid} holds ${accountRao} rao, its TAO and lock are ${ownedRao}`,
    )
  }
  const claimedRao = alphaOut + tally.recycledRao + tally.recycledAlpha
  if (subnetTaoRao !== claimedRao || alphaIn !== 0n) {
    broken.push(`(c) subnet ${netuid} has ${subnetTaoRao} rao, alpha and recycled are ${claimedRao}`)
  }
  const pending = Object.values(state.row(pendings, netuid)).reduce((sum, alpha) => sum + alpha, 0n)
  const ownerless = tally.burnedAlpha + tally.unearnedAlpha + tally.dustAlpha
  const known = (stakeSums.get(netuid) ?? 0n) + pending + ownerless
  if (alphaOut !== known) {
    broken.push(`(d) subnet ${netuid} has ${alphaOut} alpha out, of which ${known} is accounted for`)
  }
  return broken
}

function sumStakes(state: LedgerState): Map<Netuid, bigint> {
  const sums = new Map<Netuid, bigint>()
  for (const [[netuid], { totalAlpha }] of state.range(stakes)) {
    sums.set(netuid, (sums.get(netuid) ?? 0n) + totalAlpha)
  }
  return sums
}

function checkPositions(state: LedgerState): string[] {
  const sums = new Map<string, { value: bigint; count: bigint; total: bigint }>()
  for (const [[netuid, hotkey], { totalAlpha }] of state.range(stakes)) {
    sums.set(`${netuid}/${hotkey}`, { value: 0n, count: 0n, total: totalAlpha })
  }
  for (const [[netuid, hotkey], share] of state.range(shares)) {
    const pool = state.get(stakes, netuid, hotkey)
    const worth = pool === undefined ? 0n : positionAlpha(pool, share)
    const { value, count, total } = sums.get(`${netuid}/${hotkey}`) ?? { value: 0n, count: 0n, total: 0n }
    sums.set(`${netuid}/${hotkey}`, { value: value + worth, count: count + 1n, total })
  }
  return [...sums].flatMap(([pool, { value, count, total }]) =>
    value <= total && total - value <= count
      ? []
      : [`(e) ${count} positions of ${pool} are worth ${value} of ${total}`],
  )
}

function checkOwners(state: LedgerState): string[] {
  const members = [...state.range(uids), ...state.range(stakes)].map(([[, hotkey]]) => hotkey)
  const founders = state.netuids().map((netuid) => state.subnet(netuid).ownerHotkey)
  return [...new Set([...members, ...founders])]
    .filter((hotkey) => state.get(hotkeys, hotkey) === undefined)
    .map((hotkey) => `hotkey ${hotkey} has no owner`)
}

/** What a subnet has a record of besides the one that says it is there. */
const OF_SUBNET = [neurons, epochs] as const
const OF_MECHANISM = [incentives, lastUpdates] as const

function checkNeurons(state: LedgerState, netuid: Netuid): string[] {
  const n = state.n(netuid)
  const broken: string[] = []
  if (n > state.hyperparameters(netuid).maxAllowedUids) broken.push(`subnet ${netuid} has ${n} neurons`)
  const records = [
    ...OF_SUBNET.map(({ name }, at) => ({
      name,
      record: state.get(OF_SUBNET[at] as typeof neurons, netuid),
    })),
    ...OF_MECHANISM.map(({ name }, at) => ({
      name,
      record: state.get(OF_MECHANISM[at] as typeof incentives, netuid, MAIN_MECHANISM),
    })),
  ]
  for (const { name, record } of records) {
    if (record === undefined) broken.push(`subnet ${netuid} has no ${name}`)
    for (const [column, { length }] of Object.entries<ArrayLike<unknown>>(record ?? {})) {
      if (length !== n) broken.push(`column ${column} of subnet ${netuid} has ${length} entries`)
    }
  }
  const members = state.range(uids, netuid).length
  if (members !== n) broken.push(`subnet ${netuid} has ${members} members and ${n} uids`)
  state.hotkeys(netuid).forEach((hotkey, uid) => {
    if (state.uidOf(netuid, hotkey) !== uid)
      broken.push(`uid ${uid} of subnet ${netuid} and its hotkey disagree`)
  })
  return broken
}

/** Columns by netuid have one length, in which the last subnet has a place. */
function checkColumns(state: LedgerState): string[] {
  const places = (state.netuids().at(-1) ?? -1) + 1
  const length = state.getOrBlank(clocks).lastEpochBlock.length
  return SUBNET_COLUMNS.flatMap((table) =>
    Object.entries(state.getOrBlank<readonly [], { readonly [name: string]: ArrayLike<unknown> }>(table))
      .filter(([, column]) => column.length !== length || column.length < places)
      .map(([name, column]) => `${table.name} ${name} has ${column.length} entries for ${places} subnets`),
  )
}
