import { referencePreset } from '../../src/chain/index.js'
import { runEpoch } from '../../src/consensus/index.js'
import { EmissionScheduler, referencePolicy } from '../../src/emission/index.js'
import type { BlockContext } from '../../src/ledger/BlockContext.js'
import { SubnetRulesCache } from '../../src/ledger/block/subnetRules.js'
import { addStake } from '../../src/ledger/calls/addStake.js'
import { claimRoot } from '../../src/ledger/calls/claimRoot.js'
import { removeStake } from '../../src/ledger/calls/removeStake.js'
import { setRootClaimType } from '../../src/ledger/calls/setRootClaimType.js'
import { applyGenesis } from '../../src/ledger/genesis.js'
import { payRootDividend, rootClaimFacts } from '../../src/ledger/money/rootClaims.js'
import { creditStake, hotkeyAlpha, positionValue } from '../../src/ledger/money/stake.js'
import { associateHotkey } from '../../src/ledger/neurons/hotkeys.js'
import { rootOwedAlpha } from '../../src/ledger/rules/rootClaim.js'
import { ROOT } from '../../src/ledger/state/account.js'
import {
  config as configTable,
  hyperparameters,
  reserves,
  rootClaimRates,
  SUBNET_COLUMNS,
  subnets,
} from '../../src/ledger/state/tables.js'
import { timelocksOf } from '../../src/ledger/timelocks/BlockTimelocks.js'
import type { FileInteger } from './economicsFile.js'
import { coldkeyOf, hotkeyOf, idOf } from './fileState.js'

const NETUID = 1

type Operation =
  | {
      readonly op: 'add_root_stake' | 'remove_root_stake'
      readonly coldkey: number
      readonly amount_rao: FileInteger
    }
  | { readonly op: 'root_dividend'; readonly amount_alpha: FileInteger }
  | { readonly op: 'set_claim_type'; readonly coldkey: number; readonly type: 'Swap' | 'Keep' }
  | { readonly op: 'claim'; readonly coldkey: number }

interface Input {
  readonly claim_threshold_alpha: FileInteger
  readonly coldkeys: number
  readonly first_coldkey: number
  readonly hotkey: number
  readonly owner_coldkey: number
  readonly balance_of_each_coldkey_rao: FileInteger
  readonly subnet_tao_rao: FileInteger
  readonly alpha_in: FileInteger
  readonly alpha_out: FileInteger
  readonly quote_weight_e18: FileInteger
  readonly operations: readonly Operation[]
}

const coldkeysOf = ({ first_coldkey, coldkeys }: Input): number[] =>
  Array.from({ length: coldkeys }, (_, at) => first_coldkey + at)

/** One subnet with its pool, and coldkeys with money. */
function contextOf(input: Input): BlockContext {
  const { config } = referencePreset
  const state = applyGenesis({
    config,
    endowments: coldkeysOf(input).map((coldkey) => ({
      address: coldkeyOf(coldkey),
      balanceRao: BigInt(input.balance_of_each_coldkey_rao),
    })),
  })
  const subnetTaoRao = BigInt(input.subnet_tao_rao)
  state.set(subnets, [NETUID], {
    ...state.subnet(ROOT),
    mechanism: 1,
    owner: idOf(input.owner_coldkey),
    ownerHotkey: idOf(input.hotkey),
  })
  state.set(hyperparameters, [NETUID], {
    ...config.hyperparameters,
    rootClaimThresholdAlpha: BigInt(input.claim_threshold_alpha),
  })
  for (const columns of SUBNET_COLUMNS) state.makeRoom(columns, NETUID + 1)
  state.setRow(reserves, NETUID, {
    accountRao: subnetTaoRao,
    subnetTaoRao,
    alphaIn: BigInt(input.alpha_in),
    alphaOut: BigInt(input.alpha_out),
    quoteWeightE18: BigInt(input.quote_weight_e18),
  })
  const context: BlockContext = {
    state,
    config: state.required(configTable),
    block: 1,
    author: null,
    isGuarded: true,
    parentHash: '0'.repeat(64),
    runEpoch,
    scheduler: new EmissionScheduler({ policy: referencePolicy }),
    rules: new SubnetRulesCache(),
    kernel: null,
    timelocks: timelocksOf({ pulses: [], texts: [] }),
    emit: () => {},
  }
  associateHotkey(context, idOf(input.owner_coldkey), idOf(input.hotkey))
  return context
}

/** @returns the error, as the ledger names it. */
function apply(context: BlockContext, input: Input, operation: Operation): string | null {
  const { state } = context
  const hotkey = hotkeyOf(input.hotkey)
  switch (operation.op) {
    case 'add_root_stake': {
      const args = { netuid: ROOT, hotkey, amountRao: BigInt(operation.amount_rao) }
      const run = addStake.read(addStake.encodeArgs(args))
      return run?.(context, idOf(operation.coldkey))?.error ?? null
    }
    case 'remove_root_stake': {
      const args = { netuid: ROOT, hotkey, amountAlpha: BigInt(operation.amount_rao) }
      const run = removeStake.read(removeStake.encodeArgs(args))
      return run?.(context, idOf(operation.coldkey))?.error ?? null
    }
    case 'root_dividend': {
      const alpha = BigInt(operation.amount_alpha)
      const position = { netuid: NETUID, hotkey: idOf(input.hotkey), coldkey: idOf(input.owner_coldkey) }
      if (!payRootDividend(state, NETUID, position.hotkey, alpha)) creditStake(state, position, alpha)
      return null
    }
    case 'set_claim_type': {
      const args = { rootClaim: operation.type, keptNetuids: [] }
      const run = setRootClaimType.read(setRootClaimType.encodeArgs(args))
      return run?.(context, idOf(operation.coldkey))?.error ?? null
    }
    case 'claim': {
      const run = claimRoot.read(claimRoot.encodeArgs({ netuids: [NETUID] }))
      return run?.(context, idOf(operation.coldkey))?.error ?? null
    }
  }
}

function visible({ state }: BlockContext, input: Input): object {
  const hotkey = idOf(input.hotkey)
  const { subnetTaoRao, alphaIn } = state.row(reserves, NETUID)
  return {
    rate_i96f32_bits: state.get(rootClaimRates, hotkey, NETUID) ?? null,
    root_total_rao: hotkeyAlpha(state, ROOT, hotkey),
    alpha_total: hotkeyAlpha(state, NETUID, hotkey),
    subnet_tao_rao: subnetTaoRao,
    alpha_in: alphaIn,
    coldkeys: coldkeysOf(input).map((coldkey) => {
      const position = { netuid: NETUID, hotkey, coldkey: idOf(coldkey) }
      const facts = rootClaimFacts(state, position)
      return {
        coldkey,
        root_stake_rao: facts.rootStakeRao,
        alpha_stake: positionValue(state, position),
        claimed_alpha: facts.claimedAlpha,
        owed_alpha: rootOwedAlpha(facts),
      }
    }),
  }
}

export function rootClaim(input: Input): unknown {
  const context = contextOf(input)
  return {
    after_each: input.operations.map((operation) => {
      const error = apply(context, input, operation)
      return { error, ...visible(context, input) }
    }),
  }
}
