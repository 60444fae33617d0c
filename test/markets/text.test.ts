import { sleep } from 'subnetkit/clock'
import { answerTo, type SynapseAnswer } from 'subnetkit/neuron'
import type { Hotkey } from 'subnetkit/units'
import { describe, expect, test } from 'vitest'
import { defineMarket, type MarketMiner, type MarketSeat } from '../../examples/support/market.js'
import { runMarket } from '../../examples/support/runMarket.js'
import { market } from '../../examples/text/market.js'
import type { Defence } from '../../examples/text/mechanism.js'
import { honest } from '../../examples/text/miners.js'
import { type Token, textModel } from '../../examples/text/model.js'
import { capacity, complete, type TextRequest } from '../../examples/text/protocol.js'
import { answersOf } from '../../examples/text/work.js'

/** Who earned how much of what miners earned, on virtual time. */
async function sharesOf(
  without: readonly Defence[] = [],
  miners = market.miners.map(({ name }) => name),
  epochs = without.length > 0 ? 3 : market.epochs,
): Promise<{ readonly [name: string]: number }> {
  const { share, faults } = await runMarket(market, { way: 'process', without, miners, epochs })
  expect(faults).toEqual([])
  return Object.fromEntries(share)
}

/** Writes with the model of the market. */
async function* written(request: TextRequest): AsyncGenerator<Token, void> {
  yield* (await textModel()).write(request)
}

const names = (is: 'honest' | 'cheat'): string[] =>
  market.miners.filter((one) => one.is === is).map(({ name }) => name)

// Two seconds of work each; a busy machine takes its time.
describe('The market for verified text', { timeout: 180_000 }, () => {
  test('pays the better honest miner most, the worse one next, and every cheat less', async () => {
    const share = await sharesOf()
    expect(names('honest')).toEqual(['better', 'worse'])
    expect(share.better).toBeGreaterThan(1.3 * (share.worse ?? 1))
    for (const cheat of names('cheat')) expect(share[cheat], cheat).toBeLessThan(share.worse ?? 0)
    // What the model has not written is worth nothing at all.
    for (const cheat of ['rounded', 'drafter', 'parrot', 'truncator', 'bluffer'])
      expect(share[cheat], cheat).toBe(0)
  })

  test('pays for more at once no more than for less, where the machine is the same', async () => {
    const twin = (
      name: string,
      work: { announces: number; writes: number; tokenMs: number },
    ): MarketMiner<unknown, unknown> => ({
      name,
      is: 'cheat',
      does: 'has the machine of the better honest miner, and announces eight texts',
      spec: ({ random }) => ({
        answers: answersOf(
          {
            ...work,
            tokens: written,
          },
          random,
        ),
      }),
    })
    const crowd = defineMarket({
      ...market,
      miners: [
        ...honest,
        twin('inTurn', { announces: 8, writes: 2, tokenMs: 8 }),
        twin('slowly', { announces: 8, writes: 8, tokenMs: 32 }),
      ],
    })
    const { share, faults } = await runMarket(crowd, { way: 'process', epochs: 4 })
    expect(faults).toEqual([])
    for (const name of ['inTurn', 'slowly'])
      expect(share.get(name)).toBeLessThan(1.1 * (share.get('better') ?? 0))
  })

  test('asks for texts at once, however many friends hold the places and let them go one by one', async () => {
    const announcing = (streams: number, write: SynapseAnswer): MarketMiner<unknown, unknown>['spec'] => {
      return () => ({ answers: [answerTo(capacity, () => ({ streams })), write] })
    }
    const asked = new Map<Hotkey, number>()
    // All but one of the places that there are by default, until the deadline: what is asked after them has one place.
    const holders = Array.from(
      { length: 8 },
      (_, nth): MarketMiner<unknown, unknown> => ({
        name: `holder-${nth}`,
        is: 'cheat',
        does: 'is silent, and lets its friend have one place',
        spec: announcing(
          8,
          answerTo(complete, async function* (_request, { caller, clock, signal }) {
            asked.set(caller, (asked.get(caller) ?? 0) + 1)
            if ((asked.get(caller) ?? 0) % 64 !== 1) await sleep(clock, 1_990, signal)
            yield { text: ' ', logps: [-1] }
          }),
        ),
      }),
    )
    const inTurn = ({ random }: MarketSeat) => ({
      answers: answersOf({ announces: 4, writes: 1, tokenMs: 8, tokens: written }, random),
    })
    const miners = [
      ...holders,
      { name: 'friend', is: 'cheat', does: 'has half the better machine', spec: inTurn } as const,
      ...honest,
    ]
    const { share, faults } = await runMarket(defineMarket({ ...market, miners }), {
      way: 'process',
      epochs: 3,
    })
    expect(faults).toEqual([])
    expect(share.get('friend')).toBeLessThan(0.6 * (share.get('better') ?? 0))
  })

  test.each<{ without: Defence; wins: string; epochs?: number }>([
    { without: 'evidence', wins: 'bluffer' },
    { without: 'evidence', wins: 'rounded' },
    { without: 'sampling', wins: 'parrot' },
    { without: 'sampling', wins: 'drafter' },
    { without: 'length', wins: 'truncator' },
    // What it repeats has to have been asked before.
    { without: 'fresh', wins: 'echo', epochs: 6 },
    { without: 'capacity', wins: 'boaster' },
  ])('without $without pays $wins more than those who are honest', async ({ without, wins, epochs }) => {
    const share = await sharesOf([without], [...names('honest'), wins], epochs)
    expect(share[wins]).toBeGreaterThan(1.05 * Math.max(share.better ?? 1, share.worse ?? 1))
  })

  test('without speed pays who is slow as much as who is quick', async () => {
    const share = await sharesOf(['speed'], names('honest'))
    expect(share.worse).toBeCloseTo(share.better ?? 0, 3)
  })

  test('has a test for each defence that can be left out', () => {
    expect(Object.keys(market.defences)).toEqual([
      'evidence',
      'sampling',
      'length',
      'fresh',
      'capacity',
      'speed',
    ])
  })
})
