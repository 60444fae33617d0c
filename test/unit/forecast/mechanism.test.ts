import { describe, expect, test } from 'vitest'
import { BATCH_SIZE, ForecastMechanism } from '../../../examples/forecast/mechanism.js'
import { askableDays, LEAD_DAYS, questionAt, truthAt } from '../../../examples/forecast/questions.js'
import { loadWeather } from '../../../examples/forecast/weather.js'
import { type MinerResponse, type Standing, taskSeed, type WeightView } from '../../../src/mechanism/index.js'
import type { Hotkey } from '../../../src/units/index.js'

const days = loadWeather()
const mechanism = new ForecastMechanism(days)
const seedOf = (round: number) => taskSeed({ blockHash: 'ab'.repeat(32), netuid: 1, round, index: 0 })
const key = (name: string): Hotkey => name as Hotkey

describe('ForecastMechanism.createTask', () => {
  test('is a function of the seed', () => {
    expect(mechanism.createTask(seedOf(3))).toEqual(mechanism.createTask(seedOf(3)))
    expect(mechanism.createTask(seedOf(3))).not.toEqual(mechanism.createTask(seedOf(4)))
  })

  test('asks about different days, all of the live years, that fit the synapse', () => {
    for (let round = 0; round < 20; round++) {
      const indices = mechanism.questionDays(seedOf(round))
      expect(new Set(indices).size).toBe(BATCH_SIZE)
      for (const index of indices) expect(days[index]!.year).toBeGreaterThanOrEqual(2014)
    }
    const checked = mechanism.synapse.request['~standard'].validate(mechanism.createTask(seedOf(1)))
    expect(checked).not.toHaveProperty('issues')
  })

  test('twenty rounds ask at least 400 different questions', () => {
    const asked = new Set<number>()
    for (let round = 0; round < 20; round++) {
      for (const index of mechanism.questionDays(seedOf(round))) asked.add(index)
    }
    expect(asked.size).toBeGreaterThanOrEqual(400)
  })

  test('no question shows a day it asks about', () => {
    const [index] = mechanism.questionDays(seedOf(1))
    const { window } = questionAt(days, index!)
    expect(window.at(-1)).toEqual([
      days[index!]!.highestC,
      days[index!]!.lowestC,
      days[index!]!.rainMm,
      days[index!]!.wind,
    ])
    expect(truthAt(days, index!)).toEqual(days.slice(index! + 1, index! + 5).map((day) => day.highestC))
  })
})

describe('ForecastMechanism.score', () => {
  const seed = seedOf(5)
  const truths = mechanism.questionDays(seed).map((index) => truthAt(days, index))
  const answered = (name: string, uid: number, off: number): MinerResponse<{ highestC: number[][] }> => ({
    hotkey: key(name),
    uid,
    status: 'ok',
    elapsedMs: 5,
    answer: { highestC: truths.map((row) => row.map((truth) => truth + off)) },
  })

  test('compares answers with what the weather did; who did not answer gets 0', () => {
    const { scores } = mechanism.score({
      seed,
      task: mechanism.createTask(seed),
      responses: [
        answered('near', 0, 0.5),
        answered('far', 1, 4),
        { hotkey: key('late'), uid: 2, status: 'timeout', elapsedMs: 600 },
        { hotkey: key('liar'), uid: 3, status: 'malformed', elapsedMs: 3 },
      ],
      state: null,
    })
    expect(Object.fromEntries(scores)).toEqual({ near: 1, far: 0.5, late: 0, liar: 0 })
  })
})

describe('ForecastMechanism.weights', () => {
  const standing = (mean: number, failuresInRow = 0): Standing => ({
    mean,
    count: 10,
    failuresInRow,
    lastSeenBlock: 1,
  })
  const weightsOf = (standings: Record<string, Standing>): Record<string, number> => {
    const view = { standings: new Map(Object.entries(standings)) } as unknown as WeightView<null>
    return Object.fromEntries(mechanism.weights(view))
  }

  test('are the fifth power of the mean score', () => {
    expect(weightsOf({ good: standing(0.8), poor: standing(0.4) })).toEqual({
      good: 0.8 * 0.8 * 0.8 * 0.8 * 0.8,
      poor: 0.4 * 0.4 * 0.4 * 0.4 * 0.4,
    })
  })

  test('end with the second failure in a row', () => {
    const weights = weightsOf({ hiccup: standing(0.5, 1), dead: standing(0.5, 2) })
    expect(weights).toEqual({ hiccup: 0.03125, dead: 0 })
  })
})

describe('askableDays', () => {
  test('leaves room for the window before and the days asked about after', () => {
    const all = askableDays(days, 0, 9999)
    expect(all[0]).toBe(9)
    expect(all.at(-1)).toBe(days.length - 1 - LEAD_DAYS)
  })

  test('training days end before the live years begin, targets included', () => {
    const training = askableDays(days, 0, 2014)
    expect(days[training.at(-1)! + LEAD_DAYS]!.date).toBe('2013-12-31')
    expect(days[askableDays(days, 2014, 9999)[0]!]!.date).toBe('2014-01-01')
  })
})
