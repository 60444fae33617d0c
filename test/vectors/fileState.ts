import { createHash } from 'node:crypto'
import { addressOf } from '../../src/crypto/index.js'
import { positionValue } from '../../src/ledger/money/stake.js'
import { MAIN_MECHANISM } from '../../src/ledger/neurons/columns.js'
import { storedBonds } from '../../src/ledger/neurons/matrices.js'
import {
  type AccountId,
  accountOfKey,
  BURN_ACCOUNT,
  NOBODY,
  subnetAccount,
} from '../../src/ledger/state/account.js'
import type { LedgerState } from '../../src/ledger/state/LedgerState.js'
import {
  accounts,
  children,
  clocks,
  epochs,
  hotkeys,
  incentives,
  injections,
  lastUpdates,
  locks,
  locksByColdkey,
  neurons,
  pendingChildren,
  pendings,
  prices,
  reserves,
  rootClaimed,
  rootClaimRates,
  shares,
  stakes,
  tallies,
  weights,
} from '../../src/ledger/state/tables.js'
import type { SafeFloat } from '../../src/math/index.js'
import { type Address, asHotkey, type Hotkey, type Netuid } from '../../src/units/index.js'
import type { FileInteger } from './economicsFile.js'

/** An account of a vector file: a small integer, or by name what belongs to the chain. */
export type FileAccount = number | string

/** Shares as files have them. */
export type FileShare = readonly [mantissa: FileInteger, exponent: number]

/** The 32-byte key of an account of the files: their order is that of the integers. */
export function keyOf(account: number): Uint8Array {
  const key = new Uint8Array(32)
  new DataView(key.buffer).setUint32(28, account)
  return key
}

export function idOf(account: FileAccount): AccountId {
  if (account === 'burn') return BURN_ACCOUNT
  if (typeof account === 'string') return subnetAccount(Number(account.slice('subnet-'.length)))
  return accountOfKey(keyOf(account))
}

export const coldkeyOf = (account: number): Address => addressOf(keyOf(account))
export const hotkeyOf = (account: number): Hotkey => asHotkey(addressOf(keyOf(account)))

/** The number of an account. */
export const numberOf = (id: AccountId): number => Number.parseInt(id.slice(-8), 16)

/** As the files write integers: text above 2^53. */
export const fileInteger = (value: bigint): FileInteger =>
  value <= 2n ** 53n && value >= -(2n ** 53n) ? Number(value) : String(value)

export const fileShare = ({ mantissa, exponent }: SafeFloat): FileShare => [fileInteger(mantissa), exponent]
export const safeOf = ([mantissa, exponent]: FileShare): SafeFloat => ({
  mantissa: BigInt(mantissa),
  exponent,
})

export type FilePosition = readonly [
  hotkey: number,
  coldkey: number,
  netuid: Netuid,
  share: FileShare,
  value: FileInteger,
]
export type FileTotal = readonly [hotkey: number, netuid: Netuid, total: FileInteger, denominator: FileShare]

/** What the files say of money, wherever they say it. */
export interface FileMoney {
  readonly total_issuance_rao: FileInteger
  readonly total_stake_rao: FileInteger
  readonly balances_rao: readonly (readonly [FileAccount, FileInteger])[]
  readonly positions: readonly FilePosition[]
  readonly hotkey_totals: readonly FileTotal[]
}

/** Puts balances and stake of a file into a state whose subnets are there. */
export function loadMoney(state: LedgerState, file: FileMoney): void {
  state.setChain({
    totalIssuanceRao: BigInt(file.total_issuance_rao),
    totalStakeRao: BigInt(file.total_stake_rao),
  })
  for (const [account, balance] of file.balances_rao) state.setBalanceRao(idOf(account), BigInt(balance))
  for (const [hotkey, coldkey, netuid, share] of file.positions) {
    state.set(shares, [netuid, idOf(hotkey), idOf(coldkey)], safeOf(share))
  }
  for (const [hotkey, netuid, total, denominator] of file.hotkey_totals) {
    const pool = { totalAlpha: BigInt(total), denominator: safeOf(denominator) }
    state.set(stakes, [netuid, idOf(hotkey)], pool)
  }
}

/** Balances, as files list them: subnets' accounts by name, after all others and in the order of their numbers, then what was burned. */
export function balancesOf(state: LedgerState): [FileAccount, FileInteger][] {
  const people: [FileAccount, FileInteger][] = []
  let burned: bigint | undefined
  for (const [[account], { balanceRao }] of state.range(accounts)) {
    if (account === BURN_ACCOUNT) burned = balanceRao
    else if (balanceRao > 0n) people.push([numberOf(account), fileInteger(balanceRao)])
  }
  const subnets = [...state.required(reserves).accountRao.entries()].flatMap(
    ([netuid, balanceRao]): [FileAccount, FileInteger][] =>
      balanceRao > 0n ? [[`subnet-${netuid}`, fileInteger(balanceRao)]] : [],
  )
  return [
    ...people,
    ...subnets,
    ...(burned === undefined ? [] : [['burn', fileInteger(burned)] as [string, FileInteger]]),
  ]
}

/** Ascending by the numbers they begin with. */
function sorted<T extends readonly unknown[]>(rows: T[], parts: number): T[] {
  return rows.sort((a, b) => {
    for (let part = 0; part < parts; part++) {
      const difference = (a[part] as number) - (b[part] as number)
      if (difference !== 0) return difference
    }
    return 0
  })
}

export function positionsOf(state: LedgerState): FilePosition[] {
  const rows = state
    .range(shares)
    .map(
      ([[netuid, hotkey, coldkey], share]): FilePosition => [
        numberOf(hotkey),
        numberOf(coldkey),
        netuid,
        fileShare(share),
        fileInteger(positionValue(state, { netuid, hotkey, coldkey })),
      ],
    )
  return sorted(rows, 3)
}

export function totalsOf(state: LedgerState): FileTotal[] {
  const rows = state
    .range(stakes)
    .filter(([, { totalAlpha }]) => totalAlpha > 0n)
    .map(
      ([[netuid, hotkey], { totalAlpha, denominator }]): FileTotal => [
        numberOf(hotkey),
        netuid,
        fileInteger(totalAlpha),
        fileShare(denominator),
      ],
    )
  return sorted(rows, 2)
}

/** All state as a scenario's checkpoint has it. */
export function scenarioState(state: LedgerState): Readonly<Record<string, unknown>> {
  const { block, totalIssuanceRao, totalStakeRao, lastLockRao, lastLockBlock } = state.chain
  return {
    block,
    total_issuance_rao: fileInteger(totalIssuanceRao),
    balances_total_issuance_rao: fileInteger(totalIssuanceRao),
    total_stake_rao: fileInteger(totalStakeRao),
    network_last_lock_rao: fileInteger(lastLockRao),
    network_last_lock_block: lastLockBlock,
    balances_rao: balancesOf(state),
    hotkey_owners: state.range(hotkeys).map(([[hotkey], { owner }]) => [numberOf(hotkey), numberOf(owner)]),
    delegate_takes_u16: state
      .range(hotkeys)
      .flatMap(([[hotkey], { takeU16 }]) => (takeU16 === null ? [] : [[numberOf(hotkey), takeU16]])),
    positions: positionsOf(state),
    hotkey_totals: totalsOf(state),
    root_claim_rates_i96f32_bits: state
      .range(rootClaimRates)
      .map(([[hotkey, netuid], bits]) => [numberOf(hotkey), netuid, fileInteger(bits)]),
    root_claimed_alpha: state
      .range(rootClaimed)
      .map(([[netuid, hotkey, coldkey], alpha]) => [
        netuid,
        numberOf(hotkey),
        numberOf(coldkey),
        fileInteger(alpha),
      ]),
    locks: locksOf(state),
    subnets: [0, ...state.netuids()].map((netuid) => subnetState(state, netuid)),
  }
}

/** [coldkey, netuid, hotkey, mass, conviction bits, last block]. */
function locksOf(state: LedgerState): unknown[] {
  return state.range(locksByColdkey).map(([[coldkey, netuid]]) => {
    const { hotkey, massAlpha, convictionBits, lastBlock } = state.required(locks, netuid, coldkey)
    return [
      numberOf(coldkey),
      netuid,
      numberOf(hotkey),
      fileInteger(massAlpha),
      fileInteger(convictionBits),
      lastBlock,
    ]
  })
}

export function subnetState(state: LedgerState, netuid: Netuid): Readonly<Record<string, unknown>> {
  const subnet = state.subnet(netuid)
  const has = state.row(reserves, netuid)
  const price = state.row(prices, netuid)
  const pending = state.row(pendings, netuid)
  const last = state.row(injections, netuid)
  const clock = state.row(clocks, netuid)
  const tally = state.row(tallies, netuid)
  const members = state.getOrBlank(neurons, netuid)
  const epoch = state.getOrBlank(epochs, netuid)
  const flagsOf = (column: Uint8Array): boolean[] => [...column].map(Boolean)
  return {
    netuid,
    subnet_tao_rao: fileInteger(has.subnetTaoRao),
    alpha_in: fileInteger(has.alphaIn),
    alpha_out: fileInteger(has.alphaOut),
    protocol_alpha: fileInteger(has.protocolAlpha),
    quote_weight_e18: fileInteger(has.quoteWeightE18),
    moving_price_i96f32_bits: fileInteger(price.movingPriceQ32),
    root_proportion_u96f32_bits: fileInteger(price.rootProportionBits),
    volume_rao: fileInteger(has.volumeRao),
    pending_server_alpha: fileInteger(pending.serverAlpha),
    pending_validator_alpha: fileInteger(pending.validatorAlpha),
    pending_root_alpha: fileInteger(pending.rootAlpha),
    pending_owner_cut_alpha: fileInteger(pending.ownerCutAlpha),
    tao_in_emission_rao: fileInteger(last.taoInRao),
    alpha_in_emission: fileInteger(last.alphaIn),
    alpha_out_emission: fileInteger(last.alphaOut),
    excess_tao_rao: fileInteger(last.excessRao),
    miner_burned_u96f32_bits: fileInteger(tally.minerBurnedBits),
    tempo: state.hyperparameters(netuid).tempoBlocks,
    last_epoch_block: clock.lastEpochBlock,
    pending_epoch_at: clock.pendingEpochAtBlock,
    blocks_since_last_step: clock.blocksSinceLastStep,
    epoch_index: clock.epochIndex,
    last_step_block: clock.lastStepBlock,
    registration_price_rao: fileInteger(price.burnRao),
    rao_recycled_for_registration: fileInteger(tally.recycledRao),
    subnet_locked_rao: fileInteger(subnet.lockRao),
    owner_coldkey: subnet.owner === NOBODY ? 0 : numberOf(subnet.owner),
    owner_hotkey: subnet.ownerHotkey === NOBODY ? 0 : numberOf(subnet.ownerHotkey),
    n: members.hotkey.length,
    hotkeys: members.hotkey.map(numberOf),
    registered_at_blocks: [...members.registeredAtBlock],
    last_update_blocks: [...state.getOrBlank(lastUpdates, netuid, MAIN_MECHANISM).block],
    active: flagsOf(epoch.active),
    validator_permit: flagsOf(epoch.validatorPermit),
    consensus_u16: [...epoch.consensusU16],
    incentive_u16: [...state.getOrBlank(incentives, netuid, MAIN_MECHANISM).incentiveU16],
    dividends_u16: [...epoch.dividendsU16],
    validator_trust_u16: [...epoch.validatorTrustU16],
    emission_alpha: [...epoch.emissionAlpha].map(fileInteger),
    weights_u16: members.hotkey.map((_, uid) => weightsOf(state, netuid, uid)),
    bonds_u16: bondsOf(state, netuid),
    children: state.range(children, netuid).map(([[, hotkey], links]) => [numberOf(hotkey), linksOf(links)]),
    pending_children: state
      .range(pendingChildren, netuid)
      .map(([[, hotkey], { afterBlock, ...links }]) => [numberOf(hotkey), linksOf(links), afterBlock]),
  }
}

function linksOf(links: { proportionU64: BigUint64Array; hotkey: readonly AccountId[] }): unknown[] {
  return links.hotkey.map((hotkey, at) => [fileInteger(links.proportionU64[at] ?? 0n), numberOf(hotkey)])
}

function weightsOf(state: LedgerState, netuid: Netuid, uid: number): number[][] {
  const row = state.get(weights, netuid, MAIN_MECHANISM, uid)
  return row === undefined ? [] : [...row.uids].map((target, at) => [target, row.values[at] ?? 0])
}

function bondsOf(state: LedgerState, netuid: Netuid): number[][][] {
  const { rowStart, column, value } = storedBonds(state, netuid, MAIN_MECHANISM)
  return state.hotkeys(netuid).map((_, uid) => {
    const targets = [...column.subarray(rowStart[uid], rowStart[uid + 1])]
    return targets.map((target, at) => [target, value[(rowStart[uid] ?? 0) + at] ?? 0])
  })
}

/** What the files' digests are made of: keys sorted, no white space. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(withSortedKeys(value)))
    .digest('hex')
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, withSortedKeys(item)]))
}
