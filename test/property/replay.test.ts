import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Clock, sleep } from '../../src/clock/index.js'
import { SeededRandom } from '../../src/math/index.js'
import type { Round, RoundMiner, Source } from '../../src/mechanism/index.js'
import { answerTo, replayRound } from '../../src/neuron/index.js'
import { count, echo, Played } from '../unit/neuron/play/Rehearsal.js'
import { recorded } from '../unit/neuron/replay/recorded.js'
import { good, hostile, play, score } from './hostileCast.js'

const SEEDS = 25

const seeds = (count: number): number[] => Array.from({ length: count }, (_, seed) => seed)

const SOURCE: Source<number, number> = {
  name: 'dice',
  query: z.number(),
  value: z.number(),
  async read(at) {
    if (at % 5 === 0) throw new RangeError('out')
    return { value: at * 2, from: 'dice' }
  },
}

/** Steps that a seed chose; and in which order the answers of single asks came, over all scripts. */
function randomPlay(seed: string): (round: Round<null>) => Promise<unknown> {
  return async (round) => {
    const random = new SeededRandom(seed)
    const order: unknown[] = []
    const step = async (miner: RoundMiner, chance: SeededRandom): Promise<unknown> => {
      const timeoutMs = 50
      switch (chance.int(6)) {
        case 0: {
          const reply = await round.ask(miner, echo, chance.int(3), { timeoutMs })
          order.push(reply)
          return reply
        }
        case 1:
          return await round.stream(miner, count, chance.int(4), { timeoutMs })
        case 2:
          return await round.record(`gain ${chance.int(2)}`, () => Math.random())
        case 3:
          return round.secret(`label ${chance.int(2)}`).float()
        case 4:
          return await round.live(SOURCE, chance.int(9))
        default: {
          const both = [1, 2].map((n) => round.ask(miner, echo, n, { timeoutMs, withinMs: 10 }))
          return [await Promise.race(both), await Promise.all(both)]
        }
      }
    }
    const seen: unknown[] = []
    for (let at = 0; at < 3; at++) {
      if (random.int(2) === 0) seen.push(await round.askAll(echo, random.int(3), { timeoutMs: 50 }))
      const runs = await round.each(async (miner) => {
        const chance = random.fork(`${at} ${miner.hotkey}`)
        const own: unknown[] = []
        for (let steps = chance.int(4); steps > 0; steps--) own.push(await step(miner, chance))
        return own
      })
      seen.push(runs)
    }
    return { seen, order }
  }
}

/** Answers after a while that depends on what is asked, on its clock. */
const slow = (factor: number) => (clock: Clock) => [
  answerTo(echo, async (n) => {
    await sleep(clock, (n * factor) % 60)
    return n
  }),
  answerTo(count, async function* (n) {
    for (let at = 0; at < n; at++) {
      await sleep(clock, factor)
      yield at
    }
  }),
]

const judgedBy = ({ judged: [first] }: Played) => [first?.seen, first?.order]

describe('a recorded round replays to the same', () => {
  test.each(seeds(SEEDS))(
    'whatever protocol it was, to the last part that score is given (seed %i)',
    async (seed) => {
      const make = (): Played => new Played(randomPlay(`protocol ${seed}`))
      const mechanism = make()
      const { records } = await recorded(mechanism, { ann: slow(7), bob: slow(13), cid: slow(40), don: null })
      expect(records).toHaveLength(1)
      const other = make()
      for (const record of records) await replayRound(other, record)
      expect(judgedBy(other)).toEqual(judgedBy(mechanism))
    },
    30_000,
  )

  test.each(seeds(8))(
    'whatever a hostile miner did in it (seed %i)',
    async (seed) => {
      const make = (): Played => new Played(play, { score, limits: { scriptMs: 20_000 } })
      const miners = { ann: good, mallory: hostile(new SeededRandom(`hostile ${seed}`)), bob: good }
      const { records } = await recorded(make(), miners)
      expect(records).toHaveLength(1)
      for (const record of records) await replayRound(make(), record)
    },
    60_000,
  )
})
