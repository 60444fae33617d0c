import { afterEach, expect, test, vi } from 'vitest'
import { KeyPair } from '../../../src/crypto/index.js'
import { Simulation } from '../../../src/simulation/index.js'

afterEach(() => {
  vi.restoreAllMocks()
})

test('no block works out the preset anew: it derives keys, which takes longer than many blocks', async () => {
  const derives = vi.spyOn(KeyPair, 'fromSeed')
  const simulation = await Simulation.start({
    subnets: 1,
    validators: 1,
    miners: 2,
    tempoBlocks: 10,
    preset: 'localnet',
  })
  expect(derives).toHaveBeenCalled()
  derives.mockClear()
  for await (const _ of simulation.run({ blocks: 720 })) expect(derives).not.toHaveBeenCalled()
  expect([simulation.block, derives.mock.calls.length]).toEqual([720, 0])
})
