import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayRound } from 'subnetkit/neuron'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Defence } from '../../examples/prices/mechanism.js'
import { PriceRanges } from '../../examples/prices/ranges.js'
import type { MarketRunOptions } from '../../examples/support/marketRun.js'
import { roundsIn } from '../../examples/support/roundsIn.js'
import { runMarket } from '../../examples/support/runMarket.js'
import { patient, timeoutMs } from './prices/patient.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subnetkit-prices-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs the market and plays each recorded round of both mechanisms again: the scores by name, of each mechanism by the block of the round. */
async function replayed(options: MarketRunOptions<Defence>) {
  const { way, without = [] } = options
  const roundsFolder = join(folder, way)
  const run = await runMarket(patient, { ...options, roundsFolder })
  const names = new Map(run.miners.map(({ name, hotkey }) => [hotkey, name]))
  const scores = [new Map<number, object>(), new Map<number, object>()] as const
  for (const [validator, records] of roundsIn(roundsFolder)) {
    const isSecond = validator.endsWith('.1')
    for (const record of records) {
      const rules = isSecond ? new PriceRanges({ without, timeoutMs }) : patient.mechanism({ without })
      const again = await replayRound<never>(rules as never, record)
      expect(again.scores).toEqual(record.outcome.scores)
      // Of an hour that a busy machine was too late for, nothing is said.
      if (again.scores.size === 0) continue
      const told = Array.from(again.scores, ([hotkey, score]) => [names.get(hotkey), score])
      scores[isSecond ? 1 : 0].set(record.block, Object.fromEntries(told))
    }
  }
  return { run, scores }
}

describe('The market of forecasts over sockets', { timeout: 240_000 }, () => {
  // What comes is what came next in the shipped series, so that nothing depends on blocks but which hour it is.
  const without = ['later'] as const
  const miners = ['better', 'worse', 'wide']

  test('has the same scores in one process, as processes and on a node, in both mechanisms', async () => {
    const inProcess = await replayed({ way: 'process', without, miners, epochs: 20 })
    expect(inProcess.run.faults).toEqual([])
    for (const way of ['processes', 'node'] as const) {
      const { run, scores } = await replayed({ way, without, miners, epochs: 3, blockMs: 400 })
      expect(run.share.get('better')).toBeGreaterThan(0)
      for (const mechanism of [0, 1] as const) {
        const shared = [...scores[mechanism]].filter(([block]) => inProcess.scores[mechanism].has(block))
        expect(shared.length).toBeGreaterThan(0)
        for (const [block, told] of shared) expect(told).toEqual(inProcess.scores[mechanism].get(block))
      }
    }
  })

  test('pays by both mechanisms with all its rules, and nobody who only copies', async () => {
    const { run, scores } = await replayed({
      way: 'processes',
      miners: ['better', 'late-1', 'wide'],
      epochs: 3,
      blockMs: 400,
    })
    expect(run.share.get('better')).toBeGreaterThan(0.5)
    expect(run.share.get('late-1')).toBe(0)
    expect(scores.every(({ size }) => size > 0)).toBe(true)
  })
})
