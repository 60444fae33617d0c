import { describe, expect, test } from 'vitest'
import { Metagraph } from '../../../src/metagraph/index.js'
import { sampleMiners } from '../../../src/neuron/sampleMiners.js'
import { hotkeyNamed, threeNeurons } from '../metagraph/columns.js'

const metagraph = new Metagraph(
  threeNeurons({ axon: [1, 2, 3].map((port) => ({ host: '127.0.0.1', port })) }),
)

const sample = (sampleSize: number, hash = 'ab'.repeat(32), self = hotkeyNamed('nobody')) =>
  sampleMiners({
    metagraph,
    self,
    sampleSize,
    round: 7,
    header: { number: 7, hash, parentHash: '', stateHash: '', callsHash: '', callCount: 0, author: null },
  })

describe('sampleMiners', () => {
  test('takes every serving neuron but itself, with its address', () => {
    expect(sample(64, undefined, hotkeyNamed('bob'))).toEqual([
      { uid: 0, hotkey: 'hot-ann', host: '127.0.0.1', port: 1 },
      { uid: 2, hotkey: 'hot-cid', host: '127.0.0.1', port: 3 },
    ])
    const idle = new Metagraph(threeNeurons({ axon: [null, null, null] }))
    const header = {
      number: 7,
      hash: 'ab'.repeat(32),
      parentHash: '',
      stateHash: '',
      callsHash: '',
      callCount: 0,
      author: null,
    }
    expect(
      sampleMiners({ metagraph: idle, self: hotkeyNamed('bob'), sampleSize: 9, round: 7, header }),
    ).toEqual([])
  })

  test('draws as many as asked, in uid order, the same for every validator of the block', () => {
    const drawn = sample(2)
    expect(drawn).toHaveLength(2)
    expect(drawn[0]!.uid).toBeLessThan(drawn[1]!.uid)
    expect(sample(2)).toEqual(drawn)
    expect(sample(0)).toEqual([])
  })

  test('draws everyone in the long run', () => {
    const seen = new Set<number>()
    for (let block = 0; block < 64; block++) {
      for (const { uid } of sample(1, block.toString(16).padStart(64, '0'))) seen.add(uid)
    }
    expect([...seen].sort()).toEqual([0, 1, 2])
  })
})
