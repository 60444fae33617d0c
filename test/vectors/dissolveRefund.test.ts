import { describe, expect, it } from 'vitest'
import { subnetAccount } from '../../src/ledger/state/account.js'
import { reserves } from '../../src/ledger/state/tables.js'
import { recycleRest } from '../../src/ledger/subnets/dissolveSubnet.js'
import { refundStakers } from '../../src/ledger/subnets/refundStakers.js'
import { addBareSubnet, contextAt } from './contextAt.js'
import { comparable, type FileInteger } from './economicsFile.js'
import { balancesOf, type FileAccount, type FileShare, loadMoney, numberOf } from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

interface Case {
  readonly input: {
    readonly balances_rao: readonly (readonly [number, FileInteger])[]
    readonly subnet_account_rao: FileInteger
    readonly subnet_tao_rao: FileInteger
    readonly alpha_in: FileInteger
    readonly protocol_alpha: FileInteger
    readonly registered_at_block: number
    readonly refund_deployment_block: number
    readonly hotkeys: readonly (readonly [
      hotkey: number,
      total: FileInteger,
      denominator: FileShare,
      shares: readonly (readonly [coldkey: number, share: FileShare])[],
    ])[]
    readonly total_issuance_rao: FileInteger
    readonly total_stake_rao: FileInteger
  }
  readonly expected: unknown
}

const NETUID = 1

/** Dissolves the file's subnet as far as money goes. */
function paidOut(input: Case['input']): unknown {
  const context = contextAt(10_000, { poolRefundBlock: input.refund_deployment_block })
  const { state } = context
  addBareSubnet(context, NETUID)
  state.setSubnet(NETUID, { registeredAtBlock: input.registered_at_block })
  loadMoney(state, {
    ...input,
    positions: input.hotkeys.flatMap(([hotkey, , , shares]) =>
      shares.map(([coldkey, share]) => [hotkey, coldkey, NETUID, share, 0] as const),
    ),
    hotkey_totals: input.hotkeys.map(([hotkey, total, denominator]) => [hotkey, NETUID, total, denominator]),
  })
  state.setRow(reserves, NETUID, {
    accountRao: BigInt(input.subnet_account_rao),
    subnetTaoRao: BigInt(input.subnet_tao_rao),
    alphaIn: BigInt(input.alpha_in),
    protocolAlpha: BigInt(input.protocol_alpha),
  })
  const payments = refundStakers(context, NETUID).map(({ coldkey, amountRao, isPaid }) => [
    numberOf(coldkey),
    amountRao,
    isPaid,
  ])
  const recycledRao = recycleRest(context, NETUID)
  return {
    payments,
    balances_rao: balancesOf(state).filter(
      ([account]: readonly [FileAccount, unknown]) => typeof account === 'number',
    ),
    subnet_account_rao: state.balanceRao(subnetAccount(NETUID)),
    recycled_rao: recycledRao,
    total_issuance_rao: state.chain.totalIssuanceRao,
    total_stake_rao: state.chain.totalStakeRao,
  }
}

const cases = vectorFiles('ledger')
  .filter(({ name }) => name === 'dissolve_refund.json')
  .flatMap(({ content }) => (content as { readonly cases: readonly Case[] }).cases)

describe('paying out a dissolved subnet', () => {
  it.each(cases.map((one, index) => [index, one] as const))('case %i', (_index, { input, expected }) => {
    expect(comparable(paidOut(input))).toEqual(comparable(expected))
  })
})
