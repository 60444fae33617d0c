import { describe, expect, it } from 'vitest'
import {
  dividedShares,
  EmissionScheduler,
  emittingSubnets,
  equalPolicy,
  fixedPricePool,
  PRICE_ONE_BITS,
  policyShares,
} from '../../../src/emission/index.js'

/** Facts of slots that say which of them were read. */
function watched() {
  const read: string[] = []
  const reader =
    <T>(name: string, value: (slot: number) => T) =>
    (slot: number): T => {
      read.push(`${name} ${slot}`)
      return value(slot)
    }
  const facts = {
    netuid: reader('netuid', (slot) => slot + 1),
    reserves: reader('reserves', (slot) => ({ taoRao: BigInt(slot), alphaIn: 0n })),
    alphaOut: reader('alphaOut', (slot) => BigInt(slot)),
    movingPriceBits: reader('movingPriceBits', () => 5n),
    minerBurnedBits: reader('minerBurnedBits', () => 6n),
    rootProportionBits: reader('rootProportionBits', () => 7n),
    emissionEnabled: reader('emissionEnabled', (slot) => slot === 0),
  }
  return { facts, read }
}

describe('emittingSubnets', () => {
  it('cannot be written into, by a policy say', () => {
    const subnets = emittingSubnets([0, 2], fixedPricePool, watched().facts)
    const [held] = subnets.reserves as unknown as [{ taoRao: bigint }]
    expect(() => {
      held.taoRao = 9n
    }).toThrow(TypeError)
    for (const column of [subnets.reserves, subnets.priceBits, subnets.alphaOut, subnets.emissionEnabled]) {
      expect(() => (column as unknown[]).push(0n)).toThrow(TypeError)
    }
  })

  it('reads a column when it is looked at, once', () => {
    const { facts, read } = watched()
    const subnets = emittingSubnets([0, 2], fixedPricePool, facts)
    expect(read).toEqual([])
    expect(subnets.minerBurnedBits).toEqual([6n, 6n])
    expect(subnets.minerBurnedBits).toBe(subnets.minerBurnedBits)
    expect(read).toEqual(['minerBurnedBits 0', 'minerBurnedBits 2'])
  })

  it('has every column of the slots, and the price of the pool', () => {
    const subnets = emittingSubnets([0, 2], fixedPricePool, watched().facts)
    expect(subnets).toMatchObject({
      netuid: [1, 3],
      reserves: [
        { taoRao: 0n, alphaIn: 0n },
        { taoRao: 2n, alphaIn: 0n },
      ],
      alphaOut: [0n, 2n],
      priceBits: [PRICE_ONE_BITS, PRICE_ONE_BITS],
      movingPriceBits: [5n, 5n],
      minerBurnedBits: [6n, 6n],
      rootProportionBits: [7n, 7n],
      emissionEnabled: [true, false],
    })
  })

  it('splits a block as columns given at once do', () => {
    const scheduler = new EmissionScheduler({ policy: equalPolicy, pool: fixedPricePool })
    const subnets = emittingSubnets([0, 2], fixedPricePool, watched().facts)
    const shares = policyShares(scheduler.policy, 11n, subnets)
    expect(dividedShares(scheduler.pool, 11n, shares, subnets)).toEqual(
      scheduler.splitBlock(11n, { netuid: subnets.netuid, reserves: subnets.reserves }),
    )
  })
})
