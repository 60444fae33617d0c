import { describe, expect, test } from 'vitest'
import { eachSeed, firstFailure, type Scenario } from './eachSeed.js'
import { crowdedWorld, faultsOf, scenarioWorld } from './random.js'

describe('calls among random faults', () => {
  eachSeed('end once, in time and with their own answer, leave nothing behind, and add up', {
    faultsOf,
    run: async (seed, faults) => (await scenarioWorld(seed, faults)).broken,
  })

  eachSeed('hold to the same, and to every bound, where more come than there is room for', {
    faultsOf,
    run: async (seed, faults) => (await crowdedWorld(seed, faults)).broken,
  })

  test('come in crowds: bounds are met, and hooks refuse and fail', async () => {
    const reasons = new Set<string>()
    for (let seed = 0; seed < 15; seed++) {
      const { axons } = await crowdedWorld(`${seed}`, [])
      for (const { axon } of axons) for (const reason in axon.counters.refused) reasons.add(reason)
    }
    const met = ['admittingFull', 'queueFull', 'connectionBusy', 'tooManyConnections', 'frameTooLarge']
    expect([...reasons]).toEqual(expect.arrayContaining([...met, 'blacklisted', 'notVerified', 'displaced']))
  }, 60_000)

  test('have a history that is a function of the seed', async () => {
    const history = async (seed: string): Promise<string> => {
      const { records, network } = await scenarioWorld(seed)
      const calls = records.map(({ plan, startedAtMs, endedAtMs, status, chunks }) => [
        plan.id,
        startedAtMs,
        endedAtMs,
        status,
        chunks,
      ])
      return JSON.stringify([calls, network.counters])
    }
    for (const seed of ['5', '6', '7']) expect(await history(seed)).toBe(await history(seed))
    expect(await history('5')).not.toBe(await history('6'))
  })
})

describe('a property over seeds', () => {
  const wrongWhereCut: Scenario = {
    faultsOf: (seed) => [
      { kind: 'delay', delayMs: 1 },
      ...(seed === '3' ? [{ kind: 'cut', afterFrame: 2, direction: 'toDialler' } as const] : []),
      { kind: 'refuse' },
    ],
    run: async (_seed, faults) => (faults.some(({ kind }) => kind === 'cut') ? ["it isn't whole"] : []),
  }

  test('names the first seed that fails, the faults that it takes, and the line that runs it again', async () => {
    expect(await firstFailure('a title', wrongWhereCut, {})).toBe(
      [
        'Seed 3 with 1 of 3 faults:',
        "- it isn't whole",
        'Run it again:',
        `FAULTS_SEED='3' FAULTS_LIST='[{"kind":"cut","afterFrame":2,"direction":"toDialler"}]' npx vitest run test/sim/faults -t 'a title'`,
      ].join('\n'),
    )
  })

  test('runs as many seeds as it is told, one seed, or one list', async () => {
    expect(await firstFailure('t', wrongWhereCut, { FAULTS_RUNS: '3' })).toBe('')
    expect(await firstFailure('t', wrongWhereCut, { FAULTS_SEED: '3' })).toContain('Seed 3')
    expect(await firstFailure('t', wrongWhereCut, { FAULTS_SEED: '3', FAULTS_LIST: '[]' })).toBe('')
  })
})
