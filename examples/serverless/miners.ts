import { SeededRandom } from 'subnetkit/math'
import type { MarketMiner, MarketSeat } from '../support/market.js'
import { imageOf, stepOf } from './apps.js'
import { type Invocation, MOST_STEPS } from './protocol.js'
import { answersOf, type Rig } from './work.js'

type ServerlessMiner = MarketMiner<unknown, unknown>

const working =
  (rig: Rig) =>
  ({ random }: MarketSeat) => ({ answers: answersOf(rig, random) })

const better: ServerlessMiner = {
  name: 'better',
  is: 'honest',
  does: 'has a usual machine, with room for all five applications',
  spec: working({ speed: 1, memoryMiB: 8 }),
}

const worse: ServerlessMiner = {
  name: 'worse',
  is: 'honest',
  does: 'has a slower one, with room for four of them',
  spec: working({ speed: 0.8, memoryMiB: 6 }),
}

/** What the trafficker's friend asks for, again and again. */
export const prepared: Invocation = { kind: 'hash', version: 0, value: 20_641, steps: MOST_STEPS }

const trafficker: ServerlessMiner = {
  name: 'trafficker',
  is: 'cheat',
  does: 'has a slow machine, and a friend that buys of it, again and again, what it has computed once',
  spec({ random }) {
    const chain = chainOf(prepared)
    const isOfFriend = ({ version, value }: Invocation): boolean =>
      version === prepared.version && value === prepared.value
    return {
      answers: answersOf(
        { speed: 0.25, memoryMiB: 8, known: (request) => (isOfFriend(request) ? chain : undefined) },
        random,
      ),
    }
  },
}

const padder: ServerlessMiner = {
  name: 'padder',
  is: 'cheat',
  does: 'has a slow machine, and draws each call out to its deadline, several at once',
  spec: working({ speed: 0.45, memoryMiB: 8, dawdles: true }),
}

const echo: ServerlessMiner = {
  name: 'echo',
  is: 'cheat',
  does: 'has no machine, and answers each call at once with what was right for another',
  spec({ random }) {
    const chain = chainOf(prepared)
    const known = ({ steps }: Invocation): readonly number[] => chain.slice(0, steps)
    return { answers: answersOf({ speed: 1, memoryMiB: 0, known }, random) }
  },
}

/** One of the names of a single machine: a quarter of its time is for each, and what is warm is warm for all. */
const oneOfCrowd = (name: string, owner: string): ServerlessMiner => ({
  name,
  is: 'cheat',
  does: `is one of four names of one machine, as good as that of the better one; its coldkey is that of ${owner}`,
  owner,
  // A start is one for all four.
  spec: ({ seed }) => ({
    answers: answersOf({ speed: 0.25, startSpeed: 1, memoryMiB: 8 }, new SeededRandom(`${seed}/crowd`)),
  }),
})

function chainOf({ kind, version, value, steps }: Invocation): readonly number[] {
  const image = imageOf(kind, version)
  const chain: number[] = []
  for (let next = value; chain.length < steps; ) {
    next = stepOf(kind, image, next)
    chain.push(next)
  }
  return chain
}

export const honest: readonly ServerlessMiner[] = [better, worse]

/** The honest ones, then the cheats. */
export const miners: readonly ServerlessMiner[] = [
  ...honest,
  trafficker,
  padder,
  echo,
  oneOfCrowd('crowd-1', 'crowd-1'),
  oneOfCrowd('crowd-2', 'crowd-1'),
  oneOfCrowd('crowd-3', 'crowd-3'),
  oneOfCrowd('crowd-4', 'crowd-3'),
]
