import { describe, expect, it } from 'vitest'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { Harness } from '../harness.js'

describe('subnet', () => {
  it('says how its alpha is traded, and whether it has been', () => {
    const h = new Harness({ preset: 'reference' })
    h.startSubnet()
    const traits = () => [0, 1].map((netuid) => [h.subnet(netuid).mechanism, h.subnet(netuid).hasTraded])
    expect(traits()).toEqual([
      [0, false],
      [1, false],
    ])
    const hotkey = h.hotkey('alice-hot')
    h.call('bob', 'addStake', { netuid: 1, hotkey, amountRao: RAO_PER_TAO })
    expect(traits()[1]).toEqual([1, true])
  })

  it('has all prices times 2^64', () => {
    const h = new Harness({
      hyperparameters: { emaPriceHalvingBlocks: 0 },
      config: { movingAlphaBits: 1n << 32n },
    })
    h.startSubnet()
    h.blocks(2)
    const { priceBits, movingPriceBits } = h.subnet()
    // The average follows at once here, up to 1.
    expect([priceBits > 1n << 64n, movingPriceBits]).toEqual([true, 1n << 64n])
    expect(h.subnet(0).movingPriceBits).toBe(1n << 64n)
  })
})
