import { describe, expect, test } from 'vitest'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../../../src/codec/index.js'
import { type SoldRowCall, soldForm } from '../../../../src/neuron/play/soldForm.js'
import { packValue } from '../../../../src/synapse/index.js'
import { hotkeyNamed } from '../World.js'

const [hotkey, customer] = [hotkeyNamed('ann'), hotkeyNamed('carl')]
const call = (reply: object, request: unknown = 1): SoldRowCall => ({
  hotkey,
  uid: 4,
  customer,
  request,
  reply: { hotkey, ...reply, elapsedMs: 7, sentAtMs: 0, uid: 4 } as never,
})

/** As it comes out of a record. */
const again = (calls: readonly SoldRowCall[]) =>
  soldForm.read(decodeCanonical(encodeCanonical(soldForm.write(calls))))

describe('calls of customers in a record', () => {
  test('come out as they went in', () => {
    const calls = [
      call({ status: 'ok', answer: { lease: 3, bytes: Uint8Array.of(1, 2), floats: Float32Array.of(0.5) } }),
      call({ status: 'ok', answer: undefined }, null),
      call({ status: 'timeout' }, { hours: 3n }),
      call({ status: 'ok', parts: [] }, 'abc'),
      call({
        status: 'failed',
        parts: [
          { chunk: 'a', atMs: 2 },
          { chunk: { deep: [1] }, atMs: 2.5 },
        ],
      }),
    ]
    expect(again(calls)).toEqual(calls)
    expect(again([])).toEqual([])
    // In the same order: a mechanism may write them as JSON.
    const keys = (rows: readonly SoldRowCall[]) =>
      rows.map((row) => [Object.keys(row), Object.keys(row.reply)])
    expect(keys(again(calls))).toEqual(keys(calls))
  })

  test('may hold more together than one message may', () => {
    const parts = Array.from({ length: 60 }, (_, at) => ({ chunk: [at, at, at], atMs: at }))
    let deep: unknown = 1
    for (let depth = 0; depth < 30; depth++) deep = [deep]
    const calls = Array.from({ length: 1_024 }, () =>
      call({ status: 'ok', parts: [...parts, { chunk: deep, atMs: 9 }] }),
    )
    expect(() => packValue(calls)).toThrow()
    expect(again(calls)).toEqual(calls)
  })

  const right = ['h', 4, customer, packValue(1), 'ok', 7, null] as const
  test.each<[string, CanonicalValue]>([
    ['no list', {}],
    ['a row that is none', [1]],
    ['a row without a hotkey', [[null, ...right.slice(1)]]],
    ['a request that is no bytes', [[hotkey, 4, customer, 'x', 'ok', 7, null]]],
    ['a request of other bytes', [[hotkey, 4, customer, Uint8Array.of(0xc1), 'ok', 7, null]]],
    ['no status', [[hotkey, 4, customer, packValue(1), 'fine', 7, null]]],
    ['a part without a time', [[hotkey, 4, customer, packValue(1), 'ok', 7, [[null, packValue(1)]]]]],
    ['a part without bytes', [[hotkey, 4, customer, packValue(1), 'ok', 7, [[1]]]]],
    ['a body that is none', [[hotkey, 4, customer, packValue(1), 'ok', 7, 'yes']]],
  ])('are refused as %s', (_, written) => {
    expect(() => soldForm.read(written)).toThrow(expect.objectContaining({ name: 'RoundRecordError' }))
  })
})
