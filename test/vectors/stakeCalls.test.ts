import { describe, expect, it } from 'vitest'
import type { BlockContext } from '../../src/ledger/BlockContext.js'
import {
  CALL_TABLE,
  type CallArgs,
  type CallEvents,
  type CallName,
} from '../../src/ledger/calls/callTable.js'
import type { CallDefinition } from '../../src/ledger/calls/defineCall.js'
import type { LedgerState } from '../../src/ledger/state/LedgerState.js'
import { hotkeys, hyperparameters, reserves } from '../../src/ledger/state/tables.js'
import { addBareSubnet, contextAt } from './contextAt.js'
import { comparable, type FileInteger, parseEconomicsFile } from './economicsFile.js'
import {
  balancesOf,
  coldkeyOf,
  type FileMoney,
  fileInteger,
  hotkeyOf,
  idOf,
  loadMoney,
  positionsOf,
  totalsOf,
} from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

interface FileState extends FileMoney {
  readonly subnets: readonly {
    readonly netuid: number
    readonly subnet_tao_rao: FileInteger
    readonly alpha_in: FileInteger
    readonly alpha_out: FileInteger
    readonly quote_weight_e18: FileInteger
  }[]
}

/** A call with what it takes; each kind has some of it. */
interface FileCall {
  readonly op: string
  readonly coldkey: number
  readonly hotkey: number
  readonly netuid: number
  readonly to_coldkey: number
  readonly to_hotkey: number
  readonly to_netuid: number
  readonly amount_rao: FileInteger
  readonly amount_alpha: FileInteger
  readonly limit_rao_per_alpha: FileInteger
  readonly allow_partial: boolean
}

interface StakeCase {
  readonly input: {
    readonly block: number
    readonly block_author: number | null
    readonly stake_threshold: FileInteger
    readonly nominator_min_required_stake: FileInteger
    readonly transfer_toggle_of_subnets_1_and_2: readonly boolean[]
    readonly subtoken_enabled_of_subnets_1_and_2: readonly boolean[]
    readonly fee_rate_u16: number
    readonly hotkey_owners: readonly (readonly [hotkey: number, coldkey: number])[]
    readonly state: FileState
    readonly call: FileCall
  }
  readonly expected: { readonly error: string | null; readonly state: FileState | null }
}

function contextOf(input: StakeCase['input']): BlockContext<CallEvents> {
  const context = {
    ...contextAt(input.block, {
      stakeThresholdRao: BigInt(input.stake_threshold),
      nominatorMinStakeFactor: BigInt(input.nominator_min_required_stake),
    }),
    author: input.block_author === null ? null : coldkeyOf(input.block_author),
  }
  const { state, config } = context
  for (const [at, netuid] of [1, 2].entries()) {
    addBareSubnet(context, netuid)
    state.setSubnet(netuid, { subtokenEnabled: input.subtoken_enabled_of_subnets_1_and_2[at] ?? false })
    state.set(hyperparameters, [netuid], {
      ...config.hyperparameters,
      transfersEnabled: input.transfer_toggle_of_subnets_1_and_2[at] ?? false,
      poolFeeU16: input.fee_rate_u16,
    })
  }
  for (const subnet of input.state.subnets) {
    state.setRow(reserves, subnet.netuid, {
      subnetTaoRao: BigInt(subnet.subnet_tao_rao),
      alphaIn: BigInt(subnet.alpha_in),
      alphaOut: BigInt(subnet.alpha_out),
      quoteWeightE18: BigInt(subnet.quote_weight_e18),
    })
  }
  loadMoney(state, input.state)
  for (const [hotkey, coldkey] of input.hotkey_owners) {
    state.set(hotkeys, [idOf(hotkey)], { owner: idOf(coldkey), takeU16: null, takeChangedAtBlock: 0 })
  }
  return context
}

/** The state as the file has it after a call. */
function fileStateOf(state: LedgerState): FileState {
  return {
    total_issuance_rao: fileInteger(state.chain.totalIssuanceRao),
    total_stake_rao: fileInteger(state.chain.totalStakeRao),
    balances_rao: balancesOf(state),
    positions: positionsOf(state),
    hotkey_totals: totalsOf(state),
    subnets: [0, ...state.netuids()].map((netuid) => {
      const has = state.row(reserves, netuid)
      return {
        netuid,
        subnet_tao_rao: fileInteger(has.subnetTaoRao),
        alpha_in: fileInteger(has.alphaIn),
        alpha_out: fileInteger(has.alphaOut),
        quote_weight_e18: fileInteger(has.quoteWeightE18),
      }
    }),
  }
}

/** The ledger's call for each of the file's. */
const CALLS: { readonly [op: string]: (call: FileCall) => { [N in CallName]: [N, CallArgs[N]] }[CallName] } =
  {
    add_stake: (call) => ['addStake', { ...spot(call), amountRao: BigInt(call.amount_rao) }],
    add_stake_limit: (call) => [
      'addStakeLimit',
      { ...spot(call), amountRao: BigInt(call.amount_rao), ...limit(call) },
    ],
    remove_stake: (call) => ['removeStake', { ...spot(call), amountAlpha: BigInt(call.amount_alpha) }],
    remove_stake_limit: (call) => [
      'removeStakeLimit',
      { ...spot(call), amountAlpha: BigInt(call.amount_alpha), ...limit(call) },
    ],
    unstake_all: ({ hotkey }) => ['unstakeAll', { hotkey: hotkeyOf(hotkey) }],
    unstake_all_alpha: ({ hotkey }) => ['unstakeAllAlpha', { hotkey: hotkeyOf(hotkey) }],
    move_stake: (call) => [
      'moveStake',
      { ...way(call), fromHotkey: hotkeyOf(call.hotkey), toHotkey: hotkeyOf(call.to_hotkey) },
    ],
    transfer_stake: (call) => [
      'transferStake',
      { ...way(call), hotkey: hotkeyOf(call.hotkey), toColdkey: coldkeyOf(call.to_coldkey) },
    ],
    swap_stake: (call) => ['swapStake', { ...way(call), hotkey: hotkeyOf(call.hotkey) }],
    recycle_alpha: (call) => ['recycleAlpha', { ...spot(call), amountAlpha: BigInt(call.amount_alpha) }],
    burn_alpha: (call) => ['burnAlpha', { ...spot(call), amountAlpha: BigInt(call.amount_alpha) }],
  }

const spot = ({ netuid, hotkey }: FileCall) => ({ netuid, hotkey: hotkeyOf(hotkey) })

const limit = ({ limit_rao_per_alpha, allow_partial }: FileCall) => ({
  limitRaoPerAlpha: BigInt(limit_rao_per_alpha),
  allowPartial: allow_partial,
})

const way = ({ netuid, to_netuid, amount_alpha }: FileCall) => ({
  fromNetuid: netuid,
  toNetuid: to_netuid,
  amountAlpha: BigInt(amount_alpha),
})

describe('stake_calls.json', () => {
  const file = vectorFiles('economics').find(({ name }) => name === 'stake_calls.json')
  if (file === undefined) throw new TypeError('economics/stake_calls.json is absent.')
  const cases = parseEconomicsFile(file.name, file.content).cases as unknown as StakeCase[]

  for (const [index, { input, expected }] of cases.entries()) {
    const { call } = input
    it(`case ${index}: ${call.op} ends in ${expected.error ?? 'the same state'}`, () => {
      const callOf = CALLS[call.op]
      if (callOf === undefined) throw new TypeError(`There is no call ${call.op}.`)
      const [name, args] = callOf(call)
      const definition = CALL_TABLE[name] as unknown as CallDefinition
      const context = contextOf(input)
      const { state } = context
      const savepoint = state.savepoint()
      const refusal = definition.read(definition.encodeArgs(args))?.(context, idOf(call.coldkey))
      if (refusal !== null) state.rollback(savepoint)
      expect(refusal?.error ?? null).toBe(expected.error)
      expect(comparable(fileStateOf(state))).toEqual(comparable(expected.state ?? input.state))
    })
  }
})
