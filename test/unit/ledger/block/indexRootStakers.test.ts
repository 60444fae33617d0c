import { describe, expect, it } from 'vitest'
import { indexRootStakers } from '../../../../src/ledger/block/indexRootStakers.js'
import { creditStake, debitStake } from '../../../../src/ledger/money/stake.js'
import { ROOT } from '../../../../src/ledger/state/account.js'
import { autoClaims, rootIndexing } from '../../../../src/ledger/state/tables.js'
import { contextAt } from '../../../vectors/contextAt.js'
import { idOf, numberOf } from '../../../vectors/fileState.js'

const HOTKEY = 1_000

/** Coldkeys 1 to `count` with stake on one hotkey: on root, or on subnet 1 alone. */
function world(count: number, isOnRoot: (coldkey: number) => boolean) {
  const context = contextAt(1)
  const { state } = context
  const positionOf = (coldkey: number) => ({
    netuid: isOnRoot(coldkey) ? ROOT : 1,
    hotkey: idOf(HOTKEY),
    coldkey: idOf(coldkey),
  })
  for (let coldkey = 1; coldkey <= count; coldkey++) creditStake(state, positionOf(coldkey), 5n)
  return {
    state,
    step: () => indexRootStakers(context),
    listed: () => state.range(autoClaims).map(([, coldkey]) => numberOf(coldkey)),
    leave: (coldkey: number) => debitStake(state, positionOf(coldkey), 5n),
    isBetweenRounds: () => state.get(rootIndexing) === undefined,
  }
}

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1)

describe('the walk for stakers on root', () => {
  it('looks at thirty positions in a block, and lists those on root', () => {
    const { step, listed } = world(70, (coldkey) => coldkey % 2 === 1)
    const odd = (last: number) => upTo(last).filter((coldkey) => coldkey % 2 === 1)
    for (const reached of [30, 60, 70, 70]) {
      step()
      expect(listed()).toEqual(odd(reached))
    }
  })

  it('ends a round with a block that finds fewer, be it none', () => {
    const short = world(29, () => true)
    short.step()
    expect(short.isBetweenRounds()).toBe(true)
    const full = world(30, () => true)
    full.step()
    expect([full.listed(), full.isBetweenRounds()]).toEqual([upTo(30), false])
    full.step()
    expect(full.isBetweenRounds()).toBe(true)
    const empty = world(0, () => true)
    empty.step()
    expect(empty.isBetweenRounds()).toBe(true)
  })

  it('goes on behind a position that is gone', () => {
    const { step, listed, leave } = world(40, () => true)
    step()
    leave(30)
    step()
    expect(listed()).toEqual(upTo(40))
  })
})
