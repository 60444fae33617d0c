import { describe, expect, it } from 'vitest'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { Harness } from '../harness.js'

const TAO = RAO_PER_TAO

/** Two subnets fit, and each is immune for eight blocks. */
function crowded(): Harness {
  return new Harness({
    preset: 'reference',
    endowedTao: { alice: 1_000_000 },
    config: { subnetLimit: 2, networkImmunityBlocks: 8, networkRateLimitBlocks: 3 },
  })
}

const found = (h: Harness, hotkey: string): string | null =>
  h.errorOf('alice', 'registerSubnet', { hotkey: h.hotkey(hotkey) })

describe('newSubnet', () => {
  it('says what the next block asks, to the rao, and which number it gives', () => {
    const h = crowded()
    expect(h.ledger.query('newSubnet', {})).toEqual({
      lockRao: 1_000n * TAO,
      netuid: 1,
      prunedNetuid: null,
      fromBlock: 1,
    })
    expect(found(h, 'h1')).toBe(null)
    expect(h.subnet(1).lockRao).toBe(1_000n * TAO)
    h.blocks(2)
    const { lockRao, netuid } = h.ledger.query('newSubnet', {})
    const before = h.balance('alice')
    expect(found(h, 'h2')).toBe(null)
    expect([netuid, before - h.balance('alice')]).toEqual([2, lockRao])
    expect(lockRao).toBeLessThan(2_000n * TAO)
  })

  it('says from which block on the last founding no longer holds it up', () => {
    const h = crowded()
    found(h, 'h1')
    const { fromBlock } = h.ledger.query('newSubnet', {})
    expect(fromBlock).toBe(4)
    while (h.ledger.info().head.number < fromBlock - 2) h.block()
    expect(found(h, 'h2')).toBe('NetworkTxRateLimitExceeded')
    expect(found(h, 'h2')).toBe(null)
  })

  it('names no place at the limit while all are immune, and then the one that ends for it', () => {
    const h = crowded()
    found(h, 'h1')
    h.blocks(3)
    found(h, 'h2')
    const { netuid, prunedNetuid, fromBlock } = h.ledger.query('newSubnet', {})
    expect([netuid, prunedNetuid, fromBlock]).toEqual([null, null, 9])
    while (h.ledger.info().head.number < fromBlock - 2) h.block()
    expect(found(h, 'h3')).toBe('SubnetLimitReached')
    const next = h.ledger.query('newSubnet', {})
    expect(next).toMatchObject({ netuid: 1, prunedNetuid: 1, fromBlock: 9 })
    const events = h.call('alice', 'registerSubnet', { hotkey: h.hotkey('h3') }).events
    expect(events.filter(({ name }) => name === 'NetworkRemoved').map((event) => event.netuid)).toEqual([1])
    expect(h.subnet(1).ownerHotkey).toBe(h.hotkey('h3'))
  })

  it('waits for the block in which subnets may be registered at all', () => {
    const h = new Harness({ config: { networkRegistrationStartBlock: 50 } })
    expect(h.ledger.query('newSubnet', {}).fromBlock).toBe(50)
  })
})
