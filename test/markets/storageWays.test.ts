import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayRound } from 'subnetkit/neuron'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { market } from '../../examples/storage/market.js'
import type { MarketWay } from '../../examples/support/marketRun.js'
import { roundsIn } from '../../examples/support/roundsIn.js'
import { runMarket } from '../../examples/support/runMarket.js'
import { patient } from './storage/patient.js'

let roundsFolder: string
beforeEach(() => {
  roundsFolder = mkdtempSync(join(tmpdir(), 'subnetkit-storage-rounds-'))
})
afterEach(() => rmSync(roundsFolder, { recursive: true }))

/** The scores of a miner in the rounds of a validator: none at first, then one replica more in each, up to the two that a new miner may have. */
const expected: { readonly [name: string]: readonly number[] } = {
  better: [0, 0.6, 1.2, 1.2],
  // Far away is soon enough where there is time.
  outsourcer: [0, 0.6, 1.2, 1.2],
  generator: [0, 0, 0, 0],
  miser: [0, 0, 0, 0],
}
const miners = Object.keys(expected)

describe('The market for storage, where no deadline is short', () => {
  test.each<{ way: MarketWay }>([{ way: 'process' }, { way: 'processes' }, { way: 'node' }])(
    'scores alike in every way of running, and each round replays to its scores: $way',
    { timeout: 240_000 },
    async ({ way }) => {
      // Over sockets a busy machine has few rounds in an epoch, and the run ends with the first that pays.
      const long = way === 'process' ? { epochs: 3 } : { epochs: 100, until: 'better' }
      const run = await runMarket(patient, { way, ...long, miners, roundsFolder })
      // Over sockets a run ends in the midst of calls, and miners say so.
      if (way === 'process') expect(run.faults).toEqual([])
      const rounds = [...roundsIn(roundsFolder).values()]
      expect(rounds.flat().length).toBeGreaterThan(1)
      for (const records of rounds) {
        const scores = new Map<string, number[]>(miners.map((name) => [name, []]))
        for (const record of records) {
          const replayed = await replayRound(patient.mechanism({ without: [] }), record)
          expect(replayed.scores).toEqual(record.outcome.scores)
          for (const { name, hotkey } of run.miners)
            scores.get(name)?.push(replayed.scores.get(hotkey) ?? Number.NaN)
        }
        for (const [name, given] of scores)
          expect(given.slice(0, 4), name).toEqual(expected[name]?.slice(0, given.length))
      }
    },
  )

  test('where time counts, rounds over sockets replay to their scores all the same', {
    timeout: 240_000,
  }, async () => {
    await runMarket(market, {
      way: 'processes',
      epochs: 5,
      blockMs: 250,
      miners: ['better', 'outsourcer'],
      roundsFolder,
    })
    const records = [...roundsIn(roundsFolder).values()].flat()
    expect(records.length).toBeGreaterThan(0)
    for (const record of records) {
      const { scores } = await replayRound(market.mechanism({ without: [] }), record)
      expect(scores).toEqual(record.outcome.scores)
    }
  })
})
