import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ProcessNetwork } from '../../../src/network/index.js'
import { bundleIn } from '../network/bundle.js'
import { double } from './programs.js'

let built: Awaited<ReturnType<typeof bundleIn>>

beforeAll(async () => {
  built = await bundleIn(fileURLToPath(new URL('.', import.meta.url)), 'programNeuron')
})

afterAll(async () => {
  await built.remove()
})

test('artefacts are committed to, fetched and run in processes of their own as in one', async () => {
  const module = join(built.folder, 'programNeuron.mjs')
  await using network = await ProcessNetwork.start({
    execArgv: [],
    blockMs: 100,
    neurons: [
      { name: 'right', role: 'miner', module, options: double },
      { name: 'wrong', role: 'miner', module, options: 'export const solve = () => 7' },
      { name: 'judge', role: 'validator', module },
    ],
  })
  let last: readonly number[] = []
  for await (const { metagraph } of network.epochs()) {
    last = [...metagraph.columns.incentiveU16]
    if (last.some(Boolean)) break
  }
  // Uids: owner, right, wrong, judge.
  expect(last).toEqual([0, 65_535, 0, 0])
}, 120_000)
