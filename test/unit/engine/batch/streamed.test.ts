import { describe, expect, test } from 'vitest'
import { type EpochInput, runEpoch } from '../../../../src/consensus/index.js'
import { StreamedBatch } from '../../../../src/engine/batch/StreamedBatch.js'
import { type BatchSubnet, EpochPool, epochBatch } from '../../../../src/engine/index.js'
import { SeededRandom } from '../../../../src/math/index.js'
import { largeNetwork } from '../../../property/largeNetworks.js'
import { difference } from '../../../support/engines.js'
import { epochInput, epochParams } from '../../../support/epochs.js'

/** Inputs together several times as large as the memory they pass through, of many sizes. */
function manyLarge(): BatchSubnet[] {
  const random = new SeededRandom('streamed')
  const kinds = Array.from({ length: 12 }, () => largeNetwork(random))
  const small = epochInput({ weights: [[[0, 5]], []], stakeRao: [5, 0] })
  return Array.from({ length: 150 }, () =>
    random.int(6) === 0 ? { input: small, params: epochParams() } : random.pick(kinds),
  )
}

const wrong = ({ input, params }: BatchSubnet): BatchSubnet => ({
  input: { ...input, lastUpdate: input.lastUpdate.with(0, 0.5) } as EpochInput,
  params,
})

describe.each([0, 1, 2, 3])('inputs that pass through on the way to %i workers', (workers) => {
  const list = manyLarge()
  const expected = new Map([...new Set(list)].map((one) => [one.input, runEpoch(one.input, one.params)]))

  test('give what each gives by itself', async () => {
    const outputs = await epochBatch(list, { workers })
    for (const [k, { input }] of list.entries()) {
      expect(difference(expected.get(input)!, outputs[k]!)).toBeNull()
    }
  })

  test('are refused by the first wrong one', async () => {
    const broken = list.with(100, wrong(list[100]!)).with(101, wrong(list[101]!)).with(20, wrong(list[20]!))
    await expect(epochBatch(broken, { workers })).rejects.toMatchObject({
      field: 'subnets[20].input.lastUpdate[0]',
    })
  })

  test('can be aborted on the way', async () => {
    const controller = new AbortController()
    const onProgress = (): void => controller.abort()
    const run = epochBatch(list, { workers, signal: controller.signal, onProgress })
    await expect(run).rejects.toMatchObject({ code: 'Aborted' })
  })
})

/** One input that takes long, so large that few lie in memory at once; all others are quick. */
function oneSlow(count: number, slow: number): BatchSubnet[] {
  const n = 1500
  const row = Array.from({ length: n }, (_, j): [number, number] => [j, 1 + (j % 100)])
  const sketch = {
    weights: Array.from({ length: n }, (_, i) => (i < 64 ? row : [])),
    stakeRao: Array.from({ length: n }, (_, i) => 1000 + i),
  }
  const quick = { input: epochInput({ weights: [[[0, 5]], []], stakeRao: [5, 0] }), params: epochParams() }
  const list: BatchSubnet[] = Array.from({ length: count }, () => quick)
  return list.with(slow, { input: epochInput(sketch), params: epochParams() })
}

// 16 lie in memory at once, and a thread takes two: with the slow one in place all others wait for the last ones of the list.
test.each([
  [2, 20],
  [3, 22],
])('%i threads end when the last inputs had to wait for a slow one', async (workers, count) => {
  await using pool = await EpochPool.start({ workers })
  const warm = new StreamedBatch(oneSlow(count, 2).slice(3), { engine: 'plain' })
  await pool.run(warm)
  const list = oneSlow(count, 2)
  const batch = new StreamedBatch(list, { engine: 'plain' })
  await pool.run(batch)
  expect(list.map((_, k) => batch.output(k).incentiveU16.length)).toEqual(list.map(({ input }) => input.n))
})
