import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayRound } from 'subnetkit/neuron'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MarketWay } from '../../examples/support/marketRun.js'
import { roundsIn } from '../../examples/support/roundsIn.js'
import { runMarket } from '../../examples/support/runMarket.js'
import { patient } from './rental/patient.js'

let roundsFolder: string
beforeEach(() => {
  roundsFolder = mkdtempSync(join(tmpdir(), 'subnetkit-rental-'))
})
afterEach(() => rmSync(roundsFolder, { recursive: true }))

/** No score reads a time then. */
const without = ['speed'] as const
/** What a card earns in its first rounds: a twentieth, a sixth more in each, and of that half, since its deposit is not full. */
const parts = [0, 1, 2, 3, 4, 5].map((rounds) => (0.05 + rounds / 6) / 2)

describe('The market for GPU rental, where no score reads a time', () => {
  test.each<{ way: MarketWay }>([{ way: 'process' }, { way: 'processes' }, { way: 'node' }])(
    'scores and pays alike in every way of running, and each round replays to its scores: $way',
    { timeout: 240_000 },
    async ({ way }) => {
      const run = await runMarket(patient, { way, epochs: 4, without, roundsFolder })
      // Over sockets a run ends in the midst of calls, and miners say so.
      if (way === 'process') expect(run.faults).toEqual([])
      // Weights have sixteen bits.
      expect(run.share.get('better')).toBeCloseTo(2 / 3, 3)
      expect(run.share.get('worse')).toBeCloseTo(1 / 3, 3)
      const names = new Map(run.miners.map(({ name, hotkey }) => [hotkey, name]))
      const records = [...roundsIn(roundsFolder).values()].flat()
      expect(records.length).toBeGreaterThan(1)
      for (const [nth, record] of records.entries()) {
        const replayed = await replayRound(patient.mechanism({ without }), record)
        expect(replayed.scores).toEqual(record.outcome.scores)
        const told = Object.fromEntries(
          Array.from(replayed.scores, ([one, score]) => [names.get(one), score]),
        )
        const card = 0.2 * (parts[nth] ?? Number.NaN)
        const cheats = { bluffer: 0, 'twin-1': 0, 'twin-2': 0 }
        expect(told).toEqual({
          better: expect.closeTo(2 * card, 9),
          worse: expect.closeTo(card, 9),
          ...cheats,
        })
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
