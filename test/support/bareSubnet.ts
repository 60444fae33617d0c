import type { BlockContext } from '../../src/ledger/BlockContext.js'
import type { ChainConfig } from '../../src/ledger/config.js'
import type { LedgerEvent } from '../../src/ledger/index.js'
import type { AccountId } from '../../src/ledger/state/account.js'
import { hotkeys, hyperparameters, reserves } from '../../src/ledger/state/tables.js'
import { addBareSubnet, contextAt } from '../vectors/contextAt.js'

export interface BareSubnet {
  readonly block: number
  readonly owner: AccountId
  readonly ownerHotkey: AccountId
  readonly registeredAtBlock: number
  readonly alphaOut: bigint
  /** Who owns which hotkey. */
  readonly hotkeyOwners: Iterable<readonly [hotkey: AccountId, coldkey: AccountId]>
  readonly config?: Partial<ChainConfig>
  readonly hyperparameters?: Partial<ChainConfig['hyperparameters']>
}

/** A block with subnet 1, started and without neurons or a pool, at any age, and what the block records. */
export function bareSubnet(subnet: BareSubnet): BlockContext & { readonly events: LedgerEvent[] } {
  const { block, owner, ownerHotkey, registeredAtBlock, alphaOut } = subnet
  const events: LedgerEvent[] = []
  const context: BlockContext = {
    ...contextAt(block, subnet.config),
    emit: (name, netuid, data) => events.push({ name, netuid, data } as LedgerEvent),
  }
  const { state, config } = context
  for (const [hotkey, coldkey] of subnet.hotkeyOwners) {
    state.set(hotkeys, [hotkey], { owner: coldkey, takeU16: null, takeChangedAtBlock: 0 })
  }
  addBareSubnet(context, 1)
  state.setSubnet(1, { owner, ownerHotkey, registeredAtBlock })
  state.set(hyperparameters, [1], { ...config.hyperparameters, ...subnet.hyperparameters })
  state.setRow(reserves, 1, { alphaOut })
  return { ...context, events }
}
