import { describe, expect, test } from 'vitest'
import {
  type Round,
  type RoundLimits,
  roundLimitsOf,
  type TaskSeed,
} from '../../../../src/mechanism/index.js'
import { replayRound } from '../../../../src/neuron/index.js'
import { testNetwork } from '../../../../src/testing/index.js'
import { echo, failureOf, honest, Played, played, say } from '../play/Rehearsal.js'
import { recorded } from '../replay/recorded.js'
import { hotkeyNamed } from '../World.js'

const ann = hotkeyNamed('ann')

type Options = ConstructorParameters<typeof Played>[1]

/** A mechanism whose rounds may wait. */
class Waiting extends Played {
  override readonly waits = true
}

/** Asks, waits for three blocks and asks again. */
const later = (seeds: TaskSeed[] = []) => {
  const options: Options = {
    score: ({ first, second }) => [[ann, (first as number) + (second as number)]],
  }
  return new Waiting(async (round: Round<null>) => {
    const [before] = await round.askAll(echo, round.block)
    const seed = await round.wait({ blocks: 3 })
    const [after] = await round.askAll(echo, seed.round)
    seeds.push(seed)
    return { first: before?.answer, second: after?.answer, sentAtMs: after?.sentAtMs }
  }, options)
}

/** Asks, and draws from the next block how much each answer is worth. */
const inOneBlock = new Waiting(
  async (round) => {
    const said = await round.askAll(echo, 1)
    const { random } = await round.wait({ blocks: 1 })
    return { said, worth: 1 + random.int(10) }
  },
  {
    score: ({ said, worth }) =>
      (said as readonly { hotkey: typeof ann }[]).map(({ hotkey }) => [hotkey, worth as number]),
  },
)

describe('a round that waits', () => {
  test('works in a whole network, and each of its rounds replays', async () => {
    const miners = [{ name: 'ann', answers: honest() }]
    const { faults, rounds } = await testNetwork({
      mechanism: inOneBlock,
      miners,
      validators: 2,
      epochs: 2,
      replay: true,
    })
    expect(faults).toEqual([])
    expect(rounds.length).toBeGreaterThan(4)
    expect(rounds.every(({ entries }) => entries.some(({ door }) => door === 'wait'))).toBe(true)
  })

  test('goes on when its block is there, with the seed of that block; other rounds go on meanwhile', async () => {
    const seeds: TaskSeed[] = []
    const mechanism = later(seeds)
    const { eventsOf, events } = await played(mechanism, { ann: honest }, { rounds: 3 })
    expect(failureOf(events)).toBe('none')
    const scored = eventsOf('roundScored')
    const [{ block: first } = { block: 0 }] = scored
    expect(scored.map(({ block }) => block)).toEqual([first, first + 1, first + 2])
    expect(scored.map(({ scores }) => scores.get(ann))).toEqual(scored.map(({ block }) => 2 * block + 3))
    expect(eventsOf('roundWaits').map(({ block, untilBlock }) => untilBlock - block)).toContain(3)
    // Rounds of the three blocks after it had begun before it went on.
    const order = events.flatMap((event) =>
      event.type === 'roundWaits' || event.type === 'roundScored'
        ? [`${event.type} ${event.block - first}`]
        : [],
    )
    expect(order.slice(0, 5)).toEqual([
      'roundWaits 0',
      'roundWaits 1',
      'roundWaits 2',
      'roundScored 0',
      'roundWaits 3',
    ])
    expect(seeds[0]?.round).toBe(first + 3)
    expect(mechanism.judged[0]).toMatchObject({ sentAtMs: 0, block: first })
  })

  test('replays from its record', async () => {
    const { records } = await recorded(later(), { ann: honest }, { rounds: 2 })
    expect(records).toHaveLength(2)
    expect(records[0]?.entries.map(({ door }) => door)).toEqual(['ask', 'wait', 'ask'])
    for (const record of records)
      expect((await replayRound(later(), record)).scores).toEqual(record.outcome.scores)
  })

  test('may wait several times, for blocks by their number too, and in each of its tasks', async () => {
    const mechanism = new Waiting(
      async (round) => {
        const blocks: number[] = []
        blocks.push((await round.wait({ untilBlock: round.block + 2 + round.seed.index })).round)
        await round.askAll(echo, 1)
        blocks.push((await round.wait({ blocks: 2 })).round)
        // One that has come already is not waited for.
        blocks.push((await round.wait({ untilBlock: round.block + 1 })).round)
        return { blocks: blocks.map((block) => block - round.block) }
      },
      { tasks: 2 },
    )
    const { events } = await played(mechanism, { ann: honest }, { rounds: 2 })
    expect(failureOf(events)).toBe('none')
    expect(mechanism.judged.slice(0, 2).map(({ blocks }) => blocks)).toEqual([
      [2, 4, 1],
      [3, 5, 1],
    ])
  })

  const mistakes: readonly [
    string,
    (round: Round<null>) => Promise<unknown>,
    string,
    Partial<RoundLimits>?,
  ][] = [
    [
      'more often than it may',
      async (round) => {
        await round.wait({ blocks: 1 })
        await round.wait({ blocks: 1 })
        return {}
      },
      'waited more than 1 times',
      { waits: 1 },
    ],
    [
      'while something else is under way',
      async (round) => {
        const asked = round.askAll(echo, 1)
        await round.wait({ blocks: 1 })
        return { asked: await asked }
      },
      'while something else was under way',
    ],
    [
      'while scripts are under way',
      async (round) => {
        const script = async (): Promise<void> => void (await round.record('idle', () => 1))
        await Promise.all([round.each(script), round.wait({ blocks: 1 })])
        return {}
      },
      'while something else was under way',
    ],
    ['for no blocks', async (round) => ({ seed: await round.wait({ blocks: 0 }) }), 'Invalid until.blocks'],
    [
      'for what is no block',
      async (round) => ({ seed: await round.wait({ blocks: 1, untilBlock: 7 } as never) }),
      'Invalid until.blocks',
    ],
  ]
  test.each(mistakes)('that waits %s fails, and says why', async (_, play, why, limits = {}) => {
    const mechanism = new Waiting(play, { limits })
    const { events } = await played(mechanism, { ann: honest })
    expect(failureOf(events)).toContain(why)
  })

  test('keeps little of each miner unless the mechanism says otherwise, so that none fills the store of all', async () => {
    const lengths = [16 * 1024 - 3, 1]
    const statuses = async (limits: Partial<RoundLimits>): Promise<unknown> => {
      const mechanism = new Waiting(
        async (round) => {
          const said = []
          for (const length of lengths) said.push(...(await round.askAll(say, 'x'.repeat(length))))
          await round.wait({ blocks: 1 })
          return { said: said.map(({ status }) => status) }
        },
        { limits },
      )
      await played(mechanism, { ann: honest })
      return mechanism.judged[0]?.said
    }
    // A text weighs three bytes besides.
    expect(await statuses({})).toEqual(['ok', 'tooLarge'])
    expect(await statuses({ bytesPerMiner: 16 * 1024 + 4 })).toEqual(['ok', 'ok'])
    const [rounds, miners, store] = [512, 64, 2 ** 30]
    expect(rounds * miners * roundLimitsOf({ waits: true }).bytesPerMiner).toBe(store / 2)
    expect(roundLimitsOf({ waits: false }).bytesPerMiner).toBe(4 * 2 ** 20)
  })

  test('in the script of a miner is that miner’s fault', async () => {
    const mechanism = new Waiting(async (round) => ({
      runs: await round.each(() => round.wait({ blocks: 1 })),
    }))
    const { eventsOf } = await played(mechanism, { ann: honest })
    expect(eventsOf('minerFault')[0]?.error.message).toContain('waited in the script of a miner')
  })

  test('of a mechanism that does not say so is refused', async () => {
    const mechanism = new Played(async (round) => ({ seed: await round.wait({ blocks: 1 }) }))
    const { events } = await played(mechanism, { ann: honest })
    expect(failureOf(events)).toContain('Set waits = true in the mechanism')
  })

  test('that looks at a variable goes another way when it goes on, which is told', async () => {
    let plays = 0
    const mechanism = new Waiting(async (round) => {
      await round.record('idle', () => 1)
      if (plays++ === 0) await round.wait({ blocks: 1 })
      return {}
    })
    const { events } = await played(mechanism, { ann: honest })
    expect(failureOf(events)).toContain('wait is in the record, and play did not ask it')
  })
})
