import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../src/math/index.js'
import { Played, played } from '../unit/neuron/play/Rehearsal.js'
import { hotkeyNamed } from '../unit/neuron/World.js'
import { good, hostile, play, score } from './hostileCast.js'

const SEEDS = 12

/** Scores and standings of the honest ones in one round beside another miner. */
async function beside(other: typeof good) {
  const mechanism = new Played(play, { score, limits: { scriptMs: 20_000 } })
  const { eventsOf, standing, events } = await played(mechanism, { ann: good, mallory: other, bob: good })
  const [scored] = eventsOf('roundScored')
  const failed = events.find(({ type }) => type === 'roundFailed')
  return {
    failed: failed?.type === 'roundFailed' ? failed.error.message : undefined,
    scores: ['ann', 'bob'].map((name) => scored?.scores.get(hotkeyNamed(name))),
    failures: ['ann', 'bob'].map((name) => standing(name)?.failuresInRow),
  }
}

describe('a hostile miner', () => {
  test.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
    'moves no score of another, whatever it does at any step (seed %i)',
    async (seed) => {
      // Three proofs, three parts, 5 ms for the second step.
      const alone = { failed: undefined, scores: [6 + 1 / 6, 6 + 1 / 6], failures: [0, 0] }
      expect(await beside(hostile(new SeededRandom(`hostile ${seed}`)))).toEqual(alone)
    },
    60_000,
  )

  test('moves none when it is honest either', async () => {
    expect((await beside(good)).scores).toEqual([6 + 1 / 6, 6 + 1 / 6])
  })
})
