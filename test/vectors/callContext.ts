import type { BlockContext } from '../../src/ledger/BlockContext.js'
import { CALL_TABLE, type CallArgs, type CallName } from '../../src/ledger/calls/callTable.js'
import type { CallDefinition } from '../../src/ledger/calls/defineCall.js'
import type { ChainSettings } from '../../src/ledger/index.js'
import {
  hotkeys,
  hyperparameters,
  reserves,
  type SubnetRecord,
  stakes,
} from '../../src/ledger/state/tables.js'
import type { LedgerEvent } from '../../src/ledger/types.js'
import { SAFE_FLOAT_ZERO } from '../../src/math/index.js'
import type { Netuid } from '../../src/units/index.js'
import { addBareSubnet, contextAt } from './contextAt.js'
import { idOf } from './fileState.js'

/** A block of a new chain in which calls of a file run, with the events that they record. */
export interface CallContext extends BlockContext {
  readonly events: LedgerEvent[]
}

export function callContextAt(block: number, settings: Partial<ChainSettings> = {}): CallContext {
  const events: LedgerEvent[] = []
  return {
    ...contextAt(block, settings),
    emit: (name, netuid, data) => void events.push({ name, netuid, data } as LedgerEvent),
    events,
  }
}

/** A started subnet without neurons, of account 100. */
export function addSubnet(
  context: BlockContext,
  netuid: Netuid,
  { minChildkeyTakeU16 = 0, ...change }: Partial<SubnetRecord> & { readonly minChildkeyTakeU16?: number },
): void {
  const { state, config } = context
  addBareSubnet(context, netuid)
  state.setSubnet(netuid, { owner: idOf(100), ownerHotkey: idOf(5), ...change })
  state.set(hyperparameters, [netuid], { ...config.hyperparameters, minChildkeyTakeU16 })
  state.setRow(reserves, netuid, { quoteWeightE18: 500_000_000_000_000_000n })
}

/** Says who owns hotkeys, and sets no take. */
export function addHotkeys({ state }: BlockContext, owners: readonly (readonly [number, number])[]): void {
  for (const [hotkey, owner] of owners) {
    state.set(hotkeys, [idOf(hotkey)], { owner: idOf(owner), takeU16: null, takeChangedAtBlock: 0 })
  }
}

/** Puts stake on a hotkey; nobody has a share of it. */
export function addStakeOf(
  { state }: BlockContext,
  netuid: Netuid,
  hotkey: number,
  totalAlpha: bigint,
): void {
  state.set(stakes, [netuid, idOf(hotkey)], { totalAlpha, denominator: SAFE_FLOAT_ZERO })
}

/** Runs a call as the account of a file signs it. @returns the error, or `null`; what a refused call changed is undone. */
export function errorOf<N extends CallName>(
  context: CallContext,
  signer: number,
  name: N,
  args: CallArgs[N],
): string | null {
  const definition: CallDefinition = CALL_TABLE[name]
  const savepoint = context.state.savepoint()
  const refusal = definition.read(definition.encodeArgs(args))!(context as never, idOf(signer))
  if (refusal !== null) context.state.rollback(savepoint)
  return refusal?.error ?? null
}
