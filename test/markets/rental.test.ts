import { sleep } from 'subnetkit/clock'
import { atMiner, type Synapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { describe, expect, test } from 'vitest'
import { market } from '../../examples/rental/market.js'
import type { Defence } from '../../examples/rental/mechanism.js'
import { describe as describeCards, LEASE_RUNS, rent, run } from '../../examples/rental/protocol.js'
import { defineMarket, type MarketBuyer } from '../../examples/support/market.js'
import { runMarket } from '../../examples/support/runMarket.js'

/** Who earned how much of what miners earned, on virtual time. */
async function sharesOf(
  without: readonly Defence[] = [],
  miners = market.miners.map(({ name }) => name),
  epochs = market.epochs,
): Promise<{ readonly [name: string]: number }> {
  const { share, faults } = await runMarket(market, { way: 'process', without, miners, epochs })
  expect(faults).toEqual([])
  return Object.fromEntries(share)
}

const names = (is: 'honest' | 'cheat'): string[] =>
  market.miners.filter((one) => one.is === is).map(({ name }) => name)

// Two seconds of work at most; a busy machine takes its time.
describe('The market for GPU rental', { timeout: 180_000 }, () => {
  test('pays the miner with more cards most, the other honest one next, and every cheat less', async () => {
    const share = await sharesOf()
    expect(names('honest')).toEqual(['better', 'worse'])
    expect(share.better).toBeCloseTo(2 * (share.worse ?? 1), 2)
    for (const cheat of names('cheat')) expect(share[cheat], cheat).toBeLessThan(share.worse ?? 0)
    // Whose cards are not there, not as fast, or not to be had earns nothing at all.
    for (const cheat of ['bluffer', 'pretender', 'duplicate', 'twin-1', 'twin-2', 'timesharer', 'standin'])
      expect(share[cheat], cheat).toBe(0)
  })

  test.each([
    { without: 'products', wins: ['bluffer'] },
    { without: 'speed', wins: ['pretender'] },
    { without: 'moment', wins: ['duplicate', 'standin'] },
    { without: 'unique', wins: ['twin-1', 'twin-2'] },
    { without: 'heartbeats', wins: ['timesharer'] },
    { without: 'uptime', wins: ['flicker'] },
    { without: 'deposit', wins: ['dropper'] },
  ] as const)('without $without pays $wins more than those who are honest', async ({ without, wins }) => {
    const share = await sharesOf([without], [...names('honest'), ...wins], 8)
    for (const cheat of wins) expect(share[cheat], cheat).toBeGreaterThan(1.1 * (share.better ?? 1))
  })

  test('pays honest miners as much while customers rent their cards all the time', async () => {
    let runs = 0
    const tenant: MarketBuyer = {
      name: 'tenant',
      does: 'rents a card here and a card there, and runs on it as often as it may',
      async buys({ dendrite, desks: [desk], hotkeys, random, clock, signal }) {
        if (desk === undefined) throw new Error('no validator lets customers in')
        const buy = async <Request, Answer>(
          synapse: Synapse<Request, Answer>,
          request: Request,
          miner: Hotkey,
        ) => {
          const named = { miner, request }
          const result = await dendrite.call(atMiner(synapse), desk, named, { timeoutMs: 2_000, signal })
          return result.status === 'ok' ? result.answer : undefined
        }
        while (!signal.aborted) {
          const miner = random.pick([...hotkeys.values()])
          const card = (await buy(describeCards, {}, miner))?.cards[0]
          const lease = card && (await buy(rent, { cards: [card] }, miner))?.lease
          for (let nth = 0; lease && nth < LEASE_RUNS; nth++)
            if ((await buy(run, { lease, model: 'H200', seeds: [random.nextU32()] }, miner))?.products) runs++
          await sleep(clock, 50, signal)
        }
      },
    }
    const busy = defineMarket({
      ...market,
      miners: market.miners.filter(({ is }) => is === 'honest'),
      validator: { ...market.validator, customers: {} },
      buyers: [tenant],
    })
    const rented = await runMarket(busy, { way: 'process', epochs: 8 })
    expect(rented.faults).toEqual([])
    expect(runs).toBeGreaterThan(50)
    const idle = await runMarket({ ...busy, buyers: [] }, { way: 'process', epochs: 8 })
    // A rental that waited ends later, and the weights of its round may come a block later.
    for (const [name, alpha] of idle.earnedAlpha)
      expect(Number(rented.earnedAlpha.get(name)), name).toBeGreaterThan(0.9 * Number(alpha))
    for (const [name, part] of idle.share) expect(rented.share.get(name), name).toBeCloseTo(part, 3)
  })

  test('has a test for each defence that can be left out', () => {
    expect(Object.keys(market.defences)).toEqual([
      'products',
      'speed',
      'moment',
      'unique',
      'heartbeats',
      'deposit',
      'uptime',
    ])
  })
})
