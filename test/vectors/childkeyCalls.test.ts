import { describe, expect, it } from 'vitest'
import { applyPendingChildren } from '../../src/ledger/block/applyPendingChildren.js'
import { parentsOf } from '../../src/ledger/children/parents.js'
import { ROOT } from '../../src/ledger/state/account.js'
import type { LedgerState } from '../../src/ledger/state/LedgerState.js'
import {
  childkeys,
  children,
  type LinksRecord,
  parentLists,
  pendingChildren,
} from '../../src/ledger/state/tables.js'
import { addHotkeys, addStakeOf, addSubnet, type CallContext, callContextAt, errorOf } from './callContext.js'
import { comparable, type FileInteger, parseEconomicsFile } from './economicsFile.js'
import { hotkeyOf, idOf, numberOf } from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

type FileLink = readonly [proportion: FileInteger, hotkey: number]

type Operation =
  | {
      readonly op: 'set_children'
      readonly coldkey: number
      readonly hotkey: number
      readonly netuid: number
      readonly children: readonly FileLink[]
    }
  | {
      readonly op: 'set_childkey_take'
      readonly coldkey: number
      readonly hotkey: number
      readonly netuid: number
      readonly take_u16: number
    }
  | { readonly op: 'epoch_slot' }
  | { readonly op: 'advance'; readonly blocks: number }
  | { readonly op: 'root_set_subtoken_enabled'; readonly enabled: boolean }

interface After {
  readonly block: number
  readonly error: string | null
  readonly children: readonly (readonly [number, readonly FileLink[]])[]
  readonly parents: readonly (readonly [number, readonly FileLink[]])[]
  readonly pending: readonly (readonly [number, readonly FileLink[], number])[]
  readonly childkey_takes: readonly (readonly [number, number, number])[]
}

interface Case {
  readonly input: {
    readonly initial: {
      readonly block: number
      readonly hotkey_owners: readonly (readonly [number, number])[]
      readonly total_stake_value_rao: readonly (readonly [number, FileInteger])[]
      readonly stake_threshold_rao: FileInteger
      readonly subtoken_enabled: boolean
      readonly pending_childkey_cooldown_blocks: number
      readonly subnet_owner_hotkey: number
      readonly min_childkey_take_of_subnet_u16: number
    }
    readonly operations: readonly Operation[]
  }
  readonly expected: { readonly after_each: readonly After[] }
}

const NETUID = 1

/** Stake lies on root, where an alpha is worth a TAO. */
function start({ initial }: Case['input']): CallContext {
  const context = callContextAt(initial.block, {
    stakeThresholdRao: BigInt(initial.stake_threshold_rao),
    pendingChildkeyCooldownBlocks: initial.pending_childkey_cooldown_blocks,
  })
  addHotkeys(context, initial.hotkey_owners)
  for (const [hotkey, value] of initial.total_stake_value_rao) {
    addStakeOf(context, ROOT, hotkey, BigInt(value))
  }
  addSubnet(context, NETUID, {
    ownerHotkey: idOf(initial.subnet_owner_hotkey),
    subtokenEnabled: initial.subtoken_enabled,
    minChildkeyTakeU16: initial.min_childkey_take_of_subnet_u16,
  })
  return context
}

function errorAfter(context: CallContext, operation: Operation): string | null {
  switch (operation.op) {
    case 'set_children': {
      const { coldkey, netuid } = operation
      const links = operation.children.map(([proportion, child]) => ({
        hotkey: hotkeyOf(child),
        proportionU64: BigInt(proportion),
      }))
      return errorOf(context, coldkey, 'setChildren', {
        netuid,
        hotkey: hotkeyOf(operation.hotkey),
        children: links,
      })
    }
    case 'set_childkey_take': {
      const { coldkey, hotkey, netuid, take_u16: takeU16 } = operation
      return errorOf(context, coldkey, 'setChildkeyTake', { netuid, hotkey: hotkeyOf(hotkey), takeU16 })
    }
    case 'epoch_slot':
      applyPendingChildren(context, NETUID)
      return null
    case 'root_set_subtoken_enabled':
      context.state.setSubnet(NETUID, { subtokenEnabled: operation.enabled })
      return null
    case 'advance':
      return null
  }
}

const linksOf = ({ hotkey, proportionU64 }: LinksRecord) =>
  hotkey.map((key, at) => [proportionU64[at], numberOf(key)])

const visible = (state: LedgerState, block: number, error: string | null) => ({
  block,
  error,
  children: state.range(children, NETUID).map(([[, hotkey], links]) => [numberOf(hotkey), linksOf(links)]),
  parents: state
    .range(parentLists, NETUID)
    .map(([[, child]]) => [
      numberOf(child),
      parentsOf(state, NETUID, child).map(({ hotkey, proportionU64 }) => [proportionU64, numberOf(hotkey)]),
    ]),
  pending: state
    .range(pendingChildren, NETUID)
    .map(([[, hotkey], links]) => [numberOf(hotkey), linksOf(links), links.afterBlock]),
  childkey_takes: state
    .range(childkeys)
    .flatMap(([[netuid, hotkey], { takeU16 }]) =>
      takeU16 === null ? [] : [[numberOf(hotkey), netuid, takeU16]],
    )
    .sort(([a = 0, m = 0], [b = 0, n = 0]) => a - b || m - n),
})

describe('childkey_calls.json', () => {
  const file = vectorFiles('ledger').find(({ name }) => name === 'childkey_calls.json')
  if (file === undefined) throw new TypeError('ledger/childkey_calls.json is absent.')
  const cases = parseEconomicsFile(file.name, file.content).cases as unknown as Case[]

  it.each(cases.map((item, index) => ({ ...item, index })))('case $index: every state and error', (item) => {
    let context = start(item.input)
    for (const [step, operation] of item.input.operations.entries()) {
      const error = errorAfter(context, operation)
      if (operation.op === 'advance') context = { ...context, block: context.block + operation.blocks }
      const after = visible(context.state, context.block, error)
      expect(comparable(after), `step ${step}`).toEqual(comparable(item.expected.after_each[step]))
    }
    expect(item.expected.after_each).toHaveLength(item.input.operations.length)
  })
})
