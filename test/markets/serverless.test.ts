import { describe, expect, test } from 'vitest'
import { market } from '../../examples/serverless/market.js'
import type { Defence } from '../../examples/serverless/mechanism.js'
import { runMarket } from '../../examples/support/runMarket.js'

/** Who earned how much of what miners earned, on virtual time; the four names of the crowd together as well. */
async function sharesOf(
  without: readonly Defence[] = [],
  miners = market.miners.map(({ name }) => name),
  epochs = market.epochs,
): Promise<{ readonly [name: string]: number }> {
  const { share, faults } = await runMarket(market, { way: 'process', without, miners, epochs })
  expect(faults).toEqual([])
  const crowd = Array.from(share, ([name, part]) => (name.startsWith('crowd') ? part : 0))
  return { ...Object.fromEntries(share), crowd: crowd.reduce((sum, part) => sum + part, 0) }
}

const names = (is: 'honest' | 'cheat'): string[] =>
  market.miners.filter((one) => one.is === is).map(({ name }) => name)

// Two seconds of work each; a busy machine takes its time.
describe('The market for serverless inference', { timeout: 180_000 }, () => {
  test('pays the better honest miner most, the worse one next, and every cheat less', async () => {
    const share = await sharesOf()
    expect(names('honest')).toEqual(['better', 'worse'])
    expect(share.better).toBeGreaterThan(1.3 * (share.worse ?? 1))
    for (const cheat of names('cheat')) expect(share[cheat], cheat).toBeLessThan(share.worse ?? 0)
    expect(share.echo).toBe(0)
    // The same machine under one name.
    expect(share.crowd).toBeLessThan(share.better ?? 0)
  })

  test.each([
    { without: 'payer', wins: 'trafficker', epochs: 4 },
    { without: 'checked', wins: 'echo', epochs: 6 },
    // It earns more of it from epoch to epoch.
    { without: 'median', wins: 'padder', epochs: market.epochs },
    { without: 'identities', wins: 'crowd', epochs: 4 },
  ] as const)('without $without pays $wins most', async ({ without, wins, epochs }) => {
    // Echo is paid for the work that others do not get.
    const playing = market.miners.flatMap(({ name, is }) =>
      is === 'honest' || name.startsWith(wins) || wins === 'echo' ? [name] : [],
    )
    const { [wins]: won = 0, ...others } = await sharesOf([without], playing, epochs)
    const rivals = Object.entries(others).flatMap(([name, part]) => (name.startsWith('crowd') ? [] : [part]))
    expect(won).toBeGreaterThan(Math.max(...rivals))
  })

  test('has a test for each defence that can be left out', () => {
    expect(Object.keys(market.defences)).toEqual(['payer', 'checked', 'median', 'identities'])
  })
})
