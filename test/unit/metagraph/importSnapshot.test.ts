import { describe, expect, test } from 'vitest'
import { importSnapshot } from '../../../src/metagraph/index.js'

const snapshot = (changes: object = {}): unknown => ({
  format: 'metagraph-snapshot/1',
  network: 'finney',
  netuid: 15,
  block: 1_000,
  n: 3,
  uids: [0, 1, 2],
  hotkeys: ['a', 'b', 'c'],
  stake: [1_000, 999.999999999, 0.0000000005],
  weights: [
    {
      uid: 0,
      weights: [
        [1, 0.75],
        [2, 0.25],
      ],
    },
    { uid: 1, weights: [[2, 1]] },
  ],
  ...changes,
})

describe('importSnapshot', () => {
  test('permits rows with weights and enough stake only', () => {
    const metagraph = importSnapshot(snapshot())
    expect(metagraph.validators()).toEqual([0])
    expect(importSnapshot(snapshot(), { minValidatorStakeAlpha: 1n }).validators()).toEqual([0, 1])
  })

  test('reads stake to the rao and scales rows to u16', () => {
    const metagraph = importSnapshot(snapshot())
    expect([...metagraph.columns.stakeAlpha]).toEqual([1_000_000_000_000n, 999_999_999_999n, 1n])
    // 0.25 / 0.75 * 65535 = 21845
    expect(metagraph.weightsOf(0)).toEqual([
      [1, 65_535],
      [2, 21_845],
    ])
  })

  test('has no bonds and no axons, and marks who set weights as updated', () => {
    const metagraph = importSnapshot(snapshot())
    expect(metagraph.bondsOf(0)).toEqual([])
    expect(metagraph.miners()).toEqual([])
    expect([...metagraph.columns.lastUpdate]).toEqual([1_000, 1_000, 0])
  })

  test.each([
    [{ format: 'x' }, 'snapshot.format'],
    [{ stake: [1, 2] }, 'snapshot.stake'],
    [{ stake: [1, 2, -1] }, 'snapshot.stake[2]'],
    [{ weights: {} }, 'snapshot.weights'],
    [{ weights: [{ uid: 3, weights: [] }] }, 'snapshot.weights[0].uid'],
    [{ weights: [{ uid: 0, weights: [[1]] }] }, 'snapshot.weights[0].weights[0]'],
    [{ stake: [1, 2, 18_446_744_074] }, 'snapshot.stake[2]'],
    [{ stake: [1, 2, 1e300] }, 'snapshot.stake[2]'],
    [{ weights: [{ uid: 0, weights: [[60_000, 1]] }] }, 'snapshot.weights[0].weights[0][0]'],
    [
      {
        weights: [
          {
            uid: 0,
            weights: [
              [1, 1],
              [1, 2],
            ],
          },
        ],
      },
      'snapshot.weights[0].weights[1][0]',
    ],
    [
      {
        weights: [
          { uid: 0, weights: [] },
          { uid: 0, weights: [[1, 1]] },
        ],
      },
      'snapshot.weights[1].uid',
    ],
    [{ weights: [{ uid: 0, weights: [], wieghts: [] }] }, 'snapshot.weights[0].wieghts'],
    [{ uids: [0, 2, 1] }, 'snapshot.uids[1]'],
    [{ hotkeys: ['a', 'b', 'a'] }, 'snapshot.hotkeys[2]'],
    [{ hotkeys: ['a', '', 'c'] }, 'snapshot.hotkeys[1]'],
    [{ stakes: [] }, 'snapshot.stakes'],
    // biome-ignore lint/suspicious/noSparseArray: a hole is no value
    [{ stake: [1, , 3] }, 'snapshot.stake[1]'],
    // biome-ignore lint/suspicious/noSparseArray: a hole is no value
    [{ weights: [, { uid: 0, weights: [] }] }, 'snapshot.weights[0]'],
  ])('names the field that does not fit: %j', (changes, field) => {
    expect(() => importSnapshot(snapshot(changes))).toThrow(field)
  })
})
