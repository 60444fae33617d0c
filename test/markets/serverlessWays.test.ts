import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayRound } from 'subnetkit/neuron'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { market } from '../../examples/serverless/market.js'
import type { MarketWay } from '../../examples/support/marketRun.js'
import { roundsIn } from '../../examples/support/roundsIn.js'
import { runMarket } from '../../examples/support/runMarket.js'
import { patient } from './serverless/patient.js'

let roundsFolder: string
beforeEach(() => {
  roundsFolder = mkdtempSync(join(tmpdir(), 'subnetkit-serverless-'))
})
afterEach(() => rmSync(roundsFolder, { recursive: true }))

describe('The market for serverless inference', { timeout: 240_000 }, () => {
  test.each<{ way: MarketWay }>([{ way: 'process' }, { way: 'processes' }, { way: 'node' }])(
    'scores alike in every way of running where no score reads a time, and each round replays to its scores: $way',
    async ({ way }) => {
      const run = await runMarket(patient, { way, epochs: 4, roundsFolder })
      const names = new Map(run.miners.map(({ name, hotkey }) => [hotkey, name]))
      const records = [...roundsIn(roundsFolder).values()].flat()
      expect(records.length).toBeGreaterThan(1)
      for (const record of records) {
        const { scores } = await replayRound(patient.mechanism({ without: [] }), record)
        expect(scores).toEqual(record.outcome.scores)
        const told = Array.from(scores, ([hotkey, score]) => [names.get(hotkey), score])
        expect(Object.fromEntries(told)).toEqual({ one: 0.5, two: 0.5, echo: 0 })
      }
    },
  )

  test('where time and customers count, rounds over sockets replay to their scores all the same', async () => {
    const miners = ['better', 'worse', 'trafficker']
    await runMarket(market, { way: 'processes', epochs: 4, miners, roundsFolder })
    const records = [...roundsIn(roundsFolder).values()].flat()
    expect(records.length).toBeGreaterThan(0)
    expect(records.flatMap(({ entries }) => entries).some(({ door }) => door === 'sold')).toBe(true)
    for (const record of records) {
      const { scores } = await replayRound(market.mechanism({ without: [] }), record)
      expect(scores).toEqual(record.outcome.scores)
    }
  })
})
