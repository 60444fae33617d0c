import { expect, test } from 'vitest'
import { Patience } from '../../../../src/neuron/artefacts/Patience.js'
import type { Coldkey } from '../../../../src/units/index.js'

const [ann, bob] = ['ann', 'bob'] as Coldkey[] as [Coldkey, Coldkey]

test('who was waited for is waited for less, and nobody else', () => {
  const patience = new Patience()
  expect(patience.leftMs(ann, 0)).toBe(10_000)
  patience.use(ann, 0, 9_900)
  expect(patience.leftMs(ann, 9_900)).toBe(100)
  expect(patience.leftMs(bob, 9_900)).toBe(10_000)
  // A hundredth of 12 s comes back.
  expect(patience.leftMs(ann, 21_900)).toBe(220)
  patience.use(ann, 21_900, 22_120)
  expect(patience.leftMs(ann, 22_120)).toBe(2)
  // All of it in a thousand seconds, and no more.
  expect(patience.leftMs(ann, 1_022_120)).toBe(10_000)
  expect(patience.leftMs(ann, 9_000_000)).toBe(10_000)
})

test('two waits at once count once', () => {
  const patience = new Patience()
  patience.use(ann, 0, 4_000)
  patience.use(ann, 0, 4_000)
  patience.use(ann, 3_000, 5_000)
  expect(patience.leftMs(ann, 5_000)).toBe(5_010)
})

test('owners are forgotten beyond a number, those that were waited for longest ago first', () => {
  const patience = new Patience()
  for (let at = 0; at <= 4_096; at++) patience.use(`owner ${at}` as Coldkey, at, at + 1_000)
  expect(patience.leftMs('owner 0' as Coldkey, 5_096)).toBe(10_000)
  expect(patience.leftMs('owner 4096' as Coldkey, 5_096)).toBe(9_000)
})
