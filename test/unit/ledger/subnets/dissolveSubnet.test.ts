import { describe, expect, it } from 'vitest'
import { creditStake } from '../../../../src/ledger/money/stake.js'
import { assignUid } from '../../../../src/ledger/neurons/assignUid.js'
import { associateHotkey, ownerOf } from '../../../../src/ledger/neurons/hotkeys.js'
import { REFERENCE_HYPERPARAMETERS } from '../../../../src/ledger/rules/hyperparameters.js'
import { subnetAccount } from '../../../../src/ledger/state/account.js'
import type { Key, PrefixOf, Table } from '../../../../src/ledger/state/table.js'
import {
  ALL_TABLES,
  autoStakes,
  axons,
  bonds,
  childkeys,
  children,
  clocks,
  hotkeyLocks,
  hyperparameters,
  injections,
  locks,
  ownerChanges,
  ownerLocks,
  parentLists,
  parents,
  pendingChildren,
  pendings,
  perpetualLocks,
  prices,
  reserves,
  rootClaimed,
  rootClaimRates,
  shares,
  stakes,
  subnets,
  tallies,
  weights,
} from '../../../../src/ledger/state/tables.js'
import { createSubnet } from '../../../../src/ledger/subnets/createSubnet.js'
import { dissolveSubnet } from '../../../../src/ledger/subnets/dissolveSubnet.js'
import { safeFloat } from '../../../../src/math/index.js'
import { addBareSubnet, contextAt } from '../../../vectors/contextAt.js'
import { idOf } from '../../../vectors/fileState.js'

const NETUID = 3
const [OWNER, OWNER_HOTKEY, STAKER, DELEGATE, ABANDONED] = [1, 2, 11, 12, 13].map(idOf) as [
  ReturnType<typeof idOf>,
  ReturnType<typeof idOf>,
  ReturnType<typeof idOf>,
  ReturnType<typeof idOf>,
  ReturnType<typeof idOf>,
]

/** Columns by netuid that tables keyed by netuid do not show. */
const COLUMNS = [clocks, prices, injections, reserves, pendings, tallies] as const

/** A subnet with something in every record that it can have. */
function lived() {
  const context = contextAt(1_000)
  const { state, config, block } = context
  addBareSubnet(context, NETUID)
  addBareSubnet(context, 4)
  associateHotkey(context, OWNER, OWNER_HOTKEY)
  associateHotkey(context, STAKER, DELEGATE)
  for (const netuid of [NETUID, 4]) {
    assignUid(context, netuid, { kind: 'append', uid: 0 }, OWNER_HOTKEY)
    const position = { netuid, hotkey: DELEGATE, coldkey: STAKER }
    creditStake(state, position, 5_000n)
    state.setRow(reserves, netuid, {
      accountRao: 900_000n,
      subnetTaoRao: 800_000n,
      alphaIn: 3_000n,
      alphaOut: 6_000n,
      quoteWeightE18: 5n * 10n ** 17n,
      volumeRao: 77n,
    })
    state.setRow(prices, netuid, { burnRao: 9n, movingPriceQ32: 8n, rootProportionBits: 7n })
    state.setRow(pendings, netuid, { serverAlpha: 1n, validatorAlpha: 2n, rootAlpha: 3n, ownerCutAlpha: 4n })
    state.setRow(tallies, netuid, { recycledRao: 5n, minerBurnedBits: 6n, dustLostRao: 7n })
    state.setRow(clocks, netuid, { epochIndex: 4, lastStepBlock: 999, pendingEpochAtBlock: 1_010 })
    state.setRow(injections, netuid, { taoInRao: 1n, alphaIn: 1n, alphaOut: 1n, excessRao: 1n })
    state.set(axons, [netuid, 0], {
      ...{ ip: '1.2.3.4', ipType: 4, port: 80, version: 1, block },
      ...{ protocol: 0, placeholder1: 0, placeholder2: 0 },
    })
    state.set(weights, [netuid, 0, 0], { uids: Uint16Array.of(0), values: Uint16Array.of(65_535) })
    state.set(bonds, [netuid, 0], {
      rowStart: Uint32Array.of(0, 1),
      column: Uint16Array.of(0),
      value: Uint16Array.of(1),
    })
    const links = { hotkey: [OWNER_HOTKEY], proportionU64: BigUint64Array.of(1n) }
    state.set(children, [netuid, DELEGATE], links)
    state.set(parents, [netuid, OWNER_HOTKEY, DELEGATE], { proportionU64: 1n, place: 0 })
    state.set(parentLists, [netuid, OWNER_HOTKEY], { nextPlace: 1, sortedBelow: 0 })
    state.set(pendingChildren, [netuid, DELEGATE], { ...links, afterBlock: 1_200 })
    state.set(childkeys, [netuid, DELEGATE], { takeU16: 9, takeChangedAtBlock: 1, childrenSetAtBlock: 2 })
    state.set(rootClaimRates, [DELEGATE, netuid], 4n)
    state.set(rootClaimed, [netuid, DELEGATE, STAKER], 2n)
    state.set(autoStakes, [netuid, STAKER], DELEGATE)
    state.set(ownerChanges, [netuid], { changedAtBlock: { kappaU16: 950 } })
    state.set(locks, [netuid, STAKER], { hotkey: DELEGATE, massAlpha: 9n, convictionBits: 0n, lastBlock: 1 })
    state.set(perpetualLocks, [STAKER, netuid], true)
    state.set(hotkeyLocks, [netuid, DELEGATE], { perpetual: null, decaying: null })
    state.set(ownerLocks, [netuid], { perpetual: null, decaying: null })
    state.set(hyperparameters, [netuid], {
      ...config.hyperparameters,
      kappaU16: 1,
      poolFeeU16: 2,
      tempoBlocks: 3,
      ownerIncentiveIsRecycled: true,
      ownerCutEnabled: false,
      minNonImmuneUids: 5,
      minAllowedUids: 6,
      rootClaimThresholdAlpha: 7n,
      minChildkeyTakeU16: 8,
    })
  }
  state.setBalanceRao(STAKER, 1_000n)
  state.setChain({ totalStakeRao: 1_600_000n, totalIssuanceRao: 1_801_000n })
  return context
}

/** All records of a subnet, by table. */
function recordsOf(
  { state }: ReturnType<typeof contextAt>,
  netuid: number,
): Readonly<Record<string, unknown>> {
  const tables = ALL_TABLES.filter(({ parts }) => parts[0] === 'u16') as Table<Key, unknown>[]
  const found = tables.map((table) => [
    table.name,
    state.range(table, ...([netuid] as unknown as PrefixOf<Key>)).length,
  ])
  return Object.fromEntries(found.filter(([, count]) => count !== 0))
}

describe('dissolveSubnet', () => {
  it('leaves only what the next subnet of the number inherits', () => {
    const context = lived()
    const { state } = context
    dissolveSubnet(context, NETUID)
    expect(recordsOf(context, NETUID)).toEqual({ hyperparameters: 1, ownerChanges: 1, autoStakes: 1 })
    expect(state.netuids()).toEqual([4])
    expect([state.get(rootClaimRates, DELEGATE, NETUID), state.get(perpetualLocks, STAKER, NETUID)]).toEqual([
      undefined,
      undefined,
    ])
    const left = COLUMNS.flatMap((table) =>
      Object.entries(state.row(table, NETUID)).filter(([, value]) => value !== 0n && value !== 0),
    )
    expect(left).toEqual([
      ['rootProportionBits', 7n],
      ['accountRao', 500n],
    ])
    expect(ownerOf(state, OWNER_HOTKEY)).toBe(OWNER)
  })

  it('touches no other subnet', () => {
    const context = lived()
    const other = () => [recordsOf(context, 4), ...COLUMNS.map((table) => context.state.row(table, 4))]
    const before = other()
    dissolveSubnet(context, NETUID)
    expect(other()).toEqual(before)
    expect(context.state.get(rootClaimRates, DELEGATE, 4)).toBe(4n)
    expect(context.state.get(perpetualLocks, STAKER, 4)).toBe(true)
  })

  it('pays stakers their part of the pool, and takes the rest out of the issuance', () => {
    const context = lived()
    const { state } = context
    dissolveSubnet(context, NETUID)
    // 800,000 rao for 5,000 alpha of the staker and 3,000 of the pool.
    expect(state.balanceRao(STAKER)).toBe(1_000n + 500_000n)
    expect(state.balanceRao(subnetAccount(NETUID))).toBe(500n)
    expect(state.chain).toMatchObject({
      totalStakeRao: 800_000n,
      totalIssuanceRao: 1_801_000n - (900_000n - 500_000n - 500n),
    })
  })

  it('does not count the pool of a subnet that was there when that rule came', () => {
    const context = lived()
    const old = { ...context, config: { ...context.config, poolRefundBlock: 1_000 } }
    dissolveSubnet(old, NETUID)
    expect(context.state.balanceRao(STAKER)).toBe(1_000n + 800_000n)
  })

  it('leaves shares of a hotkey without stake to the next subnet', () => {
    const context = lived()
    const { state } = context
    const share = safeFloat(3n)!
    state.set(stakes, [NETUID, ABANDONED], { totalAlpha: 0n, denominator: share })
    state.set(shares, [NETUID, ABANDONED, STAKER], share)
    dissolveSubnet(context, NETUID)
    expect(state.get(shares, NETUID, ABANDONED, STAKER)).toEqual(share)
    expect(recordsOf(context, NETUID)).toMatchObject({ stakes: 1, shares: 1 })
  })

  it('hands six hyperparameters on; all others begin as on any new subnet', () => {
    const context = lived()
    const { state } = context
    dissolveSubnet(context, NETUID)
    state.setBalanceRao(OWNER, 2_000_000_000_000n)
    createSubnet(context, NETUID, { owner: OWNER, ownerHotkey: OWNER_HOTKEY, lockRao: 1_000_000_000_000n })
    expect(state.hyperparameters(NETUID)).toEqual({
      ...REFERENCE_HYPERPARAMETERS,
      ownerIncentiveIsRecycled: true,
      ownerCutEnabled: false,
      minNonImmuneUids: 5,
      minAllowedUids: 6,
      rootClaimThresholdAlpha: 7n,
      minChildkeyTakeU16: 8,
    })
    expect(state.row(prices, NETUID)).toMatchObject({ movingPriceQ32: 0n, rootProportionBits: 7n })
    expect(state.row(reserves, NETUID)).toMatchObject({ accountRao: 1_000_000_000_500n, volumeRao: 0n })
    expect(state.get(autoStakes, NETUID, STAKER)).toBe(DELEGATE)
    expect(state.required(subnets, NETUID)).toMatchObject({
      registeredAtBlock: 1_000,
      emissionEnabled: false,
    })
  })
})
