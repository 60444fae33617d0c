import { describe, expect, it } from 'vitest'
import { referencePreset } from '../../src/chain/index.js'
import { runEpoch } from '../../src/consensus/index.js'
import { addressOf } from '../../src/crypto/index.js'
import { EmissionScheduler } from '../../src/emission/index.js'
import type { BlockContext } from '../../src/ledger/BlockContext.js'
import { SubnetRulesCache } from '../../src/ledger/block/subnetRules.js'
import { addStake } from '../../src/ledger/calls/addStake.js'
import { registerSubnet } from '../../src/ledger/calls/registerSubnet.js'
import { removeStake } from '../../src/ledger/calls/removeStake.js'
import { startSubnet } from '../../src/ledger/calls/startSubnet.js'
import { applyGenesis } from '../../src/ledger/genesis.js'
import { accountOfKey, subnetAccount } from '../../src/ledger/state/account.js'
import type { LedgerState } from '../../src/ledger/state/LedgerState.js'
import { hotkeys, reserves, shares, stakes } from '../../src/ledger/state/tables.js'
import { asHotkey } from '../../src/units/index.js'
import { type FileInteger, parseEconomicsFile } from './economicsFile.js'
import { vectorFiles } from './vectorsDir.js'

type Share = readonly [mantissa: string, exponent: number]
type Position = readonly [hotkey: number, coldkey: number, netuid: number, share: Share, value: FileInteger]

interface FileState {
  readonly balances_rao: readonly (readonly [number | string, FileInteger])[]
  readonly positions: readonly Position[]
  readonly hotkey_totals: readonly (readonly [number, number, FileInteger, Share])[]
  readonly subnets: readonly { netuid: number; subnet_tao_rao: FileInteger; alpha_out: FileInteger }[]
}

interface StakeCase {
  readonly input: {
    readonly hotkey_owners: readonly (readonly [number, number])[]
    readonly state: FileState
    readonly call: {
      readonly op: string
      readonly coldkey: number
      readonly hotkey: number
      readonly netuid?: number
      readonly amount_rao?: FileInteger
      readonly amount_alpha?: FileInteger
    }
  }
  readonly expected: { readonly error: string | null; readonly state: FileState | null }
}

/** The file's root subnet is of mechanism 0, as every subnet here: it stands for our number 1. */
const NETUID = 1

const keyOf = (account: number): Uint8Array => {
  const key = new Uint8Array(32)
  new DataView(key.buffer).setUint32(28, account)
  return key
}
const idOf = (account: number) => accountOfKey(keyOf(account))
const founder = 65_000

function contextWith(file: FileState, owners: readonly (readonly [number, number])[]): BlockContext {
  const { config } = referencePreset
  const state = applyGenesis({
    config,
    endowments: [{ address: addressOf(keyOf(founder)), balanceRao: 10n ** 16n }],
  })
  const context: BlockContext = {
    state,
    config,
    block: 1,
    author: null,
    parentHash: '0'.repeat(64),
    runEpoch,
    scheduler: new EmissionScheduler(),
    rules: new SubnetRulesCache(),
    emit: () => {},
  }
  const hotkey = asHotkey(addressOf(keyOf(founder + 1)))
  registerSubnet.read(registerSubnet.encodeArgs({ hotkey }))!(context, idOf(founder))
  startSubnet.read(startSubnet.encodeArgs({ netuid: NETUID }))!(context, idOf(founder))
  load(state, file)
  for (const [hot, cold] of owners) {
    state.set(hotkeys, [idOf(hot)], { owner: idOf(cold), takeU16: null, takeChangedAtBlock: 0 })
  }
  return context
}

function load(state: LedgerState, file: FileState): void {
  const safe = ([mantissa, exponent]: Share) => ({ mantissa: BigInt(mantissa), exponent })
  for (const [account, balance] of file.balances_rao) {
    if (typeof account === 'number') state.setBalanceRao(idOf(account), BigInt(balance))
    else if (account === 'subnet-0') state.setBalanceRao(subnetAccount(NETUID), BigInt(balance))
  }
  for (const [hot, cold, netuid, share] of file.positions) {
    if (netuid === 0) state.set(shares, [NETUID, idOf(hot), idOf(cold)], safe(share))
  }
  for (const [hot, netuid, total, denominator] of file.hotkey_totals) {
    if (netuid !== 0) continue
    const positions = file.positions.filter((row) => row[0] === hot && row[2] === 0).length
    const pool = {
      totalAlpha: BigInt(total),
      denominator: safe(denominator),
      positions,
      peakExponent: denominator[1],
    }
    state.set(stakes, [NETUID, idOf(hot)], pool)
  }
  const root = file.subnets.find(({ netuid }) => netuid === 0)!
  const money = { subnetTaoRao: BigInt(root.subnet_tao_rao), alphaOut: BigInt(root.alpha_out) }
  state.setRow(reserves, NETUID, money)
}

/** The part of the state that a staking call on the subnet can change, as the file writes it. */
function visible(state: LedgerState, coldkey: number, accounts: readonly number[]) {
  const { subnetTaoRao, alphaOut } = state.row(reserves, NETUID)
  const name = (id: string): number => Number.parseInt(id.slice(-8), 16)
  return {
    balance: state.balanceRao(idOf(coldkey)),
    others: accounts.map((account) => [account, state.balanceRao(idOf(account))]),
    subnetAccount: state.balanceRao(subnetAccount(NETUID)),
    subnetTaoRao,
    alphaOut,
    positions: state
      .range(shares)
      .map(([[, hot, cold], { mantissa, exponent }]) => [name(hot), name(cold), mantissa, exponent]),
    totals: state
      .range(stakes)
      .map(([[, hot], { totalAlpha, denominator }]) => [
        name(hot),
        totalAlpha,
        denominator.mantissa,
        denominator.exponent,
      ]),
  }
}

describe('stake_calls.json on the subnet of mechanism 0', () => {
  const file = vectorFiles('economics').find(({ name }) => name === 'stake_calls.json')
  if (file === undefined) throw new TypeError('economics/stake_calls.json is absent.')
  const cases = parseEconomicsFile(file.name, file.content).cases as unknown as StakeCase[]
  const own = cases
    .map((item, index) => ({ ...item, index }))
    .filter(({ input: { call } }) => call.netuid === 0 && /^(add|remove)_stake$/.test(call.op))

  it('holds cases of both calls', () => {
    expect(own.filter(({ input }) => input.call.op === 'add_stake').length).toBeGreaterThan(5)
    expect(own.filter(({ input }) => input.call.op === 'remove_stake').length).toBeGreaterThan(5)
  })

  for (const { input, expected, index } of own) {
    const { call, state: before } = input
    it(`case ${index}: ${call.op} ends in ${expected.error ?? 'the same balances and shares'}`, () => {
      const context = contextWith(before, input.hotkey_owners)
      const hotkey = asHotkey(addressOf(keyOf(call.hotkey)))
      const run =
        call.op === 'add_stake'
          ? addStake.read(
              addStake.encodeArgs({ netuid: NETUID, hotkey, amountRao: BigInt(call.amount_rao!) }),
            )
          : removeStake.read(
              removeStake.encodeArgs({ netuid: NETUID, hotkey, amountAlpha: BigInt(call.amount_alpha!) }),
            )
      const refusal = run!(context, idOf(call.coldkey))
      expect(refusal?.error ?? null).toBe(expected.error)
      const wanted = contextWith(expected.state ?? before, input.hotkey_owners)
      const accounts = before.balances_rao.map(([account]) => account).filter((a) => typeof a === 'number')
      expect(visible(context.state, call.coldkey, accounts)).toEqual(
        visible(wanted.state, call.coldkey, accounts),
      )
    })
  }
})
