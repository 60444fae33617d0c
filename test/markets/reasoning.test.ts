import { describe, expect, test } from 'vitest'
import { market } from '../../examples/reasoning/market.js'
import type { Defence } from '../../examples/reasoning/mechanism.js'
import type { MarketRun } from '../../examples/support/marketRun.js'
import { runMarket } from '../../examples/support/runMarket.js'

/** Who earned anything, with its part of all. */
const paid = ({ share }: MarketRun) => new Map([...share].filter(([, part]) => part > 0))

const without = async (defence: Defence, miners: readonly string[], epochs = 8) => {
  const run = await runMarket(market, { way: 'process', without: [defence], miners, epochs })
  expect(run.faults).toEqual([])
  return paid(run)
}

describe('the reasoning arena', () => {
  test('pays the worse policy until the better one had its turn, then that one, and no cheat', async () => {
    const run = await runMarket(market, { way: 'process' })
    expect(run.faults).toEqual([])
    expect([...paid(run).keys()]).toEqual(['better', 'worse'])
    expect(run.share.get('better')).toBeGreaterThan(0.8)
  })

  test.each<[Defence, string, readonly string[]]>([
    ['copies', 'copier', ['better', 'copier']],
    ['conjunction', 'specialist', ['better', 'specialist']],
    ['fresh', 'memoriser', ['worse', 'memoriser', 'better']],
    ['oneShot', 'switcher', ['switcher', 'squatter', 'giant', 'worse', 'better']],
    ['turns', 'squatter', ['squatter', 'giant', 'worse', 'better']],
  ])("without %s the throne is the %s's", async (defence, cheat, miners) => {
    const earned = await without(defence, miners)
    expect(earned.get(cheat)).toBeGreaterThan(0.5)
  })

  test('without margin luck decides: within three tries one of several perturbed copies has it', async () => {
    const tickets = ['perturbed', 'ticket-1', 'ticket-2']
    // Each is luckier than the original in four rounds of ten, as is written in the page.
    for (const seed of ['one', 'two', 'three']) {
      const miners = ['better', ...tickets]
      const run = await runMarket(market, { way: 'process', without: ['margin'], miners, seed, epochs: 8 })
      if (tickets.some((name) => (run.share.get(name) ?? 0) > 0.5)) return
    }
    expect.fail('a perturbed copy holds the throne')
  })

  test('without floor whoever comes first is paid while nobody is any good; with it all is burned', async () => {
    expect(await without('floor', ['memoriser'])).toEqual(new Map([['memoriser', 1]]))
    const run = await runMarket(market, { way: 'process', miners: ['memoriser'], epochs: 8 })
    expect(paid(run)).toEqual(new Map())
  })
})
