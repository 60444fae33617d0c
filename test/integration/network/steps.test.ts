import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProcessEvent, ProcessNetwork } from '../../../src/network/index.js'
import { bundle } from './bundle.js'

let built: Awaited<ReturnType<typeof bundle>>

beforeAll(async () => {
  built = await bundle('steps')
})

afterAll(async () => {
  await built.remove()
})

test('a mechanism with steps pays in processes of their own as in one', async () => {
  const module = join(built.folder, 'steps.mjs')
  const events: ProcessEvent[] = []
  await using network = await ProcessNetwork.start({
    execArgv: [],
    blockMs: 60,
    onEvent: (event) => events.push(event),
    neurons: [
      { name: 'right', role: 'miner', module, options: 2 },
      { name: 'wrong', role: 'miner', module, options: 3 },
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
  const scored = events.flatMap((event) => (event.type === 'roundScored' ? [event] : []))
  // Two steps of two miners each. A busy machine may miss an answer of one round, not of all.
  expect(new Set(scored.map(({ asked }) => asked))).toEqual(new Set([4]))
  expect(Math.max(...scored.map(({ answered }) => answered))).toBe(4)
})
