import { describe, expect, test } from 'vitest'
import { Observations } from '../../../examples/forecast/observations.js'
import { explainEarnings, type Participant } from '../../../examples/forecast/reasons.js'
import type { Verdict } from '../../../examples/forecast/scoring.js'
import { frameOf, hotkeyOf } from '../report/frames.js'

const miner = (name: string): Participant => ({ name, role: 'miner', hotkey: hotkeyOf(name), does: 'mines' })
const validator = (name: string, copiesWeights = false): Participant => ({
  name,
  role: 'validator',
  hotkey: hotkeyOf(name),
  does: 'rates',
  copiesWeights,
})

/** Rounds in which one miner's replies were judged like this, one round per epoch. */
function seen(name: string, ...replies: (Verdict | number)[]): Observations {
  const observations = new Observations()
  replies.forEach((reply, epoch) => {
    const judgement =
      typeof reply === 'number' ? { verdict: 'placed' as const, score: reply } : { verdict: reply, score: 0 }
    observations.add({ days: [epoch], observations: [{ hotkey: hotkeyOf(name), ...judgement }] }, epoch)
  })
  return observations
}

function reasonFor(observations: Observations): string {
  const [earning] = explainEarnings({
    participants: [miner('m')],
    frames: [frameOf(1, [{ name: 'm', earnedAlpha: 5n }])],
    observations,
  })
  return earning!.reason
}

describe('explainEarnings', () => {
  test('adds up what a hotkey earned over the frames', () => {
    const frames = [1, 2].map((epoch) => frameOf(epoch, [{ name: 'm', earnedAlpha: 3n }, { name: 'n' }]))
    const earnings = explainEarnings({
      participants: [miner('m'), miner('n'), miner('never')],
      frames,
      observations: new Observations(),
    })
    expect(earnings.map(({ earnedAlpha }) => earnedAlpha)).toEqual([6n, 0n, 0n])
  })

  test.each([
    ['nobody asked it', seen('other', 0.5)],
    ['answered none of 2 batches', seen('m', 'silent', 'silent')],
    ['mean score 0.50, place 1 of 1', seen('m', 0.4, 0.6)],
    ['mean score 0.33, place 1 of 1, 1 of 3 batches missed', seen('m', 0.4, 'silent', 0.6)],
    [
      'mean score 0.25, place 1 of 1, silent since epoch 2: two misses end the pay',
      seen('m', 0.4, 0.6, 'silent', 'silent'),
    ],
    [`2 of 3 answers repeat another miner's, and copies score 0`, seen('m', 'copy', 0.4, 'copy')],
    ['2 of 2 answers are of the wrong form and score 0', seen('m', 'malformed', 'malformed')],
  ])('a miner: %s', (reason, observations) => {
    expect(reasonFor(observations)).toBe(`Mines; ${reason}`)
  })

  test('miners are placed by their mean score', () => {
    const observations = new Observations()
    const judged = { verdict: 'placed' as const }
    observations.add(
      {
        days: [],
        observations: [
          { hotkey: hotkeyOf('a'), ...judged, score: 0.4 },
          { hotkey: hotkeyOf('b'), ...judged, score: 0.9 },
        ],
      },
      0,
    )
    const [a, b] = explainEarnings({
      participants: [miner('a'), miner('b')],
      frames: [frameOf(1, [])],
      observations,
    })
    expect(a!.reason).toContain('place 2 of 2')
    expect(b!.reason).toContain('place 1 of 2')
  })

  test('a weight copier is compared with honest validators by what each alpha of stake earned', () => {
    const weights = [[2, 1]] as const
    const frames = [
      frameOf(1, [
        { name: 'honest', trust: 1, weights, stakeAlpha: 1_000_000n, earnedAlpha: 10_000n },
        { name: 'mirror', trust: 0.5, weights, stakeAlpha: 500_000n, earnedAlpha: 4_000n },
        { name: 'm' },
      ]),
    ]
    const [honest, mirror] = explainEarnings({
      participants: [validator('honest'), validator('mirror', true)],
      frames,
      observations: new Observations(),
    })
    expect(honest!.reason).toBe('Rates; trust 100%, 10.00 alpha per 1000 staked')
    expect(mirror!.reason).toBe(
      'Rates; trust 50%, 8.00 alpha per 1000 staked: 80% of what honest work earned',
    )
  })
})
