import { describe, expect, test } from 'vitest'
import {
  decodeRound,
  encodeRound,
  Observations,
  type RoundReport,
} from '../../../examples/forecast/observations.js'
import type { Hotkey } from '../../../src/units/index.js'

const hotkey = '5Miner' as Hotkey
const report: RoundReport = { days: [9, 4], observations: [{ hotkey, verdict: 'placed', score: 0.25 }] }

describe('Observations', () => {
  test('counts rounds and different questions', () => {
    const observations = new Observations()
    observations.add(report, 1)
    observations.add({ days: [4, 5], observations: [] }, 1)
    expect(observations.rounds).toBe(2)
    expect(observations.distinctQuestions).toBe(3)
  })

  test('keeps a record per miner', () => {
    const observations = new Observations()
    observations.add(report, 1)
    observations.add({ days: [], observations: [{ hotkey, verdict: 'copy', score: 0 }] }, 2)
    observations.add({ days: [], observations: [{ hotkey, verdict: 'silent', score: 0 }] }, 3)
    expect(observations.of(hotkey)).toEqual({
      asked: 3,
      placed: 1,
      copy: 1,
      malformed: 0,
      silent: 1,
      meanScore: expect.closeTo(0.25 / 3, 12),
      silentInRow: 1,
      lastReplyEpoch: 2,
    })
  })

  test('nothing is known of a miner never seen', () => {
    expect(new Observations().of(hotkey)).toMatchObject({ asked: 0, lastReplyEpoch: null })
  })
})

describe('decodeRound', () => {
  test('reads what encodeRound wrote', () => {
    expect(decodeRound(encodeRound(report))).toEqual(report)
  })

  test('a full round fits into the 2,000 characters of a line that a network keeps', () => {
    const observations = Array.from({ length: 8 }, () => ({
      hotkey: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' as Hotkey,
      verdict: 'malformed' as const,
      score: 0.123_456_789_012_345_6,
    }))
    const days = Array.from({ length: 32 }, (_, index) => 1_400 + index)
    expect(encodeRound({ days, observations }).length).toBeLessThan(2_000)
  })

  test.each(['hello', 'round {"days":[1', ''])('%j is no round', (line) => {
    expect(decodeRound(line)).toBeNull()
  })
})
