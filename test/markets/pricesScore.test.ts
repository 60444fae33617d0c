import { keyPairFromUri } from 'subnetkit/crypto'
import { SeededRandom } from 'subnetkit/math'
import { type Played, type RoundMiner, taskSeed } from 'subnetkit/mechanism'
import { given, replied, roundOf } from 'subnetkit/testing'
import { asHotkey, type Hotkey } from 'subnetkit/units'
import { describe, expect, test } from 'vitest'
import { changesOf } from '../../examples/prices/changes.js'
import { crps } from '../../examples/prices/crps.js'
import { type Defence, PricePaths } from '../../examples/prices/mechanism.js'
import {
  type Move,
  PATHS,
  type Paths,
  paths,
  type Range,
  range,
  STEPS,
  seal,
  sealOf,
} from '../../examples/prices/protocol.js'
import { PriceRanges, qualityOf } from '../../examples/prices/ranges.js'
import { drawnMoves, shippedMoves } from '../../examples/prices/series.js'

const [ann, bob, cid, dan] = ['//Ann', '//Bob', '//Cid', '//Dan'].map((uri) =>
  asHotkey(keyPairFromUri(uri).address),
) as [Hotkey, Hotkey, Hotkey, Hotkey]

const seed = taskSeed({ blockHash: 'ab'.repeat(32), netuid: 1, round: 1, index: 0 })
const startsAt = 12
const came = drawnMoves(startsAt, seed.random)

describe('The CRPS of an ensemble', () => {
  /** As it is defined: over all pairs. */
  function byPairs(members: readonly number[], x: number) {
    const { length: count } = members
    let [apart, pairs] = [0, 0]
    for (const one of members) {
      apart += Math.abs(one - x)
      for (const other of members) pairs += Math.abs(one - other)
    }
    return { distance: apart / count, spread: pairs / (2 * count * count) }
  }

  test('is by hand: of 0, 2 and 4 where 1 came, (1 + 1 + 3) / 3 - (2 + 4 + 2) / 9', () => {
    expect(crps([0, 2, 4], 1)).toEqual({ distance: 5 / 3, spread: 8 / 9 })
    expect(crps([7], 4)).toEqual({ distance: 3, spread: 0 })
  })

  test('is to the last bit what all pairs give, for whole numbers of any size that is allowed', () => {
    const random = new SeededRandom('crps')
    for (let round = 0; round < 200; round++) {
      const most = random.pick([3, 1_000, 2_000_000])
      const drawn = (): number => random.int(2 * most + 1) - most
      const members = Array.from({ length: 1 + random.int(PATHS) }, drawn)
      const x = drawn()
      expect(
        crps(
          members.toSorted((a, b) => a - b),
          x,
        ),
      ).toEqual(byPairs(members, x))
    }
  })

  test('is least on average for the spread that the outcome has', () => {
    // Evenly spread members against evenly spread outcomes: exact means of both.
    const even = (times: number) => Array.from({ length: 41 }, (_, at) => times * (at - 20))
    const meanOf = (times: number) => {
      const scores = even(10).map((x) => crps(even(times), x))
      return scores.reduce((sum, { distance, spread }) => sum + distance - spread, 0) / scores.length
    }
    const right = meanOf(10)
    for (const times of [1, 5, 8, 12, 15, 30]) expect(meanOf(times)).toBeGreaterThan(right)
  })
})

test('Changes of a path are taken over steps that do not overlap', () => {
  expect(changesOf([1, 3, 6, 10, 15, 21], 1)).toEqual([1, 2, 3, 4, 5, 6])
  expect(changesOf([1, 3, 6, 10, 15, 21], 3)).toEqual([6, 15])
})

const around = (moves: readonly Move[], off: number): Paths => ({
  salt: 'salt of some length',
  paths: Array.from({ length: PATHS }, (_, at) => moves.map((move) => move + (at % 2 === 0 ? off : -off))),
})

function hourOf<Forecast>(said: readonly (readonly [Hotkey, Forecast | undefined])[], isLate = false) {
  return {
    seed,
    block: 9,
    startsAt,
    chance: seed,
    isLate,
    said: said.map(([hotkey, forecast]) => ({ hotkey, forecast })),
  }
}

describe('Price paths', () => {
  const judged = (
    said: readonly (readonly [Hotkey, Paths | undefined])[],
    {
      without = [],
      state = { hours: [] },
    }: { without?: readonly Defence[]; state?: Played<PricePaths>['state'] } = {},
  ) => new PricePaths({ without }).score({ ...hourOf(said), state })

  const right = around(came, 0)

  test('that are what came lose nothing; others their CRPS in basis points', () => {
    // Two ends, d beside what came after each step: changes over one step are off by d in the first alone, as are those over three and all.
    const { scores } = judged([
      [ann, right],
      [bob, around(came, 700)],
    ])
    // |700| - 700 / 2 in each of three changes, in hundredths of a basis point.
    expect([...scores]).toEqual([
      [ann, 0],
      [bob, -3 * 3.5],
    ])
  })

  test('count their spread only where calibration is in force, and their distance where sharpness is', () => {
    const said = [
      [ann, right],
      [bob, around(came, 700)],
    ] as const
    expect(judged(said, { without: ['calibration'] }).scores.get(bob)).toBeCloseTo(-3 * 7)
    const { scores } = judged(said, { without: ['sharpness'] })
    expect([scores.get(ann), scores.get(bob)]).toEqual([-3 * 3.5, 0])
  })

  test('of a miner that says nothing are as bad as the worst of these few', () => {
    const said = [
      [ann, right],
      [bob, around(came, 700)],
      [cid, undefined],
    ] as const
    const { scores, state } = judged(said)
    expect(scores.get(cid)).toBe(scores.get(bob))
    expect(state.hours[0]?.bad).toBe(10.5)
    expect(judged(said, { without: ['missing'] }).scores.has(cid)).toBe(false)
  })

  test('of a miner that leaves out an hour earn less for it, though it was one in which all lost much', () => {
    const payOf = (without: readonly Defence[]) => {
      const mechanism = new PricePaths({ without })
      const usual = around(came, 350)
      const hours = [
        [usual, usual, around(came, 2_100)],
        [around(came, 1_400), undefined, around(came, 2_100)],
      ]
      let state = mechanism.initialState()
      for (const forecasts of hours) {
        const said = [ann, bob, cid].map((hotkey, at) => [hotkey, forecasts[at]] as const)
        state = mechanism.score({ ...hourOf([...said, [dan, right]]), state }).state
      }
      const weights = mechanism.weights({ state } as never)
      return [weights.get(ann) ?? 0, weights.get(bob) ?? 0] as const
    }
    const [always, picked] = payOf(['merged'])
    expect(picked).toBeLessThan(always)
    const [fooled, picking] = payOf(['merged', 'missing'])
    expect(picking).toBeGreaterThan(1.5 * fooled)
  })

  test('are judged by the shipped series where chance comes too early', () => {
    const { scores } = judged(
      [
        [ann, right],
        [bob, around(shippedMoves(startsAt), 0)],
      ],
      { without: ['later'] },
    )
    expect(scores.get(bob)).toBe(0)
    expect(scores.get(ann)).toBeLessThan(0)
  })

  test('tell nothing of an hour in which seals came too late, or nobody said anything', () => {
    const state = { hours: [] }
    const late = new PricePaths().score({ ...hourOf([[ann, right]], true), state })
    expect([late.scores.size, late.state]).toEqual([0, state])
    expect(judged([[ann, undefined]])).toEqual({ scores: new Map(), state })
  })

  const pay = (
    said: readonly (readonly [Hotkey, Paths | undefined])[],
    hours: number,
    without: Defence[] = [],
  ) => {
    const mechanism = new PricePaths({ without, windowHours: 3 })
    let state = mechanism.initialState()
    for (let hour = 0; hour < hours; hour++) state = mechanism.score({ ...hourOf(said), state }).state
    return { state, weights: mechanism.weights({ state } as never), mechanism }
  }

  test('are paid by exp(-loss / 10), less what silence would be paid', () => {
    const { weights, state } = pay(
      [
        [ann, right],
        [bob, around(came, 700)],
        [cid, around(came, 2_100)],
        [dan, undefined],
      ],
      4,
    )
    expect(state.hours.length).toBe(3)
    const silence = Math.exp(-3.15)
    const [paidAnn = 0, paidBob = 0] = [weights.get(ann), weights.get(bob)]
    expect(paidBob / paidAnn).toBeCloseTo((Math.exp(-1.05) - silence) / (1 - silence), 12)
    expect([weights.get(cid), weights.get(dan)]).toEqual([0, 0])
  })

  test('that are equal, in any order, share what one of them is paid', () => {
    const turned = { ...right, paths: right.paths.toReversed(), salt: 'another salt, as long' }
    const said = [
      [ann, right],
      [bob, around(came, 700)],
      [cid, turned],
      [dan, around(came, 2_100)],
    ] as const
    const { weights } = pay(said, 1)
    expect(weights.get(ann)).toBe(weights.get(cid))
    const alone = pay(said, 1, ['merged']).weights
    expect((weights.get(ann) ?? 0) * 2).toBeCloseTo(alone.get(ann) ?? 0, 12)
  })

  test('of a newcomer have the loss of silence for the hours before it', () => {
    const { state, mechanism } = pay(
      [
        [ann, right],
        [bob, around(came, 700)],
      ],
      2,
    )
    const next = mechanism.score({
      ...hourOf([
        [ann, around(came, 70)],
        [bob, around(came, 700)],
        [cid, right],
      ]),
      state,
    })
    const weights = mechanism.weights({ state: next.state } as never)
    expect(weights.get(cid)).toBeLessThan(weights.get(ann) ?? 0)
    const forgotten = mechanism.forget(next.state, cid)
    expect(JSON.stringify(forgotten)).not.toContain(cid)
    expect(JSON.stringify(forgotten)).toContain(ann)
  })
})

describe('Points and ranges', () => {
  const [least, most, end] = [Math.min(...came), Math.max(...came), came.at(-1) ?? 0]
  const say = (off: number, low: number, high: number): Range => ({
    salt: 'salt of some length',
    point: end + off,
    low,
    high,
  })
  const judged = (
    said: readonly (readonly [Hotkey, Range | undefined])[],
    {
      without = [],
      state = {},
    }: { without?: readonly Defence[]; state?: { readonly [hotkey: string]: number } } = {},
  ) => new PriceRanges({ without }).score({ ...hourOf(said), state })

  test('are worth most where the range is that of the prices, and less on either side of it', () => {
    const worth = (low: number, high: number): number => {
      const { inclusion, width } = qualityOf({ low, high }, came)
      return inclusion * width
    }
    expect(worth(least, most)).toBe(1)
    const grid = Array.from({ length: 21 }, (_, at) => 0.2 * (at - 10))
    const span = most - least
    for (const low of grid) {
      for (const high of grid) {
        const [from, to] = [Math.round(least + low * span), Math.round(most + high * span)]
        if (from < to && (from !== least || to !== most)) expect(worth(from, to)).toBeLessThan(1)
      }
    }
    expect(qualityOf({ low: most + 1, high: most + 9 }, came)).toEqual({ inclusion: 0, width: 0 })
    expect(qualityOf({ low: least - 1, high: 2 * most - least + 1 }, came).inclusion).toBe(1)
  })

  test('earn by their ranks, 0.8 each; equal ones the mean of their places, silence nothing', () => {
    const { scores } = judged([
      [ann, say(0, least, most)],
      [bob, say(5, least, most + 100)],
      [cid, say(-5, least, most + 200)],
      [dan, undefined],
    ])
    const tie = (0.8 + 0.64) / 2
    expect([...scores.keys()]).toEqual([ann, bob, cid, dan])
    expect([ann, dan].map((one) => scores.get(one))).toEqual([2, 0])
    expect(scores.get(bob)).toBeCloseTo(tie + 0.8, 12)
    expect(scores.get(cid)).toBeCloseTo(tie + 0.64, 12)
  })

  test('that are equal share one place', () => {
    const said = [
      [ann, say(0, least, most)],
      [bob, say(0, least, most)],
      [cid, say(5, least, most + 100)],
    ] as const
    expect([...judged(said).scores.values()]).toEqual([1, 1, 1.6])
    expect(judged(said, { without: ['merged'] }).scores.get(ann)).toBeCloseTo(1.8, 12)
  })

  test('count inclusion only where calibration is in force, and width where sharpness is', () => {
    const said = [
      [ann, say(0, least, most)],
      [bob, say(0, least - 5_000, most + 5_000)],
      [cid, say(0, least + 1, least + 2)],
    ] as const
    const best = (without: readonly Defence[]) =>
      [...judged(said, { without }).scores].toSorted(([, a], [, b]) => b - a).map(([hotkey]) => hotkey)
    expect(best([])[0]).toBe(ann)
    // Both use all of what they hold, or hold all of what came.
    expect(best(['calibration'])[2]).toBe(bob)
    expect(best(['sharpness'])[2]).toBe(cid)
  })

  test('are paid by a mean that begins at nothing and moves a twentieth of the way', () => {
    const mechanism = new PriceRanges()
    const said = [[ann, say(0, least, most)]] as const
    const { state } = judged(said, { state: { [bob]: 1 } })
    expect([...mechanism.weights({ state } as never)]).toEqual([
      [bob, 1],
      [ann, 0.1],
    ])
    expect(judged(said, { state: { [ann]: 1 }, without: ['window'] }).state).toEqual({ [ann]: 2 })
    expect(judged([[ann, undefined]], { state: { [ann]: 1 } }).state).toEqual({ [ann]: 0.95 })
    expect(judged([[ann, undefined]], { state: { [ann]: 1 }, without: ['missing'] }).state).toEqual({
      [ann]: 1,
    })
    expect(mechanism.forget({ [ann]: 1, [bob]: 2 }, ann)).toEqual({ [bob]: 2 })
  })
})

describe('A forecast', () => {
  const forecast = around([...came], 10)

  /** What a round makes of miners that seal and show as they are told. */
  async function playedWith(
    seals: (miner: RoundMiner) => string | undefined,
    shows: (miner: RoundMiner) => Paths,
    without: readonly Defence[] = [],
  ) {
    const asked: string[] = []
    const mechanism = new PricePaths({ without })
    const round = roundOf({
      miners: 2,
      block: 9,
      state: mechanism.initialState(),
      outside: [
        given(seal, (request, miner) => {
          asked.push(`seal ${request.what} ${request.startsAt}`)
          const digest = seals(miner)
          return digest === undefined ? replied({ status: 'timeout', elapsedMs: 500 }) : { digest }
        }),
        given(paths, (request, miner) => {
          asked.push(`paths ${request.startsAt}`)
          return shows(miner)
        }),
      ],
    })
    return { asked, played: await mechanism.play(round), miners: round.miners }
  }

  test('is sealed for an hour that begins three blocks later, and shown then', async () => {
    const { asked, played } = await playedWith(
      ({ hotkey }) => sealOf(hotkey, forecast),
      () => forecast,
    )
    expect(asked).toEqual(['seal paths 12', 'seal paths 12', 'paths 12', 'paths 12'])
    expect(played).toMatchObject({ startsAt: 12, isLate: false })
    expect(played.said.map((one) => one.forecast)).toEqual([forecast, forecast])
    expect(played.chance.round).toBe(12)
  })

  test('counts only if it is what its own miner sealed', async () => {
    const { played, miners } = await playedWith(
      // The second one repeats what the first sealed.
      () => sealOf(miners0, forecast),
      () => forecast,
    )
    expect(miners[0]?.hotkey).toBe(miners0)
    expect(played.said.map((one) => one.forecast)).toEqual([forecast, undefined])
    const changed = await playedWith(
      ({ hotkey }) => sealOf(hotkey, forecast),
      () => around(came, 11),
    )
    expect(changed.played.said.map((one) => one.forecast)).toEqual([undefined, undefined])
  })

  test('is not asked for of whoever sealed none', async () => {
    const { asked, played } = await playedWith(
      ({ uid, hotkey }) => (uid === 0 ? undefined : sealOf(hotkey, forecast)),
      () => forecast,
    )
    expect(asked.filter((one) => one.startsWith('paths'))).toHaveLength(1)
    expect(played.said.map((one) => one.forecast)).toEqual([undefined, forecast])
  })

  test('is asked for at once where nothing is sealed', async () => {
    const { asked, played } = await playedWith(
      () => undefined,
      () => forecast,
      ['sealed'],
    )
    expect(asked).toEqual(['paths 9', 'paths 9'])
    expect(played.chance.round).toBe(12)
  })

  const miners0 = roundOf({ miners: 2 }).miners[0]?.hotkey ?? ann

  test.each([
    ['a path too few', { paths: new Array(PATHS - 1).fill(new Array(STEPS).fill(0)) }],
    ['a step too many', { paths: new Array(PATHS).fill(new Array(STEPS + 1).fill(0)) }],
    ['what is no number', { paths: new Array(PATHS).fill(new Array(STEPS).fill(Number.NaN)) }],
    ['a part of a move', { paths: new Array(PATHS).fill(new Array(STEPS).fill(0.5)) }],
    ['a price beyond all', { paths: new Array(PATHS).fill(new Array(STEPS).fill(1e9)) }],
    ['no list at all', { paths: 'many' }],
  ])('that holds %s is no answer', async (_, wrong) => {
    const check = await paths.answer['~standard'].validate({ salt: forecast.salt, ...wrong })
    expect(check.issues?.length).toBeGreaterThan(0)
  })

  test('of a range is not empty', async () => {
    const { issues } = await range.answer['~standard'].validate({
      salt: forecast.salt,
      point: 0,
      low: 1,
      high: 1,
    })
    expect(issues?.[0]?.message).toBe('Give a range that is not empty.')
  })
})
