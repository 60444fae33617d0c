import { describe, expect, test } from 'vitest'
import { market } from '../../examples/agents/market.js'
import type { Defence } from '../../examples/agents/mechanism.js'
import { runMarket } from '../../examples/support/runMarket.js'

/** Who earned anything on virtual time, with its part of all that miners earned. */
async function paid(without: readonly Defence[], miners = market.miners.map(({ name }) => name), epochs = 5) {
  const { share, faults } = await runMarket(market, { way: 'process', without, miners, epochs })
  expect(faults).toEqual([])
  return new Map([...share].filter(([, part]) => part > 0))
}

// Some seconds of work each; a busy machine takes its time.
describe('The market for coding agents', { timeout: 180_000 }, () => {
  test('pays the worse agent for being the first, the better one for being better, and no cheat', async () => {
    const earned = await paid([], undefined, market.epochs)
    expect([...earned.keys()]).toEqual(['better', 'worse'])
    expect(earned.get('better')).toBeGreaterThan(1.2 * (earned.get('worse') ?? 1))
  })

  test.each<[Defence, string, string]>([
    ['fresh', 'memoriser', 'worse'],
    ['hidden', 'crammer', 'worse'],
    ['apart', 'reader', 'worse'],
    ['cap', 'overspender', 'worse'],
    ['served', 'absentee', 'better'],
    ['copies', 'copier', 'better'],
  ])(
    'without %s the %s is paid all, and who is honest and comes later improves on nothing',
    async (defence, cheat, honest) => {
      expect(await paid([defence], [honest, cheat])).toEqual(new Map([[cheat, 1]]))
    },
  )

  test('twins stop the tamperer where nothing else does, and without them it is paid all', async () => {
    expect(await paid(['apart'], ['better', 'tamperer'])).toEqual(new Map([['better', 1]]))
    expect(await paid(['apart', 'twins'], ['better', 'tamperer'])).toEqual(new Map([['tamperer', 1]]))
  })

  test('has a test for each defence that can be left out', () => {
    expect(Object.keys(market.defences)).toEqual([
      'fresh',
      'hidden',
      'apart',
      'twins',
      'cap',
      'copies',
      'served',
    ])
  })
})
