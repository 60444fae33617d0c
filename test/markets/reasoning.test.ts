import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { market } from '../../examples/reasoning/market.js'
import { type Defence, Reasoning } from '../../examples/reasoning/mechanism.js'
import type { MarketRun, MarketWay } from '../../examples/support/marketRun.js'
import { roundsIn } from '../../examples/support/roundsIn.js'
import { runMarket } from '../../examples/support/runMarket.js'
import { replayRound } from '../../src/neuron/index.js'

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

  test('has the same scores in one process, as processes and on a node, and again from the records of each', {
    timeout: 120_000,
  }, async () => {
    // The same problems in each round: what a policy scores then depends on nothing but its text. And no window that a slow machine could miss.
    const without = ['fresh', 'oneShot'] as const
    const miners = ['better', 'worse', 'specialist']
    const folder = await mkdtemp(join(tmpdir(), 'reasoning-'))
    const scoresOf = async (way: MarketWay, until: { until: string } | { epochs: number }) => {
      const roundsFolder = join(folder, way)
      const run = await runMarket(market, { way, miners, without, epochs: 100, ...until, roundsFolder })
      expect(run.faults).toEqual([])
      expect(run.lastShare.get('better')).toBe(1)
      const nameOf = new Map(run.miners.map(({ name, hotkey }) => [hotkey, name]))
      const scores = new Map<string, Set<number>>()
      const rounds = roundsIn(roundsFolder)
      expect([...rounds.keys()]).toEqual(['validator-1', 'validator-2'])
      for (const record of [...rounds.values()].flat()) {
        const replayed = await replayRound(new Reasoning({ without }), record)
        expect(replayed.scores).toEqual(record.outcome.scores)
        for (const [hotkey, score] of replayed.scores) {
          const name = nameOf.get(hotkey) ?? hotkey
          scores.set(name, (scores.get(name) ?? new Set()).add(score))
        }
      }
      return Object.fromEntries(Array.from(scores, ([name, all]) => [name, [...all]]))
    }
    try {
      const inProcess = await scoresOf('process', { epochs: 8 })
      const one = [expect.any(Number)]
      expect(inProcess).toEqual({ better: one, worse: one, specialist: one })
      // Over sockets nobody decides who has had a turn when the better one is on the throne.
      for (const way of ['processes', 'node'] as const) {
        const scores = await scoresOf(way, { until: 'better' })
        expect(Object.keys(scores)).toContain('better')
        expect(inProcess).toMatchObject(scores)
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
