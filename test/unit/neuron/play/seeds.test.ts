import { describe, expect, test } from 'vitest'
import type { TaskSeed } from '../../../../src/mechanism/index.js'
import { replayRound } from '../../../../src/neuron/index.js'
import { recorded } from '../replay/recorded.js'
import { echo, failureOf, honest, Played } from './Rehearsal.js'

/** Keeps the seed of each round, and what `seedAt` says of the one before. */
class Looking extends Played {
  readonly own = new Map<number, TaskSeed>()
  readonly said = new Map<number, TaskSeed>()

  constructor() {
    super(async (round) => {
      await round.askAll(echo, 1)
      this.own.set(round.block, round.seed)
      this.said.set(round.block - 1, await round.seedAt(round.block - 1))
      return { first: [...(await round.seedAt(round.block)).bytes] }
    })
  }
}

describe('the seed of an earlier block', () => {
  test('is that which its round had, and replays', async () => {
    const mechanism = new Looking()
    const { records, events } = await recorded(mechanism, { ann: honest }, { rounds: 3 })
    expect(failureOf(events)).toBe('none')
    const both = [...mechanism.own].filter(([block]) => mechanism.said.has(block))
    expect(both).toHaveLength(2)
    for (const [block, { bytes }] of both) expect(mechanism.said.get(block)?.bytes).toEqual(bytes)
    const again = new Looking()
    for (const record of records) await replayRound(again, record)
    expect(again.said).toEqual(mechanism.said)
  })

  test('of a block that has not come is refused', async () => {
    const mechanism = new Played(async (round) => ({ seed: await round.seedAt(round.block + 1) }))
    const { events } = await recorded(mechanism, { ann: honest })
    expect(failureOf(events)).toContain('Invalid block')
  })

  test('is a read like others: too many are too many', async () => {
    const mechanism = new Played(
      async (round) => {
        for (let at = 0; at < 3; at++) await round.seedAt(round.block)
        return {}
      },
      { limits: { reads: 2 } },
    )
    const { events } = await recorded(mechanism, { ann: honest })
    expect(failureOf(events)).toContain('read more than 2 times')
  })
})
