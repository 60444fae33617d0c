import { describe, expect, test } from 'vitest'
import { frozenCopy, plainValue } from '../../../../src/neuron/play/plainValue.js'
import { Slots } from '../../../../src/neuron/play/Slots.js'
import { sizeOf } from '../../../../src/neuron/play/sizeOf.js'

describe('sizeOf', () => {
  test.each<[unknown, number]>([
    [7, 9],
    [5n, 9],
    [true, 5],
    [null, 5],
    [undefined, 5],
    ['', 3],
    ['aé€😀', 3 + 1 + 2 + 3 + 4],
    [new Uint8Array(10), 15],
    [new Float32Array(10), 45],
    [[1, 2], 5 + 18],
    [{ a: 1 }, 5 + 4 + 9],
    [new Map([['a', [true]]]), 5 + 4 + 10],
  ])('of %s is %d', (value, size) => {
    expect(sizeOf(value, 1_000)).toBe(size)
  })

  test('ends beyond what may be, also for what holds itself', () => {
    const ring: unknown[] = []
    ring.push(ring)
    expect(sizeOf(ring, 100)).toBeGreaterThan(100)
  })
})

describe('slots', () => {
  test('are taken in order; many together wait until all are free, and hold up those behind them', async () => {
    const slots = new Slots(2)
    const took: string[] = []
    const take = (name: string, count = 1) => void slots.take(count).then(() => took.push(name))
    take('first')
    take('both', 2)
    take('last')
    await Promise.resolve()
    await Promise.resolve()
    expect(took).toEqual(['first'])
    slots.give()
    await new Promise((resolve) => setImmediate(resolve))
    expect(took).toEqual(['first', 'both'])
    slots.give()
    await new Promise((resolve) => setImmediate(resolve))
    expect(took).toEqual(['first', 'both', 'last'])
  })
})

test('who waits for slots leaves the line by its signal, and lets in who stood behind', async () => {
  const slots = new Slots(2)
  const gone = new AbortController()
  expect(await slots.take()).toBe(true)
  const [both, last] = [slots.take(2, gone.signal), slots.take()]
  gone.abort()
  expect(await both).toBe(false)
  expect(await last).toBe(true)
  expect(await slots.take(1, gone.signal)).toBe(false)
  slots.give()
  expect(await slots.take(1, new AbortController().signal)).toBe(true)
})

describe('the state that play reads', () => {
  test('is a copy that nothing can be written into', () => {
    const state = { counts: { ann: [1, 2] } }
    const copy = frozenCopy(state)
    expect(copy).toEqual(state)
    expect(() => copy.counts.ann.push(3)).toThrow(TypeError)
    expect(() => Object.assign(copy, { counts: {} })).toThrow(TypeError)
    state.counts.ann.push(3)
    expect(copy.counts.ann).toEqual([1, 2])
  })
})

test('a plain value is as it would come out of a record', () => {
  const key = { b: [1.5, 'x'], a: new Uint8Array([1]) }
  const value = plainValue(key, 'record one', 100)
  expect(value).toEqual(key)
  expect(value).not.toBe(key)
  expect(Object.keys(value)).toEqual(['a', 'b'])
  for (const odd of [Number.NaN, -0, new Float32Array(1), new Map(), undefined])
    expect(() => plainValue([odd], 'record one', 100)).toThrow(
      'got from record one a value that cannot be recorded',
    )
})
