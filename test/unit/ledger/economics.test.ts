import { describe, expect, it } from 'vitest'
import { eventsOf } from '../../support/events.js'
import { Harness } from './harness.js'

describe('a subnet that runs', () => {
  it('pays owner, miners and validators, and keeps every invariant', () => {
    const h = new Harness()
    h.startSubnet()
    for (const name of ['v1', 'v2', 'm1', 'm2']) {
      expect(h.errorOf('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey(name), limitRao: null })).toBe(
        null,
      )
    }
    for (const name of ['v1', 'v2']) {
      expect(
        h.errorOf('bob', 'addStake', { netuid: 1, hotkey: h.hotkey(name), amountRao: 1_000_000_000_000n }),
      ).toBe(null)
    }
    h.blocks(20)
    for (const name of ['v1', 'v2']) {
      expect(h.errorOf(name, 'setWeights', { netuid: 1, uids: [3, 4], values: [3, 1], versionKey: 0 })).toBe(
        null,
      )
    }
    const updates = h.blocks(30)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
    const paid = updates.flatMap(({ events }) => eventsOf(events, 'EmissionPaid'))
    expect(new Set(paid.map(({ data }) => data.kind))).toEqual(
      new Set(['ownerCut', 'incentive', 'take', 'dividend']),
    )
  })
})
