import { DEFAULT_QUOTE_WEIGHT_E18 } from '../../../../src/emission/index.js'
import type { BlockContext } from '../../../../src/ledger/BlockContext.js'
import {
  CALL_TABLE,
  type CallArgs,
  type CallEvents,
  type CallName,
} from '../../../../src/ledger/calls/callTable.js'
import type { CallDefinition } from '../../../../src/ledger/calls/defineCall.js'
import type { ChainConfig, Hyperparameters } from '../../../../src/ledger/index.js'
import { positionValue } from '../../../../src/ledger/money/stake.js'
import { subnetAccount } from '../../../../src/ledger/state/account.js'
import { hotkeys, hyperparameters, reserves } from '../../../../src/ledger/state/tables.js'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { addBareSubnet, contextAt } from '../../../vectors/contextAt.js'
import { coldkeyOf, hotkeyOf, idOf } from '../../../vectors/fileState.js'

/** Hotkey 1 is coldkey 101's and hotkey 2 is 102's. */
export const OWNERS = [
  [1, 101],
  [2, 102],
] as const

/** TAO in each pool, and as much alpha: their prices are 1. */
export const POOL_TAO = 1_000n * RAO_PER_TAO

export interface PoolsOptions {
  readonly config?: Partial<ChainConfig>
  readonly hyperparameters?: Partial<Hyperparameters>
  readonly author?: number
  /** TAO and alpha in the pool of subnet 2. */
  readonly second?: { readonly subnetTaoRao: bigint; readonly alphaIn: bigint }
}

/** Root and two subnets with pools of price 1, and coldkeys 101 to 103 with 10,000 TAO each; a chain that calls are made on one by one. */
export class Pools {
  readonly context: BlockContext<CallEvents>
  /** Names of the events of calls that were not refused. */
  readonly events: string[] = []

  constructor(options: PoolsOptions = {}) {
    const author = options.author === undefined ? null : coldkeyOf(options.author)
    this.context = {
      ...contextAt(1, options.config),
      author,
      emit: (name) => this.events.push(name),
    }
    const { state, config } = this.context
    for (const coldkey of [101, 102, 103]) this.setBalance(coldkey, 10_000n * RAO_PER_TAO)
    state.setChain({ totalIssuanceRao: 40_000n * RAO_PER_TAO })
    for (const netuid of [1, 2]) {
      addBareSubnet(this.context, netuid)
      state.set(hyperparameters, [netuid], { ...config.hyperparameters, ...options.hyperparameters })
      const pool = { subnetTaoRao: POOL_TAO, alphaIn: POOL_TAO, ...(netuid === 2 ? options.second : {}) }
      state.setRow(reserves, netuid, {
        ...pool,
        accountRao: pool.subnetTaoRao,
        quoteWeightE18: DEFAULT_QUOTE_WEIGHT_E18,
      })
    }
    for (const [hotkey, coldkey] of OWNERS) {
      state.set(hotkeys, [idOf(hotkey)], { owner: idOf(coldkey), takeU16: null, takeChangedAtBlock: 0 })
    }
  }

  get state() {
    return this.context.state
  }

  /** Makes a call, all or nothing. @returns why it was refused, or `null`. */
  call<N extends CallName>(coldkey: number, name: N, args: CallArgs[N]): string | null {
    const definition = CALL_TABLE[name] as unknown as CallDefinition
    const savepoint = this.state.savepoint()
    const eventsBefore = this.events.length
    const refusal = definition.read(definition.encodeArgs(args))?.(this.context, idOf(coldkey)) ?? null
    if (refusal !== null) {
      this.state.rollback(savepoint)
      this.events.length = eventsBefore
    }
    return refusal?.error ?? null
  }

  /** Stakes 10 TAO. @returns alpha that the position is worth then. */
  staked(coldkey: number, hotkey: number, netuid: number): bigint {
    const args = { netuid, hotkey: hotkeyOf(hotkey), amountRao: 10n * RAO_PER_TAO }
    const error = this.call(coldkey, 'addStake', args)
    if (error !== null) throw new TypeError(`The stake was refused: ${error}.`)
    return this.stake(coldkey, hotkey, netuid)
  }

  stake(coldkey: number, hotkey: number, netuid: number): bigint {
    return positionValue(this.state, { netuid, hotkey: idOf(hotkey), coldkey: idOf(coldkey) })
  }

  balance(coldkey: number): bigint {
    return this.state.balanceRao(idOf(coldkey))
  }

  setBalance(coldkey: number, balanceRao: bigint): void {
    this.state.setBalanceRao(idOf(coldkey), balanceRao)
  }

  subnetBalance(netuid: number): bigint {
    return this.state.balanceRao(subnetAccount(netuid))
  }
}
