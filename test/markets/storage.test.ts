import { sleep } from 'subnetkit/clock'
import type { WorkContext } from 'subnetkit/neuron'
import { describe, expect, test } from 'vitest'
import { Keeper, type Leaves } from '../../examples/storage/Keeper.js'
import { market } from '../../examples/storage/market.js'
import type { Defence } from '../../examples/storage/mechanism.js'
import { LEAVES } from '../../examples/storage/protocol.js'
import { defineMarket, type MarketMiner } from '../../examples/support/market.js'
import { runMarket } from '../../examples/support/runMarket.js'

/** Who earned how much of what miners earned, on virtual time. */
async function sharesOf(
  without: readonly Defence[] = [],
  miners = market.miners.map(({ name }) => name),
): Promise<{ readonly [name: string]: number }> {
  const { share, faults } = await runMarket(market, { way: 'process', without, miners })
  // That some are too late is the play.
  expect(faults.filter((fault) => !fault.startsWith('The miner answered prove too late'))).toEqual([])
  return Object.fromEntries(share)
}

// Two seconds of work, most of it sealing, and less for fewer miners; a busy machine takes its time.
describe('The market for storage', { timeout: 240_000 }, () => {
  test('pays the better honest miner most, the worse one next, and every cheat less', async () => {
    const share = await sharesOf()
    expect(share.better).toBeGreaterThan(1.3 * (share.worse ?? 1))
    for (const { name } of market.miners.filter(({ is }) => is === 'cheat'))
      expect(share[name], name).toBeLessThan(0.5 * (share.worse ?? 0))
    // Who has never had what it is paid for earns nothing at all.
    for (const cheat of ['outsourcer', 'generator', 'sibling-1', 'sibling-2', 'miser'])
      expect(share[cheat], cheat).toBe(0)
  })

  test.each([
    { without: 'fresh', wins: 'deleter' },
    { without: 'deadline', wins: 'outsourcer' },
    { without: 'opened', wins: 'generator' },
    { without: 'retrieval', wins: 'miser' },
  ] as const)('without $without pays $wins more than those who are honest', async ({ without, wins }) => {
    const share = await sharesOf([without], ['better', wins])
    expect(share[wins]).toBeGreaterThan(1.1 * (share.better ?? 1))
  })

  test('without unique pays the siblings, with one disk, more than twice what it pays those who are honest', async () => {
    const share = await sharesOf(['unique'], ['better', 'sibling-1', 'sibling-2'])
    expect((share['sibling-1'] ?? 0) + (share['sibling-2'] ?? 0)).toBeGreaterThan(2 * (share.better ?? 1))
  })

  test.each([
    { lacks: 1, atMost: 0.8 },
    { lacks: LEAVES / 2, atMost: 0.05 },
  ])(
    'pays who has the data, but lacks $lacks leaves of a replica, for no challenge that leads to one',
    async ({ lacks, atMost }) => {
      // What comes of sealing is known, and takes its time. It may begin with any leaf.
      class Maker extends Keeper {
        protected override async open(name: string, context: WorkContext): Promise<Leaves> {
          const leaves = await super.open(name, context)
          const read = async (at: number): Promise<Uint8Array> => {
            if (at < lacks) await sleep(context.clock, this.options.leafSealMs, context.signal)
            return await leaves.read(at)
          }
          return { ...leaves, read }
        }
      }
      const does = 'has the data, and makes what it lacks of a replica as often as it is challenged'
      const spec = () => ({ answers: new Maker({ room: 8, readMs: 0 }).answers })
      const maker: MarketMiner<unknown, unknown> = { name: 'maker', is: 'cheat', does, spec }
      const crowd = defineMarket({ ...market, miners: [...market.miners.slice(0, 1), maker] })
      const shareOf = async (...without: readonly Defence[]) =>
        (await runMarket(crowd, { way: 'process', epochs: 8, without })).share.get('maker') ?? 0
      const inAnyTime = await shareOf('deadline')
      expect(inAnyTime).toBeGreaterThan(0.4)
      expect(await shareOf()).toBeLessThan(atMost * inAnyTime)
    },
  )

  test('has a test for each defence that can be left out', () => {
    expect(Object.keys(market.defences)).toEqual(['fresh', 'deadline', 'opened', 'unique', 'retrieval'])
  })
})
