/*
 * What the types of the ledger's records refuse. Compiled with the other tests, never run: a line that ought to be refused and is not
 * fails the compiler.
 */
import { expectTypeOf } from 'vitest'
import type { AccountId } from '../../src/ledger/state/account.js'
import type { LedgerState } from '../../src/ledger/state/LedgerState.js'
import {
  type AccountRecord,
  accounts,
  clocks,
  hotkeys,
  lastUpdates,
  neurons,
  prices,
  reserves,
  shares,
  sharesByColdkey,
  tallies,
  uids,
} from '../../src/ledger/state/tables.js'
import type { SafeFloat } from '../../src/math/index.js'

export function whatRecordsAre(state: LedgerState, alice: AccountId, bob: AccountId): void {
  expectTypeOf(state.get(accounts, alice)).toEqualTypeOf<AccountRecord | undefined>()
  expectTypeOf(state.required(shares, 1, alice, bob)).toEqualTypeOf<SafeFloat>()
  expectTypeOf(state.getOrBlank(prices).burnRao).toEqualTypeOf<BigUint64Array>()
  expectTypeOf(state.required(hotkeys, alice).takeU16).toEqualTypeOf<number | null>()
  expectTypeOf(state.range(uids, 1)).toEqualTypeOf<(readonly [readonly [number, AccountId], number])[]>()
  expectTypeOf(state.range(sharesByColdkey, alice)).toEqualTypeOf<
    (readonly [readonly [AccountId, number, AccountId], null])[]
  >()
  expectTypeOf(state.row(prices, 1)).toEqualTypeOf<{
    readonly burnRao: bigint
    readonly movingPriceQ32: bigint
    readonly rootProportionBits: bigint
  }>()
  expectTypeOf(state.cell(clocks, 1, 'epochIndex')).toEqualTypeOf<number>()
  state.set(accounts, [alice], { balanceRao: 1n, nonce: 0 })
  state.setCell(lastUpdates, [1, 0], 'block', 3, 7)
  state.setRow(reserves, 1, { alphaIn: 1n })
  for (const count of [state.range(shares), state.range(shares, 1), state.range(shares, 1, alice)]) void count
}

export function forgottenAndUnknownColumns(state: LedgerState, alice: AccountId): void {
  // @ts-expect-error: a column is forgotten
  state.set(accounts, [alice], { balanceRao: 1n })
  // @ts-expect-error: there is no such column
  state.set(accounts, [alice], { balanceRao: 1n, nonce: 0, stakeRao: 1n })
  // @ts-expect-error: there is no such column
  state.setRow(reserves, 1, { alphaInn: 1n })
  // @ts-expect-error: there is no such column
  state.setCell(prices, [], 'burn', 1, 5n)
  // @ts-expect-error: there is no such column
  state.cell(clocks, 1, 'burnRao')
  // @ts-expect-error: there is no such column
  state.required(accounts, alice).stakeRao
}

export function wrongKeys(state: LedgerState, alice: AccountId, bob: AccountId): void {
  // @ts-expect-error: a netuid where an account belongs
  state.get(shares, 1, 2, bob)
  // @ts-expect-error: an account where a netuid belongs
  state.get(uids, alice, alice)
  // @ts-expect-error: any text where an account belongs
  state.get(accounts, 'alice')
  // @ts-expect-error: the key is too short
  state.get(shares, 1, alice)
  // @ts-expect-error: the key is too long
  state.get(accounts, alice, bob)
  // @ts-expect-error: the key is too short
  state.set(shares, [1, alice], { mantissa: 1n, exponent: 0 })
  // @ts-expect-error: the key is too short
  state.delete(uids, 1)
  // @ts-expect-error: the prefix is too long
  state.range(accounts, alice, bob)
  // @ts-expect-error: the prefix begins with another part
  state.range(shares, alice)
  // @ts-expect-error: the key is too short
  state.setCell(lastUpdates, [1], 'block', 3, 7)
}

export function wrongValues(state: LedgerState, alice: AccountId): void {
  // @ts-expect-error: an amount is a bigint
  state.set(accounts, [alice], { balanceRao: 1, nonce: 0 })
  // @ts-expect-error: a uid is a number
  state.set(uids, [1, alice], 7n)
  // @ts-expect-error: an amount is a bigint
  state.setRow(tallies, 1, { recycledRao: 5 })
  // @ts-expect-error: a block is a number
  state.setRow(clocks, 1, { lastStepBlock: 5n })
  // @ts-expect-error: an amount is a bigint
  state.setCell(prices, [], 'burnRao', 1, 5)
  // @ts-expect-error: a block is a number
  state.setCell(lastUpdates, [1, 0], 'block', 3, 7n)
  // @ts-expect-error: accounts are no entries to be set one by one
  state.setCell(neurons, [1], 'hotkey', 3, alice)
  // @ts-expect-error: not a table by netuid
  state.row(accounts, 1)
}
