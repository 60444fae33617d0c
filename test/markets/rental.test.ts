import { describe, expect, test } from 'vitest'
import { market } from '../../examples/rental/market.js'
import type { Defence } from '../../examples/rental/mechanism.js'
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
    for (const cheat of ['bluffer', 'pretender', 'duplicate', 'twin-1', 'twin-2', 'timesharer'])
      expect(share[cheat], cheat).toBe(0)
  })

  test.each([
    { without: 'products', wins: ['bluffer'] },
    { without: 'speed', wins: ['pretender'] },
    { without: 'moment', wins: ['duplicate'] },
    { without: 'unique', wins: ['twin-1', 'twin-2'] },
    { without: 'heartbeats', wins: ['timesharer'] },
    { without: 'uptime', wins: ['flicker'] },
    { without: 'deposit', wins: ['dropper'] },
  ] as const)('without $without pays $wins more than those who are honest', async ({ without, wins }) => {
    const share = await sharesOf([without], [...names('honest'), ...wins], 8)
    for (const cheat of wins) expect(share[cheat], cheat).toBeGreaterThan(1.1 * (share.better ?? 1))
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
