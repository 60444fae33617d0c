import { describe, expect, test } from 'vitest'
import {
  type ByHotkey,
  badForMissing,
  bestOfOwner,
  burnUnearned,
  dominates,
  fadingPay,
  improvementUnits,
  nextChampion,
  nextCredibility,
  noiseMargin,
  normalizeWeights,
  rankDecay,
  rankRamp,
  reignMargin,
  sharpen,
  softmaxOfLoss,
  wilsonLowerBound,
  winnerTakesAll,
  withCredibility,
} from '../../../../src/mechanism/index.js'
import type { Coldkey, Hotkey } from '../../../../src/units/index.js'
import { key } from './named.js'
import { BLUE, type Column, drawBars, drawLines, GREEN, ORANGE, RED } from './payPictures.js'

type Cast = readonly { readonly name: string; readonly cheats?: boolean }[]

const percent = (share: number): string =>
  share > 0 && share < 0.0005 ? '< 0.1%' : `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)}%`
const plain = (digits: number) => (value: number) => value.toFixed(digits)

const byName = (cast: Cast, values: readonly (number | undefined)[]): Map<Hotkey, number> =>
  new Map(
    cast.flatMap(({ name }, at) => (values[at] === undefined ? [] : [[key(name), values[at]!] as const])),
  )

/** A column of what miners did. */
const done = (heading: readonly [string, string?], values: Column['values'], shown = plain(2)): Column => ({
  heading,
  values,
  shown,
  isPay: false,
})

/** A column of what they are paid, as shares of all pay. */
function paid(cast: Cast, heading: readonly [string, string?], weights: ByHotkey): Column {
  const shares = normalizeWeights(weights)
  return { heading, values: cast.map(({ name }) => shares.get(key(name)) ?? 0), shown: percent, isPay: true }
}

const payOf = (column: Column, cast: Cast, name: string): number =>
  column.values[cast.findIndex((one) => one.name === name)]!

async function expectPicture(name: string, svg: string): Promise<void> {
  await expect(svg).toMatchFileSnapshot(`../../../../docs/images/pay-${name}.svg`)
}

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

describe('the pictures of docs/policies.md', () => {
  test('one winner: a lucky copy wins where the highest score does, and never against a margin', async () => {
    const cast = [
      { name: 'champion' },
      { name: 'exact copy', cheats: true },
      { name: 'lucky copy', cheats: true },
      { name: 'improver' },
    ]
    const [first, second] = [
      [0.7, 0.7, 0.72, 0.66],
      [0.7, 0.7, 0.71, 0.76],
    ]
    const champion = key('champion')
    const winner = (scores: readonly number[], margin: number) =>
      winnerTakesAll(nextChampion(byName(cast, scores), { champion, margin }))
    const columns = [
      done(['score,', 'first round'], first!),
      paid(cast, ['highest score', 'takes it'], winner(first!, 0)),
      paid(cast, ['margin 0.03'], winner(first!, 0.03)),
      done(['score,', 'second round'], second!),
      paid(cast, ['margin 0.03'], winner(second!, 0.03)),
    ]
    expect(payOf(columns[1]!, cast, 'lucky copy')).toBe(1)
    expect(payOf(columns[2]!, cast, 'champion')).toBe(1)
    expect(payOf(columns[4]!, cast, 'improver')).toBe(1)
    await expectPicture(
      'champion',
      drawBars({ title: 'One winner, with and without a margin', cast, columns }),
    )
  })

  test('several environments: a specialist has the best mean, and does not dominate', async () => {
    const cast = [
      { name: 'champion' },
      { name: 'exact copy', cheats: true },
      { name: 'specialist', cheats: true },
      { name: 'all-rounder' },
    ]
    const environments = [
      [0.6, 0.6, 0.99, 0.66],
      [0.6, 0.6, 0.5, 0.61],
      [0.6, 0.6, 0.5, 0.6],
    ]
    const of = (at: number) => environments.map((one) => one[at]!)
    const means = cast.map((_, at) => of(at).reduce((a, b) => a + b, 0) / 3)
    const dominating = cast.filter((_, at) => dominates({ challenger: of(at), champion: of(0) }))
    const columns = [
      ...environments.map((values, at) => done([`environment ${at + 1}`], values)),
      paid(
        cast,
        ['highest mean', 'takes it'],
        winnerTakesAll(nextChampion(byName(cast, means), { champion: key('champion') })),
      ),
      paid(cast, ['has to', 'dominate'], winnerTakesAll(key(dominating[0]!.name))),
    ]
    expect(dominating.map(({ name }) => name)).toEqual(['all-rounder'])
    expect(payOf(columns[3]!, cast, 'specialist')).toBe(1)
    await expectPicture('dominates', drawBars({ title: 'Three environments, one throne', cast, columns }))
  })

  test('margins: noise asks for less as evidence grows, and a reign wears off', async () => {
    const counts = range(31).map((at) => Math.round(10 ** (1 + at / 10)))
    const noise = (rate: number) => counts.map((count) => [count, noiseMargin({ rate, count })] as const)
    const svg = drawLines('How much better a challenger has to be', [
      {
        heading: 'noiseMargin',
        xName: 'tasks',
        xTicks: [10, 100, 1_000, 10_000],
        isLog: true,
        yTicks: [0, 0.05, 0.1],
        yShown: plain(2),
        lines: [
          { name: 'half of them solved', color: BLUE, points: noise(0.5) },
          { name: 'nine of ten solved', color: GREEN, points: noise(0.9) },
        ],
      },
      {
        heading: 'reignMargin',
        xName: 'wins of the champion',
        xTicks: [1, 3, 5, 7, 9],
        yTicks: [0, 0.05, 0.1],
        yShown: plain(2),
        lines: [
          {
            name: 'margin',
            color: BLUE,
            points: range(9).map((at) => [at + 1, reignMargin(at + 1)] as const),
          },
        ],
      },
    ])
    await expectPicture('margins', svg)
  })

  test('rank decay: the ratio decides how many can live, and nearly equal scores are a rank apart', async () => {
    const cast = ['first', 'second', 'third', 'fourth', 'fifth', 'failed'].map((name) => ({ name }))
    const scores = [0.91, 0.9, 0.7, 0.69, 0.3, 0]
    const columns = [
      done(['score'], scores),
      ...[0.3, 0.5, 0.8].map((decay) =>
        paid(cast, [`decay ${decay}`], rankDecay(byName(cast, scores), decay)),
      ),
    ]
    expect(payOf(columns[3]!, cast, 'failed')).toBe(0)
    await expectPicture('rank-decay', drawBars({ title: 'Pay by rank: rankDecay', cast, columns }))
  })

  test('rank ramp: thirty are paid, twenty on a ramp and ten alike', async () => {
    const cast = range(40).map((at) => ({ name: `m${at}` }))
    const scores = byName(
      cast,
      range(40).map((at) => 40 - at),
    )
    const line = (weights: ByHotkey) =>
      [...normalizeWeights(weights).values()].map((one, at) => [at + 1, one] as const)
    const svg = drawLines('Pay by rank in tiers: rankRamp', [
      {
        heading: 'share of pay by place, of 40 miners',
        xName: 'place',
        xTicks: [1, 10, 20, 30, 40],
        yTicks: [0, 0.05, 0.1, 0.15, 0.2],
        yShown: percent,
        lines: [
          {
            name: 'rankRamp: 20 share 75% on a ramp of two, 10 share 25%, the rest nothing',
            color: BLUE,
            points: line(rankRamp(scores)),
          },
          { name: 'rankDecay 0.8, to compare', color: ORANGE, points: line(rankDecay(scores, 0.8)) },
        ],
      },
    ])
    await expectPicture('rank-ramp', svg)
  })

  test('softmax: temperature is the dial between all alike and one winner', async () => {
    const cast = ['best', 'close second', 'fair', 'poor'].map((name) => ({ name }))
    const losses = [10, 12, 20, 40]
    const columns = [
      done(['loss,', 'lower is better'], losses, plain(0)),
      ...[0.02, 0.1, 0.2, 1].map((beta) =>
        paid(cast, [`beta ${beta}`], softmaxOfLoss(byName(cast, losses), beta)),
      ),
    ]
    await expectPicture('softmax', drawBars({ title: 'Smooth pay: softmaxOfLoss', cast, columns }))
  })

  test('proportional pay, and sharpened', async () => {
    const cast = ['best', 'good', 'half as good', 'weak'].map((name) => ({ name }))
    const scores = byName(cast, [0.9, 0.8, 0.45, 0.2])
    const columns = [
      done(['score'], [...scores.values()]),
      paid(cast, ['proportional', 'normalizeWeights'], scores),
      paid(cast, ['sharpen 2'], sharpen(scores, 2)),
      paid(cast, ['sharpen 5'], sharpen(scores, 5)),
    ]
    await expectPicture('proportional', drawBars({ title: 'Pay by score', cast, columns }))
  })

  test('credibility: a caught lie costs more than the days before it earned', async () => {
    const rounds = 80
    const factorOf = (passes: (round: number) => boolean) => {
      let credibility = {}
      return range(rounds).map((round) => {
        credibility = nextCredibility(credibility, new Map([[key('m'), passes(round) ? 1 : 0]]))
        return [round + 1, withCredibility(new Map([[key('m'), 1]]), credibility).get(key('m'))!] as const
      })
    }
    const lines = [
      { name: 'honest from the first round', color: BLUE, points: factorOf(() => true) },
      {
        name: 'caught in rounds 40 and 41',
        color: ORANGE,
        points: factorOf((round) => round !== 39 && round !== 40),
      },
      { name: 'lies in every fourth round', color: RED, points: factorOf((round) => round % 4 !== 3) },
    ]
    const last = lines.map(({ points }) => points.at(-1)![1])
    expect(last[0]).toBeGreaterThan(0.99)
    expect(last[2]).toBeLessThan(0.55)
    const svg = drawLines('What a score is multiplied by: withCredibility', [
      {
        heading: 'credibility to the power of 2.5',
        xName: 'round',
        xTicks: [1, 20, 40, 60, 80],
        yTicks: [0, 0.25, 0.5, 0.75, 1],
        yShown: percent,
        lines,
      },
    ])
    await expectPicture('credibility', svg)
  })

  test('Wilson’s bound: new identities begin low', async () => {
    // Whole successes at each point: tens of tries where not all succeed.
    const line = (rate: number, least: number) =>
      range(41)
        .map((at) => least * Math.round((1_000 / least) ** (at / 40)))
        .map((count) => [count, wilsonLowerBound(Math.round(rate * count), count)] as const)
    const svg = drawLines('What a success rate is worth: wilsonLowerBound', [
      {
        heading: 'bound',
        xName: 'tries',
        xTicks: [1, 10, 100, 1_000],
        isLog: true,
        yTicks: [0, 0.25, 0.5, 0.75, 1],
        yShown: percent,
        lines: [
          { name: 'all succeed', color: BLUE, points: line(1, 1) },
          { name: 'nine of ten succeed', color: GREEN, points: line(0.9, 10) },
          { name: 'six of ten succeed', color: ORANGE, points: line(0.6, 10) },
        ],
      },
    ])
    await expectPicture('wilson', svg)
  })

  test('bad for missing: silence costs as much as the poorest answer that counts', async () => {
    const cast = [
      ...['best', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'poor', 'absurd'].map(
        (name) => ({ name }),
      ),
      { name: 'silent', cheats: true },
    ]
    const answered = [10, 11, 12, 13, 14, 15, 17, 20, 30, 400, undefined]
    const losses = byName(cast, answered)
    const judged = badForMissing(
      losses,
      cast.map(({ name }) => key(name)),
    )
    const columns = [
      done(['loss of', 'its answer'], answered, plain(0)),
      done(['loss that', 'counts'], [...judged.values()], plain(0)),
      paid(cast, ['pay by', 'softmaxOfLoss'], softmaxOfLoss(judged)),
    ]
    expect([judged.get(key('silent')), judged.get(key('absurd'))]).toEqual([30, 30])
    await expectPicture(
      'missing',
      drawBars({ title: 'Failing is never better than a poor answer: badForMissing', cast, columns }),
    )
  })

  const sybils: Cast = [
    { name: 'honest' },
    { name: 'honest, smaller' },
    ...range(4).map((at) => ({ name: `sybil ${at + 1}`, cheats: true })),
  ]
  const ownerOf = (hotkey: Hotkey): Coldkey => hotkey.replace(/ \d$/, '') as Coldkey

  test('sibling zeroing: four identities earn what one does', async () => {
    const scores = byName(sybils, [0.8, 0.6, 0.5, 0.5, 0.5, 0.49])
    const best = bestOfOwner(scores, ownerOf)
    const columns = [
      done(['score'], [...scores.values()]),
      paid(sybils, ['proportional'], scores),
      done(['score after', 'bestOfOwner'], [...best.values()]),
      paid(sybils, ['proportional'], best),
    ]
    await expectPicture(
      'siblings',
      drawBars({ title: 'Many identities of one owner: bestOfOwner', cast: sybils, columns }),
    )
  })

  test('fading pay: records pay, holding still does not, copies never', async () => {
    const day = 7_200
    const improvements = [
      { hotkey: key('first'), units: improvementUnits({ score: 0.55, leadScore: 0.5 }), block: 0 },
      { hotkey: key('second'), units: improvementUnits({ score: 0.57, leadScore: 0.55 }), block: 2 * day },
      { hotkey: key('copy'), units: improvementUnits({ score: 0.57, leadScore: 0.57 }), block: 3 * day },
      { hotkey: key('first'), units: improvementUnits({ score: 0.61, leadScore: 0.57 }), block: 6 * day },
    ]
    const payOver = (name: string) =>
      range(201).map((at) => {
        const atBlock = (at * 10 * day) / 200
        const seen = improvements.filter(({ block }) => block <= atBlock)
        return [atBlock / day, fadingPay(seen, { atBlock }).get(key(name)) ?? 0] as const
      })
    const lines = [
      { name: 'first: 10% better on day 0, 7% on day 6', color: BLUE, points: payOver('first') },
      { name: 'second: 4% better on day 2', color: GREEN, points: payOver('second') },
      { name: 'copies the leader on day 3', color: RED, points: payOver('copy') },
    ]
    expect(lines[2]!.points.every(([, pay]) => pay === 0)).toBe(true)
    const svg = drawLines('Pay for improvements, halving every day: fadingPay', [
      {
        heading: 'units',
        xName: 'day',
        xTicks: [0, 2, 4, 6, 8, 10],
        yTicks: [0, 1, 2, 3, 4],
        yShown: plain(0),
        lines,
      },
    ])
    await expectPicture('fading', svg)
  })

  test('burn slot: what nobody earned goes to nobody', async () => {
    const cast = ['best', 'second', 'third', 'burn slot'].map((name) => ({ name }))
    const weights = byName(cast, [0.5, 0.3, 0.2])
    const to = key('burn slot')
    const columns = [
      done(['weight'], [0.5, 0.3, 0.2, undefined]),
      ...[1, 0.75, 0.2].map((earned) =>
        paid(cast, [`earned ${earned}`], burnUnearned(weights, { to, earned })),
      ),
      paid(cast, ['nobody has', 'a weight'], burnUnearned(new Map(), { to, earned: 0.75 })),
    ]
    await expectPicture(
      'burn',
      drawBars({ title: 'What is not earned is burned: burnUnearned', cast, columns }),
    )
  })

  test('composed: each step takes one cheat away', async () => {
    const cast: Cast = [...sybils, { name: 'liar', cheats: true }, { name: 'burn slot' }]
    const scores = byName(cast, [0.8, 0.6, 0.5, 0.5, 0.5, 0.49, 2, undefined])
    const credibility = Object.fromEntries(cast.map(({ name }) => [name, name === 'liar' ? 0.3 : 1]))
    const trusted = withCredibility(scores, credibility)
    const best = bestOfOwner(trusted, ownerOf)
    const columns = [
      done(
        ['score'],
        cast.map(({ name }) => scores.get(key(name))),
      ),
      paid(cast, ['proportional'], scores),
      paid(cast, ['with', 'credibility'], trusted),
      paid(cast, ['and best', 'of owner'], best),
      paid(cast, ['and a', 'burn slot'], burnUnearned(best, { to: key('burn slot'), earned: 0.8 })),
    ]
    const sybilPay = (column: Column) => column.values.slice(2, 6).reduce<number>((sum, one) => sum + one!, 0)
    expect(payOf(columns[1]!, cast, 'liar')).toBeGreaterThan(payOf(columns[1]!, cast, 'honest'))
    expect(payOf(columns[2]!, cast, 'liar')).toBeLessThan(payOf(columns[2]!, cast, 'honest, smaller'))
    expect(sybilPay(columns[3]!)).toBeLessThan(sybilPay(columns[2]!) / 2)
    await expectPicture(
      'composed',
      drawBars({ title: 'Composed: each step takes one cheat away', cast, columns }),
    )
  })
})
