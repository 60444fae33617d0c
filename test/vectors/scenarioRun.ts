import { referencePreset } from '../../src/chain/index.js'
import { epochFunction } from '../../src/engine/index.js'
import { type CallName, Ledger, type LedgerEvent, type TestCall } from '../../src/ledger/index.js'
import type { FileInteger } from './economicsFile.js'
import { coldkeyOf, hotkeyOf } from './fileState.js'

/** An operation of a scenario: its name, who does it, what it says, and how it ends. */
export interface FileOperation {
  readonly op: string
  readonly result_error: string | null
  readonly [field: string]: unknown
}

export interface ScenarioInput {
  readonly scenario: string
  readonly blocks: number
  readonly genesis: {
    readonly balances_rao: readonly (readonly [number, FileInteger])[]
    readonly tao_weight_u64: FileInteger
    readonly network_rate_limit_blocks: number
    readonly num_root_claim: number
    readonly pending_childkey_cooldown_blocks: number
    readonly moving_alpha_i96f32_bits: FileInteger
    readonly block_author: number | null
  }
  readonly operations: readonly { readonly block: number; readonly ops: readonly FileOperation[] }[]
}

/** A ledger before the first block of a scenario. */
export function scenarioLedger({ genesis }: ScenarioInput): Ledger {
  const config = {
    ...referencePreset.config,
    taoWeightU64: BigInt(genesis.tao_weight_u64),
    networkRateLimitBlocks: genesis.network_rate_limit_blocks,
    rootClaimsPerBlock: genesis.num_root_claim,
    pendingChildkeyCooldownBlocks: genesis.pending_childkey_cooldown_blocks,
    movingAlphaBits: BigInt(genesis.moving_alpha_i96f32_bits),
    callOrder: 'given' as const,
    testOriginAllowed: true,
  }
  const endowments = genesis.balances_rao.map(([account, balance]) => ({
    address: coldkeyOf(account),
    balanceRao: BigInt(balance),
  }))
  return new Ledger({ config, endowments }, { runEpoch: epochFunction() })
}

/** What the draw of automatic claims goes by in a block of the scenarios. */
export function parentHashOf(block: number): string {
  return Array.from({ length: 32 }, (_, at) =>
    ((31 * block + 17 * at) % 256).toString(16).padStart(2, '0'),
  ).join('')
}

type Call = readonly [name: CallName, args: object]

const rao = (value: unknown): bigint => BigInt(value as FileInteger)
const hotkey = (value: unknown) => hotkeyOf(value as number)
const override = ({ netuid }: FileOperation, name: string, value: unknown): Call =>
  ['overrideHyperparameter', { netuid, name, value }] as unknown as Call

/** Each operation as the call that does it. */
const CALLS: Readonly<Record<string, (op: FileOperation) => Call>> = {
  register_subnet: (op) => call('registerSubnet', { hotkey: hotkey(op.hotkey) }),
  start_call: ({ netuid }) => call('startSubnet', { netuid }),
  register: (op) => call('registerNeuron', { netuid: op.netuid, hotkey: hotkey(op.hotkey), limitRao: null }),
  root_register: (op) => call('rootRegister', { hotkey: hotkey(op.hotkey) }),
  add_stake: (op) =>
    call('addStake', { netuid: op.netuid, hotkey: hotkey(op.hotkey), amountRao: rao(op.amount_rao) }),
  add_stake_limit: (op) =>
    call('addStakeLimit', {
      netuid: op.netuid,
      hotkey: hotkey(op.hotkey),
      amountRao: rao(op.amount_rao),
      limitRaoPerAlpha: rao(op.limit_rao_per_alpha),
      allowPartial: op.allow_partial,
    }),
  remove_stake: (op) =>
    call('removeStake', { netuid: op.netuid, hotkey: hotkey(op.hotkey), amountAlpha: rao(op.amount_alpha) }),
  move_stake: (op) =>
    call('moveStake', {
      fromHotkey: hotkey(op.hotkey),
      toHotkey: hotkey(op.to_hotkey),
      fromNetuid: op.netuid,
      toNetuid: op.to_netuid,
      amountAlpha: rao(op.amount_alpha),
    }),
  swap_stake: (op) =>
    call('swapStake', {
      hotkey: hotkey(op.hotkey),
      fromNetuid: op.netuid,
      toNetuid: op.to_netuid,
      amountAlpha: rao(op.amount_alpha),
    }),
  transfer_stake: (op) =>
    call('transferStake', {
      toColdkey: coldkeyOf(op.to_coldkey as number),
      hotkey: hotkey(op.hotkey),
      fromNetuid: op.netuid,
      toNetuid: op.to_netuid,
      amountAlpha: rao(op.amount_alpha),
    }),
  unstake_all: (op) => call('unstakeAll', { hotkey: hotkey(op.hotkey) }),
  burn_alpha: (op) =>
    call('burnAlpha', { netuid: op.netuid, hotkey: hotkey(op.hotkey), amountAlpha: rao(op.amount_alpha) }),
  recycle_alpha: (op) =>
    call('recycleAlpha', { netuid: op.netuid, hotkey: hotkey(op.hotkey), amountAlpha: rao(op.amount_alpha) }),
  transfer_tao: (op) =>
    call('transfer', { to: coldkeyOf(op.to_coldkey as number), amountRao: rao(op.amount_rao) }),
  set_weights: (op) =>
    call('setWeights', { netuid: op.netuid, uids: op.uids, values: op.values, versionKey: op.version_key }),
  set_children: (op) =>
    call('setChildren', {
      netuid: op.netuid,
      hotkey: hotkey(op.hotkey),
      children: (op.children as [FileInteger, number][]).map(([proportion, child]) => ({
        proportionU64: rao(proportion),
        hotkey: hotkey(child),
      })),
    }),
  set_childkey_take: (op) =>
    call('setChildkeyTake', { netuid: op.netuid, hotkey: hotkey(op.hotkey), takeU16: op.take_u16 }),
  increase_take: (op) => call('increaseTake', { hotkey: hotkey(op.hotkey), takeU16: op.take_u16 }),
  decrease_take: (op) => call('decreaseTake', { hotkey: hotkey(op.hotkey), takeU16: op.take_u16 }),
  trigger_epoch: ({ netuid }) => call('triggerEpoch', { netuid }),
  set_auto_stake_hotkey: (op) => call('setAutoStakeHotkey', { netuid: op.netuid, hotkey: hotkey(op.hotkey) }),
  lock_stake: (op) =>
    call('lockStake', { netuid: op.netuid, hotkey: hotkey(op.hotkey), amountAlpha: rao(op.amount_alpha) }),
  set_root_claim_type: (op) => call('setRootClaimType', rootClaimOf(op.type)),
  claim_root: ({ netuids }) => call('claimRoot', { netuids }),
  root_dissolve_network: ({ netuid }) => call('overrideDissolve', { netuid }),
  root_set_emission_enabled: ({ netuid, enabled }) => call('overrideEmission', { netuid, enabled }),
  root_set_commit_reveal: (op) => override(op, 'commitRevealEnabled', op.enabled),
  root_set_weights_rate_limit: (op) => override(op, 'weightsSetRateLimitBlocks', op.blocks),
  root_set_tempo: (op) => override(op, 'tempoBlocks', op.tempo),
  root_set_immunity_period: (op) => override(op, 'immunityPeriodBlocks', op.blocks),
  root_set_max_validators: (op) => override(op, 'maxAllowedValidators', op.value),
  root_set_liquid_alpha: (op) => override(op, 'liquidAlphaEnabled', op.enabled),
  root_set_recycle_owner_incentive: (op) => override(op, 'ownerIncentiveIsRecycled', op.recycle),
  root_set_bonds_penalty: (op) => override(op, 'bondsPenaltyU16', op.value_u16),
  root_set_yuma3: (op) => override(op, 'yuma3Enabled', op.enabled),
  root_set_owner_cut_enabled: (op) => override(op, 'ownerCutEnabled', op.enabled),
  root_set_ema_price_halving: (op) => override(op, 'emaPriceHalvingBlocks', op.blocks),
  root_set_max_uids: (op) => override(op, 'maxAllowedUids', op.value),
}

function call(name: string, args: object): Call {
  return [name, args] as unknown as Call
}

/** Who signs: the operations of root are of nobody, and weights are of hotkeys. */
function signerOf({ op, coldkey, hotkey: own }: FileOperation): number {
  if (op === 'set_weights') return own as number
  return (coldkey as number | undefined) ?? 1
}

export function testCallOf(op: FileOperation): TestCall {
  const made = CALLS[op.op]?.(op)
  if (made === undefined) throw new TypeError(`Scenarios have no operation ${op.op}.`)
  const [name, args] = made
  return { signer: coldkeyOf(signerOf(op)), name, args } as TestCall
}

/** Runs a scenario block by block. */
export function* runScenario(input: ScenarioInput): Generator<{
  readonly block: number
  readonly ledger: Ledger
  readonly ops: readonly FileOperation[]
  readonly refusals: readonly (string | null)[]
  readonly events: readonly LedgerEvent[]
}> {
  const ledger = scenarioLedger(input)
  const operations = new Map(input.operations.map(({ block, ops }) => [block, ops]))
  const author = input.genesis.block_author
  for (let block = 1; block <= input.blocks; block++) {
    const ops = operations.get(block) ?? []
    const made = ledger.finalizeBlock(
      ops.map((op) => ledger.testCall(testCallOf(op))),
      { ...(author === null ? {} : { author: coldkeyOf(author) }), claimSeed: parentHashOf(block) } as never,
    )
    if (made.dropped.length > 0)
      throw new TypeError(`block ${block} dropped ${made.dropped[0]?.refusal.error}`)
    ledger.commit()
    const refusals = made.receipts.map(({ refusal }) => refusal?.error ?? null)
    yield { block, ledger, ops, refusals, events: made.events }
  }
}

/** What files call a claim type: its name, or the subnets on which alpha is kept. */
function rootClaimOf(type: unknown): object {
  if (typeof type === 'string') return { rootClaim: type, keptNetuids: [] }
  return { rootClaim: 'KeepSubnets', keptNetuids: (type as { KeepSubnets: number[] }).KeepSubnets }
}
