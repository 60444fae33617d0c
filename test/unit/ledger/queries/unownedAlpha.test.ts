import { describe, expect, it } from 'vitest'
import { Harness } from '../harness.js'

describe('unownedAlpha', () => {
  it('is what rounding leaves of each block: 2 units of 10^9, where owner, servers and validators have the rest', () => {
    const h = new Harness()
    expect(h.ledger.query('unownedAlpha', { netuid: 1 })).toBeNull()
    h.startSubnet()
    h.blocks(3)
    // Nobody staked on root: all TAO is too much for the pool, and buys alpha that is the chain's.
    const { protocolAlpha } = h.subnet()
    expect(protocolAlpha).toBeGreaterThan(0n)
    expect(h.ledger.query('unownedAlpha', { netuid: 1 })).toEqual({
      alphaOut: 3_000_000_000n + protocolAlpha,
      stakedAlpha: 0n,
      pendingAlpha: 3n * (179_995_422n + 2n * 410_002_288n),
      claimableAlpha: 0n,
      protocolAlpha,
      unownedAlpha: 6n,
    })
  })
})
