import { SeededRandom } from 'subnetkit/math'
import { taskSeed } from 'subnetkit/mechanism'
import type { Metagraph } from 'subnetkit/metagraph'
import { type AnswerContext, answerTo } from 'subnetkit/neuron'
import type { Hotkey } from 'subnetkit/units'
import type { MarketMiner, MarketSeat } from '../support/market.js'
import { clustered, constant, lastHour, type Model } from './forecasts.js'
import { PATHS, paths, range, seal, type Window } from './protocol.js'
import { drawnMoves, shippedMoves } from './series.js'
import { answersOf, forecasterOf } from './work.js'

type PriceMiner = MarketMiner<unknown, unknown>

const believing =
  (model: Model) =>
  ({ random }: MarketSeat) => ({ answers: answersOf(forecasterOf(model, random)) })

const better: PriceMiner = {
  name: 'better',
  is: 'honest',
  does: 'has learnt from the history how spread comes and goes, and tells that of today',
  spec: believing(clustered),
}

const worse: PriceMiner = {
  name: 'worse',
  is: 'honest',
  does: 'takes the usual spread and a third more for that of today, and the hour that was for the next',
  spec: believing({ ...constant(1.3), point: lastHour }),
}

const narrow: PriceMiner = {
  name: 'narrow',
  is: 'cheat',
  does: 'bets that the price stays: a twentieth of the usual spread, at any time',
  spec: believing(constant(0.05)),
}

const wide: PriceMiner = {
  name: 'wide',
  is: 'cheat',
  does: 'is never wrong: five times the usual spread, at any time',
  spec: believing(constant(5)),
}

const seer: PriceMiner = {
  name: 'seer',
  is: 'cheat',
  does: 'sends what came next in the series that everybody has',
  spec({ random }) {
    const salt = random.nextU32().toString(16).padStart(16, '0')
    return {
      answers: answersOf({
        paths: (startsAt) => ({ salt, paths: new Array(PATHS).fill(shippedMoves(startsAt)) }),
        range(startsAt) {
          const moves = shippedMoves(startsAt)
          const low = Math.min(...moves)
          return { salt, point: moves.at(-1) ?? 0, low, high: Math.max(low + 1, ...moves) }
        },
      }),
    }
  },
}

/** Other miners that serve, whoever earns most first. */
function richest({ columns }: Metagraph, self: Hotkey): Hotkey[] {
  const others = columns.hotkey.flatMap((hotkey, uid) => {
    const serves = columns.axon[uid] !== null && hotkey !== self
    return serves ? [{ hotkey, incentive: columns.incentiveU16[uid] ?? 0 }] : []
  })
  return others.toSorted((a, b) => b.incentive - a.incentive).map(({ hotkey }) => hotkey)
}

/** What whoever earns most says of the same. */
async function copied<Answer>(
  request: Window,
  { ask, hotkey, metagraph }: AnswerContext<Window, Answer>,
): Promise<Answer> {
  for (const other of richest(await metagraph(), hotkey)) {
    const result = await ask(other, request)
    if (result.status === 'ok') return result.answer
  }
  throw new Error('Nobody is there to be copied.')
}

/** Identities of one owner. A copy costs nothing, so there are three. */
const late = (nth: number): PriceMiner => ({
  name: `late-${nth}`,
  is: 'cheat',
  does: 'asks whoever earns most for its forecast and sends that as its own, changed by a hair, under three names',
  spec: () => ({
    answers: [
      // Before the hour nobody shows anything: what it will have to say, it cannot know.
      answerTo(seal, () => ({ digest: '0'.repeat(64) })),
      answerTo(paths, async (request, context) => {
        const { salt, paths: all } = await copied(request, context)
        return { salt, paths: all.map((path) => path.map((move) => move - nth * Math.sign(move))) }
      }),
      answerTo(range, async (request, context) => {
        const all = await copied(request, context)
        return { ...all, high: all.high + nth }
      }),
    ],
  }),
})

/** A bet on rising prices, in multiples of the spread of each move, and where it says that an hour ends. */
const RISE = 0.2
const risenIn = (startsAt: number): number => Math.round(12 * RISE * Math.sqrt(clustered.variance(startsAt)))

const picker: PriceMiner = {
  name: 'picker',
  is: 'cheat',
  does: 'seals a bet that the price rises, sees how the hour goes, and shows the bet only where it was right',
  spec: ({ random }) => ({
    answers: answersOf({
      ...forecasterOf({ ...clustered, drift: RISE, point: risenIn }, random),
      async shows(startsAt, what, { hashAt, metagraph }) {
        const { netuid } = await metagraph()
        const mechanismId = what === 'paths' ? 0 : 1
        const blockHash = await hashAt(startsAt)
        const chance = taskSeed({ blockHash, netuid, round: startsAt, index: 0, mechanismId })
        return (drawnMoves(startsAt, chance.random).at(-1) ?? 0) > risenIn(startsAt) / 2
      },
    }),
  }),
}

const bet = (name: string, drift: number): PriceMiner => ({
  name,
  is: 'cheat',
  does: `bets that the price will ${drift > 0 ? 'rise' : 'fall'}, always; one owner has this bet, the other one and that of narrow`,
  spec: believing({ ...clustered, drift, point: () => drift * 4_000 }),
})

/** Identities of one owner. */
const twin = (nth: number): PriceMiner => ({
  name: `twin-${nth}`,
  is: 'cheat',
  does: 'has the better model, under three names that all send the same',
  spec: ({ seed }) => ({ answers: answersOf(forecasterOf(clustered, new SeededRandom(`${seed}/twins`))) }),
})

/** The honest ones, then the cheats. */
export const miners: readonly PriceMiner[] = [
  better,
  worse,
  narrow,
  wide,
  seer,
  ...[1, 2, 3].map(late),
  picker,
  bet('up', 0.5),
  bet('down', -0.5),
  ...[1, 2, 3].map(twin),
]
