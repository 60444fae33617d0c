import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SoldRow, SoldRows } from '../../../../src/neuron/customers/SoldRows.js'
import type { BlockNumber, Hotkey } from '../../../../src/units/index.js'

const ann = 'ann' as Hotkey
const [carl, dora] = ['carl', 'dora'] as Hotkey[] as [Hotkey, Hotkey]
const NONE = { all: 0, own: 0 }

const rowOf = (customer: Hotkey, request: number, weight = 1): SoldRow => ({
  hotkey: ann,
  registeredAtBlock: 1 as BlockNumber,
  customer,
  request,
  reply: { hotkey: ann, status: 'ok', elapsedMs: 1, sentAtMs: 0 },
  weight,
})

describe('the calls of customers that are kept', () => {
  test('are a quarter of one customer at most: its oldest go, and nobody else’s', () => {
    const rows = new SoldRows('onePerMiner', { maxRows: 8, maxWeight: 1_000 })
    rows.add(rowOf(dora, 0))
    for (let request = 1; request <= 100; request++) rows.add(rowOf(carl, request))
    expect(rows.takeDropped()).toBe(98)
    const lent = rows.lend()
    expect(lent.map(({ request }) => request)).toEqual([0, 99, 100])
    // The next round is lent what this one could not count, with what came meanwhile.
    rows.add(rowOf(carl, 101))
    rows.giveBack(lent)
    expect(rows.lend().map(({ request }) => request)).toEqual([0, 100, 101])
  })

  test('are a quarter by weight too, and one row always', () => {
    const rows = new SoldRows('onePerMiner', { maxRows: 100, maxWeight: 400 })
    for (const request of [1, 2, 3]) rows.add(rowOf(carl, request, 60))
    rows.add(rowOf(dora, 4, 400))
    expect(rows.lend().map(({ request }) => request)).toEqual([3])
    expect(rows.lend().map(({ request }) => request)).toEqual([4])
  })

  test('fill no more than a share of their customer, however many there are and whatever they weigh', () => {
    const calls = fc.array(fc.tuple(fc.nat(100), fc.nat(500)), { maxLength: 60 })
    fc.assert(
      fc.property(calls, fc.integer({ min: 2, max: 40 }), (flood, maxRows) => {
        const rows = new SoldRows('all', { maxRows, maxWeight: 400 })
        for (const [request, weight] of flood) {
          if (rows.isFull(carl, NONE)) break
          rows.add(rowOf(carl, request, weight))
        }
        expect(rows.isFull(dora, NONE)).toBe(false)
        rows.settle(rows.lend())
        while (rows.isFull(carl, NONE)) rows.settle(rows.lend())
        expect(rows.isFull(carl, NONE)).toBe(false)
      }),
    )
  })

  test('are full for a customer with what it has under way, and for all with what all have', () => {
    const rows = new SoldRows('all', { maxRows: 8, maxWeight: 1_000 })
    rows.add(rowOf(carl, 1))
    expect(rows.isFull(carl, { all: 1, own: 1 })).toBe(true)
    expect(rows.isFull(dora, { all: 1, own: 0 })).toBe(false)
    expect(rows.isFull(dora, { all: 7, own: 0 })).toBe(true)
  })
})
