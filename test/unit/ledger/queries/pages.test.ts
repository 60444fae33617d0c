import { describe, expect, it } from 'vitest'
import { creditStake } from '../../../../src/ledger/money/stake.js'
import { answerTo } from '../../../../src/ledger/queries/queryTable.js'
import { RAO_PER_TAO, U64_MAX } from '../../../../src/units/index.js'
import { callContextAt } from '../../../vectors/callContext.js'
import { idOf } from '../../../vectors/fileState.js'
import { Harness } from '../harness.js'

const TAO = RAO_PER_TAO

/** Two subnets; bob stakes on alice's hotkey on both, carol on one, and alice on bob's on one. */
function market(): Harness {
  const h = new Harness({
    endowedTao: { alice: 10_000, bob: 10_000, carol: 10_000 },
    // No epoch pays anybody meanwhile.
    hyperparameters: { tempoBlocks: 1_000 },
  })
  h.startSubnet()
  h.call('bob', 'registerSubnet', { hotkey: h.hotkey('bob-hot') })
  h.call('bob', 'startSubnet', { netuid: 2 })
  h.call('alice', 'registerNeuron', { netuid: 2, hotkey: h.hotkey('alice-hot'), limitRao: null })
  h.call('alice', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('alice-two'), limitRao: null })
  const stakes = [
    ['alice', 1, 'alice-hot', 1n],
    ['alice', 1, 'alice-two', 2n],
    ['bob', 1, 'alice-hot', 3n],
    ['carol', 1, 'alice-hot', 4n],
    ['bob', 2, 'alice-hot', 5n],
    ['alice', 2, 'bob-hot', 6n],
  ] as const
  for (const [coldkey, netuid, hotkey, tao] of stakes) {
    expect(h.errorOf(coldkey, 'addStake', { netuid, hotkey: h.hotkey(hotkey), amountRao: tao * TAO })).toBe(
      null,
    )
  }
  return h
}

/** What one of them has, as the query for one position says. */
const alphaOf = (h: Harness, coldkey: string, netuid: number, hotkey: string): bigint =>
  h.ledger.query('stake', { netuid, hotkey: h.hotkey(hotkey), coldkey: h.coldkey(coldkey) }).positionAlpha

describe('positions', () => {
  it('are all stake of a coldkey, by netuid, in pages that join without a gap', () => {
    const h = market()
    const coldkey = h.coldkey('alice')
    const all = h.ledger.query('positions', { coldkey })
    expect(all.next).toBe(null)
    expect(all.entries.map(({ netuid }) => netuid)).toEqual([1, 1, 2])
    expect(new Map(all.entries.map(({ hotkey, alpha }) => [hotkey, alpha]))).toEqual(
      new Map([
        [h.hotkey('alice-hot'), alphaOf(h, 'alice', 1, 'alice-hot')],
        [h.hotkey('alice-two'), alphaOf(h, 'alice', 1, 'alice-two')],
        [h.hotkey('bob-hot'), alphaOf(h, 'alice', 2, 'bob-hot')],
      ]),
    )
    const first = h.ledger.query('positions', { coldkey, limit: 2 })
    expect(first.next).toEqual({ netuid: 2, hotkey: h.hotkey('bob-hot') })
    const { next: from } = first
    const second = h.ledger.query('positions', { coldkey, limit: 2, ...(from === null ? {} : { from }) })
    expect([...first.entries, ...second.entries]).toEqual(all.entries)
    expect(second.next).toBe(null)
  })

  it('end with the stake', () => {
    const h = market()
    const coldkey = h.coldkey('carol')
    const hotkey = h.hotkey('alice-hot')
    expect(h.errorOf('carol', 'removeStake', { netuid: 1, hotkey, amountAlpha: U64_MAX })).toBe(null)
    expect(h.ledger.query('positions', { coldkey })).toEqual({ entries: [], next: null })
    expect(h.ledger.query('positions', { coldkey: h.coldkey('nobody') }).entries).toEqual([])
  })
})

describe('ownedHotkeys', () => {
  it('are those that a coldkey brought, in pages', () => {
    const h = market()
    const coldkey = h.coldkey('alice')
    const { entries } = h.ledger.query('ownedHotkeys', { coldkey })
    expect(new Set(entries)).toEqual(new Set([h.hotkey('alice-hot'), h.hotkey('alice-two')]))
    const [, second] = entries
    expect(h.ledger.query('ownedHotkeys', { coldkey, limit: 1 }).next).toBe(second)
    expect(h.ledger.query('ownedHotkeys', { coldkey, from: entries[1]! })).toEqual({
      entries: [second],
      next: null,
    })
  })
})

describe('delegates', () => {
  it('are hotkeys on which others than their owners have stake', () => {
    const h = market()
    expect(h.ledger.query('delegates', { netuid: 1 })).toEqual({
      entries: [
        {
          hotkey: h.hotkey('alice-hot'),
          coldkey: h.coldkey('alice'),
          takeU16: 11_796,
          totalAlpha: h.ledger.query('stake', {
            netuid: 1,
            hotkey: h.hotkey('alice-hot'),
            coldkey: h.coldkey('alice'),
          }).hotkeyAlpha,
        },
      ],
      next: null,
    })
    // On subnet 2 neither owner has stake of their own.
    const two = h.ledger.query('delegates', { netuid: 2 })
    expect(new Set(two.entries.map(({ hotkey }) => hotkey))).toEqual(
      new Set([h.hotkey('alice-hot'), h.hotkey('bob-hot')]),
    )
    expect(h.ledger.query('delegates', { netuid: 9 })).toEqual({ entries: [], next: null })
  })

  it('show the take as it is set', () => {
    const h = market()
    h.call('alice', 'decreaseTake', { hotkey: h.hotkey('alice-hot'), takeU16: 5 })
    expect(h.ledger.query('delegates', { netuid: 1 }).entries[0]?.takeU16).toBe(5)
  })

  it('come in pages', () => {
    const h = market()
    const first = h.ledger.query('delegates', { netuid: 2, limit: 1 })
    const second = h.ledger.query('delegates', { netuid: 2, limit: 1, from: first.next! })
    expect([...first.entries, ...second.entries]).toEqual(h.ledger.query('delegates', { netuid: 2 }).entries)
    expect([first.entries.length, second.next]).toEqual([1, null])
  })

  it('pass over a hotkey that nobody owns', () => {
    const context = callContextAt(1)
    creditStake(context.state, { netuid: 1, hotkey: idOf(7), coldkey: idOf(1) }, 5n)
    const asked = answerTo({ ...context, recent: undefined as never }, 'delegates', { netuid: 1 })
    expect(asked).toEqual({ entries: [], next: null })
  })
})

describe('nominators', () => {
  it('are all who have stake on a hotkey of a subnet, in pages', () => {
    const h = market()
    const place = { netuid: 1, hotkey: h.hotkey('alice-hot') }
    const { entries, next } = h.ledger.query('nominators', place)
    expect(next).toBe(null)
    expect(new Map(entries.map(({ coldkey, alpha }) => [coldkey, alpha]))).toEqual(
      new Map([
        [h.coldkey('alice'), alphaOf(h, 'alice', 1, 'alice-hot')],
        [h.coldkey('bob'), alphaOf(h, 'bob', 1, 'alice-hot')],
        [h.coldkey('carol'), alphaOf(h, 'carol', 1, 'alice-hot')],
      ]),
    )
    const first = h.ledger.query('nominators', { ...place, limit: 2 })
    const second = h.ledger.query('nominators', { ...place, limit: 2, from: first.next! })
    expect([...first.entries, ...second.entries]).toEqual(entries)
  })
})
