import { describe, expect, test } from 'vitest'
import type { MarketWay } from '../../examples/support/marketRun.js'
import { runMarket } from '../../examples/support/runMarket.js'
import { patient } from './text/patient.js'

describe('The market for verified text, where no score reads a time', () => {
  test.each<{ way: MarketWay }>([{ way: 'process' }, { way: 'processes' }, { way: 'node' }])(
    'pays alike in every way of running: $way',
    { timeout: 240_000 },
    async ({ way }) => {
      const { share, faults } = await runMarket(patient, { way, epochs: 5, without: ['speed'] })
      expect(faults).toEqual([])
      // Both write two texts at once with the model; what the others write is not the model's.
      expect(share.get('better')).toBeCloseTo(0.5, 4)
      expect(share.get('worse')).toBeCloseTo(0.5, 4)
      for (const cheat of ['rounded', 'parrot', 'truncator', 'bluffer'])
        expect(share.get(cheat), cheat).toBe(0)
    },
  )
})
