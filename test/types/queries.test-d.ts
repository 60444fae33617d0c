/*
 * What follows from the one entry of a query. Compiled with the other tests, never run: a line that ought to be refused and is not fails
 * the compiler.
 */
import { expectTypeOf } from 'vitest'
import type { Ledger, Queries } from '../../src/ledger/index.js'
import { hotkey, limit, netuid } from '../../src/ledger/queries/arguments.js'
import { defineQuery, leftOut, type QueryDefinition } from '../../src/ledger/queries/defineQuery.js'
import type { Alpha, Coldkey, Hotkey, Netuid } from '../../src/units/index.js'

/** A new query in one entry: types of arguments and answer need no other place. */
export const uidCount = defineQuery({ netuid, from: leftOut(hotkey), limit }, ({ state }, args) => {
  expectTypeOf(args.netuid).toEqualTypeOf<Netuid>()
  expectTypeOf(args.from).toEqualTypeOf<Hotkey | undefined>()
  return state.n(args.netuid)
})
expectTypeOf(uidCount).toExtend<
  QueryDefinition<{ readonly netuid: Netuid; readonly from?: Hotkey; readonly limit?: number }, number>
>()

expectTypeOf<Queries['stake']['args']>().toEqualTypeOf<{
  readonly netuid: Netuid
  readonly hotkey: Hotkey
  readonly coldkey: Coldkey
}>()
expectTypeOf<Queries['totals']['args']>().toEqualTypeOf<Record<string, never>>()

export function answers(ledger: Ledger, coldkey: Coldkey, someHotkey: Hotkey): void {
  expectTypeOf(ledger.query('uid', { netuid: 1, hotkey: someHotkey })).toEqualTypeOf<number | null>()
  expectTypeOf(ledger.query('owner', { hotkey: someHotkey })?.coldkey).toEqualTypeOf<Coldkey | undefined>()
  for (const { alpha } of ledger.query('positions', { coldkey }).entries) {
    expectTypeOf(alpha).toEqualTypeOf<Alpha>()
  }
  // @ts-expect-error: there is no such query
  ledger.query('balance', {})
  // @ts-expect-error: an argument is missing
  ledger.query('subnet', {})
  // @ts-expect-error: there is no such argument
  ledger.query('subnet', { netuid: 1, coldkey })
  // @ts-expect-error: it takes no arguments
  ledger.query('totals', { netuid: 1 })
}
