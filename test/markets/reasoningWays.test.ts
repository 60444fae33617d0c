import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayRound } from 'subnetkit/neuron'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { market } from '../../examples/reasoning/market.js'
import { type Defence, Reasoning } from '../../examples/reasoning/mechanism.js'
import type { MarketRun, MarketRunOptions } from '../../examples/support/marketRun.js'
import { roundsIn } from '../../examples/support/roundsIn.js'
import { runMarket } from '../../examples/support/runMarket.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subnetkit-reasoning-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs the arena, and plays each recorded round again: the run, and all scores that a miner ever had, by its name. */
async function replayed(options: MarketRunOptions<Defence>) {
  const { way, without = [] } = options
  const roundsFolder = join(folder, way)
  const run = await runMarket(market, { ...options, roundsFolder })
  expect(run.faults).toEqual([])
  const nameOf = new Map(run.miners.map(({ name, hotkey }) => [hotkey, name]))
  const scores = new Map<string, Set<number>>()
  const rounds = roundsIn(roundsFolder)
  expect([...rounds.keys()]).toEqual(['validator-1', 'validator-2'])
  for (const record of [...rounds.values()].flat()) {
    const again = await replayRound(new Reasoning({ without }), record)
    expect(again.scores).toEqual(record.outcome.scores)
    for (const [hotkey, score] of again.scores) {
      const name = nameOf.get(hotkey) ?? hotkey
      scores.set(name, (scores.get(name) ?? new Set()).add(score))
    }
  }
  return { run, scores: Object.fromEntries(Array.from(scores, ([name, all]) => [name, [...all]])) }
}

const lastPaid = ({ lastShare }: MarketRun) => [...lastShare].filter(([, part]) => part > 0)

describe('the reasoning arena over sockets', { timeout: 240_000 }, () => {
  // Who copies is not in it: a slow machine may let it commit first.
  const miners = ['better', 'worse', 'specialist', 'memoriser']

  test('has the better policy on the throne with all its rules, and each round replays to its scores', async () => {
    const played = { miners, epochs: 100, until: 'better', blockMs: 700 }
    const { run, scores } = await replayed({ ...played, way: 'processes' })
    expect(lastPaid(run)).toEqual([['better', 1]])
    expect(Object.keys(scores)).toContain('better')
  })

  test('has the same scores in one process, as processes and on a node', async () => {
    // The same problems in each round: what a policy scores then depends on nothing but its text. And no window that a slow machine could miss.
    const without = ['fresh', 'oneShot'] as const
    const three = { without, miners: miners.slice(0, 3), blockMs: 250 }
    const inProcess = await replayed({ ...three, way: 'process', epochs: 8 })
    const one = [expect.any(Number)]
    expect(inProcess.scores).toEqual({ better: one, worse: one, specialist: one })
    for (const way of ['processes', 'node'] as const) {
      const { run, scores } = await replayed({ ...three, way, epochs: 100, until: 'better' })
      expect(lastPaid(run)).toEqual([['better', 1]])
      // Over sockets nobody decides who has had a turn when the better one is on the throne.
      expect(Object.keys(scores)).toContain('better')
      expect(inProcess.scores).toMatchObject(scores)
    }
  })
})
