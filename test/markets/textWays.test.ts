import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayRound } from 'subnetkit/neuron'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MarketWay } from '../../examples/support/marketRun.js'
import { roundsIn } from '../../examples/support/roundsIn.js'
import { runMarket } from '../../examples/support/runMarket.js'
import { patient } from './text/patient.js'

let roundsFolder: string
beforeEach(() => {
  roundsFolder = mkdtempSync(join(tmpdir(), 'subnetkit-text-'))
})
afterEach(() => rmSync(roundsFolder, { recursive: true }))

/** No score reads a time then. */
const without = ['speed'] as const
/** Both honest miners write two texts at once with the model; what the others write is not the model's. */
const scores = { better: 2, worse: 2, rounded: 0, truncator: 0 }
const miners = Object.keys(scores)

describe('The market for verified text, where no score reads a time', () => {
  test.each<{ way: MarketWay }>([{ way: 'process' }, { way: 'processes' }, { way: 'node' }])(
    'scores and pays alike in every way of running, and each round replays to its scores: $way',
    { timeout: 240_000 },
    async ({ way }) => {
      const run = await runMarket(patient, { way, epochs: 5, without, miners, roundsFolder })
      // Over sockets a run ends in the midst of calls, and miners say so.
      if (way === 'process') expect(run.faults).toEqual([])
      for (const [name, score] of Object.entries(scores)) {
        // Weights have sixteen bits.
        expect(run.share.get(name), name).toBeCloseTo(score / 4, 4)
      }
      const names = new Map(run.miners.map(({ name, hotkey }) => [hotkey, name]))
      const records = [...roundsIn(roundsFolder).values()].flat()
      expect(records.length).toBeGreaterThan(1)
      for (const record of records) {
        const replayed = await replayRound(patient.mechanism({ without }), record)
        expect(replayed.scores).toEqual(record.outcome.scores)
        const told = Array.from(replayed.scores, ([hotkey, score]) => [names.get(hotkey), score])
        expect(Object.fromEntries(told)).toEqual(scores)
      }
    },
  )

  test('where time counts, rounds over sockets replay to their scores all the same', {
    timeout: 240_000,
  }, async () => {
    await runMarket(patient, { way: 'processes', epochs: 3, miners: ['better', 'worse'], roundsFolder })
    const records = [...roundsIn(roundsFolder).values()].flat()
    expect(records.length).toBeGreaterThan(0)
    for (const record of records) {
      const { scores } = await replayRound(patient.mechanism({ without: [] }), record)
      expect(scores).toEqual(record.outcome.scores)
    }
  })
})
