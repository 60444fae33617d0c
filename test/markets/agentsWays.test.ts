import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayRound } from 'subnetkit/neuron'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { market } from '../../examples/agents/market.js'
import { Agents, type Defence } from '../../examples/agents/mechanism.js'
import type { MarketRunOptions } from '../../examples/support/marketRun.js'
import { roundsIn } from '../../examples/support/roundsIn.js'
import { runMarket } from '../../examples/support/runMarket.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subnetkit-agents-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs the market until the better agent is paid, and plays each recorded round again: all scores that a miner ever had, by its name. */
async function replayed(options: MarketRunOptions<Defence>) {
  const { way, without = [] } = options
  const roundsFolder = join(folder, way)
  const run = await runMarket(market, { epochs: 100, until: 'better', ...options, roundsFolder })
  // Over sockets a run ends in the midst of calls, and miners say so.
  if (way === 'process') expect(run.faults).toEqual([])
  expect(run.lastShare.get('better')).toBeGreaterThan(0)
  const names = new Map(run.miners.map(({ name, hotkey }) => [hotkey, name]))
  const scores = new Map<string, Set<number>>()
  for (const record of [...roundsIn(roundsFolder).values()].flat()) {
    const again = await replayRound(new Agents({ without }), record)
    expect(again.scores).toEqual(record.outcome.scores)
    for (const [hotkey, score] of again.scores) {
      const name = names.get(hotkey) ?? hotkey
      scores.set(name, (scores.get(name) ?? new Set()).add(score))
    }
  }
  return Object.fromEntries(Array.from(scores, ([name, all]) => [name, [...all]]))
}

describe('The market for coding agents over sockets', { timeout: 240_000 }, () => {
  const miners = ['better', 'worse', 'crammer']

  test('has the same scores in one process, as processes and on a node', async () => {
    // The same problems in each round: what an agent scores then depends on nothing but its text.
    const without = ['fresh'] as const
    const inProcess = await replayed({ without, miners, way: 'process' })
    const one = [expect.any(Number)]
    expect(inProcess).toEqual({ better: one, worse: one, crammer: [0] })
    for (const way of ['processes', 'node'] as const) {
      const scores = await replayed({ without, miners, way })
      // Over sockets nobody decides who has had a turn when the better one is paid.
      expect(Object.keys(scores)).toContain('better')
      expect(inProcess).toMatchObject(scores)
    }
  })

  test('pays the better agent with all its rules, and each round replays to its scores', async () => {
    const scores = await replayed({ miners: ['better', 'crammer'], way: 'processes' })
    expect(scores).toEqual({ better: expect.any(Array), crammer: [0] })
  })
})
