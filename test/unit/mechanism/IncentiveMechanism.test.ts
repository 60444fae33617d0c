import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hexOf } from '../../../src/crypto/index.js'
import {
  copyWeights,
  IncentiveMechanism,
  type ScoreRound,
  type Standing,
  type TaskSeed,
  taskSeed,
  type WeightView,
} from '../../../src/mechanism/index.js'
import { Metagraph } from '../../../src/metagraph/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import type { Hotkey } from '../../../src/units/index.js'
import { hotkeyNamed, threeNeurons } from '../metagraph/columns.js'

class Echo extends IncentiveMechanism<number, number> {
  readonly synapse = defineSynapse({ name: 'echo', request: z.number(), answer: z.number() })

  initialState() {
    return null
  }

  createTask({ random }: TaskSeed) {
    return random.int(1_000)
  }

  score({ task, responses, state }: ScoreRound<number, number>) {
    return {
      scores: new Map(responses.map(({ hotkey, answer }) => [hotkey, Number(answer === task)])),
      state,
    }
  }
}

const hex = 'ab'.repeat(32)

describe('taskSeed', () => {
  test('is the same for every validator of a round', () => {
    const details = { blockHash: hex, netuid: 1, round: 7, index: 0 }
    expect(taskSeed(details).bytes).toEqual(taskSeed(details).bytes)
    expect(taskSeed(details).bytes).toHaveLength(32)
    expect(new Echo().createTask(taskSeed(details))).toBe(new Echo().createTask(taskSeed(details)))
  })

  test('is BLAKE2b-256 of the tag, the block hash, the subnet, the round and the index as MessagePack', () => {
    // Computed with Python: hashlib.blake2b(b"\x95\xb5subnetkit/task-seed/1\xc4\x20" + 32 * b"\xab" + b"\x01\x07\x00",
    // digest_size=32).
    const { bytes } = taskSeed({ blockHash: hex, netuid: 1, round: 7, index: 0 })
    expect(hexOf(bytes)).toBe('efc2de23f9c8eac5e93cf1477b4a95cbec271f9a93dc7c7cae99f93e71c5f2ed')
  })

  test('of a further mechanism has its number too; the first has none', () => {
    const details = { blockHash: hex, netuid: 1, round: 7, index: 0 }
    expect(taskSeed({ ...details, mechanismId: 0 }).bytes).toEqual(taskSeed(details).bytes)
    // As above, with one more item: b"\x96..." + b"\x01\x07\x00\x02".
    expect(hexOf(taskSeed({ ...details, mechanismId: 2 }).bytes)).toBe(
      'c5d7df8256c552ef3115c58fc4743a2ea19c1ad10b801b5b8c55c52643d4354e',
    )
  })

  test('differs with the block, the subnet, the round and the index', () => {
    const base = { blockHash: hex, netuid: 1, round: 7, index: 0 }
    const seeds = [
      base,
      { ...base, blockHash: 'cd'.repeat(32) },
      { ...base, netuid: 2 },
      { ...base, round: 8 },
    ]
    seeds.push({ ...base, index: 1 })
    expect(new Set(seeds.map((details) => taskSeed(details).bytes.join()))).toHaveProperty('size', 5)
  })

  test('gives each user of a seed a stream from its beginning', () => {
    const details = { blockHash: hex, netuid: 1, round: 7, index: 0 }
    const first = taskSeed(details)
    first.random.float()
    expect(taskSeed(details).random.float()).not.toBe(first.random.float())
    expect(taskSeed(details).random.float()).toBe(taskSeed(details).random.float())
  })
})

describe('the default weight policy', () => {
  const view = (standings: [Hotkey, Partial<Standing>][]): WeightView => ({
    standings: new Map(
      standings.map(([hotkey, standing]) => [
        hotkey,
        { mean: 0, count: 1, failuresInRow: 0, lastSeenBlock: 1, ...standing },
      ]),
    ),
    state: null,
    metagraph: new Metagraph(threeNeurons()),
    hotkey: hotkeyNamed('ann'),
  })

  test('weighs by mean score and gives a negative one nothing', () => {
    const weights = new Echo().weights(
      view([
        [hotkeyNamed('bob'), { mean: 0.5 }],
        [hotkeyNamed('cid'), { mean: -2 }],
      ]),
    )
    expect([...weights.values()]).toEqual([0.5, 0])
  })

  test('gives nothing to who has failed too often in a row', () => {
    const { failuresTolerated } = new Echo()
    const weights = new Echo().weights(
      view([
        [hotkeyNamed('bob'), { mean: 0.5, failuresInRow: failuresTolerated }],
        [hotkeyNamed('cid'), { mean: 0.5, failuresInRow: failuresTolerated + 1 }],
      ]),
    )
    expect([...weights.values()]).toEqual([0.5, 0])
  })

  test('forgetting a hotkey leaves the state alone unless a mechanism says otherwise', () => {
    expect(new Echo().forget(null, hotkeyNamed('bob'))).toBeNull()
  })
})

describe('copyWeights', () => {
  const both = threeNeurons({
    validatorPermit: Uint8Array.of(1, 1, 0),
    stakeAlpha: BigUint64Array.of(3n, 1n, 1n),
    weights: {
      rowStart: Uint32Array.of(0, 2, 3, 4),
      column: Uint16Array.of(1, 2, 2, 0),
      value: Uint16Array.of(65_535, 0, 65_535, 65_535),
    },
  })
  const copyAs = (name: string) =>
    copyWeights({
      standings: new Map(),
      state: null,
      metagraph: new Metagraph(both),
      hotkey: hotkeyNamed(name),
    })

  test('is the stake-weighted sum of what other permitted validators say', () => {
    expect([...copyAs('cid')]).toEqual([
      ['hot-bob', 3],
      ['hot-cid', 1],
    ])
  })

  test('leaves out its own row', () => {
    expect([...copyAs('ann')]).toEqual([['hot-cid', 1]])
  })
})
