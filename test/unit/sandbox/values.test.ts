import type { PlainValue } from 'subnetkit/sandbox'
import { describe, expect, test } from 'vitest'
import { loadText, outcomeOf } from '../../support/sandboxed.js'

const echo = 'export function f(value) { return value }'

const values: readonly PlainValue[] = [
  null,
  true,
  false,
  0,
  -0,
  1.5,
  -(2 ** 40),
  Number.MAX_VALUE,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  0n,
  -(2n ** 63n),
  10n ** 40n,
  '',
  'text',
  'ünïcödé 🎉 \u0000 end',
  [],
  [1, [2, [3]]],
  {},
  { a: 1, 'b c': [null], constructor: 1, toString: 2, '': 0, 7: 'seven' },
  JSON.parse('{ "__proto__": { "x": 1 } }'),
  new Uint8Array([0, 255]),
  new Uint8ClampedArray([1]),
  new Int8Array([-1]),
  new Uint16Array([65_535]),
  new Int16Array([-2]),
  new Uint32Array([2 ** 32 - 1]),
  new Int32Array([-3]),
  new Float32Array([1.5, Number.NaN]),
  new Float64Array([Math.PI]),
  new BigInt64Array([-4n]),
  new BigUint64Array([2n ** 64n - 1n]),
  new Float32Array(new Float32Array([1, 2, 3, 4]).buffer, 4, 2),
]

describe('a value', () => {
  test('goes in and comes out as it was', async () => {
    const artefact = await loadText(echo)
    for (const value of values) {
      const outcome = await artefact.call('f', [value])
      expect(outcome).toEqual({ kind: 'ok', value, steps: expect.any(Number) })
    }
    await artefact.close()
  })

  test('is a copy in both senses', async () => {
    const given = { list: [1, 2], column: new Uint8Array([1, 2]) }
    const outcome = await outcomeOf(
      'export function f(v) { v.list.push(3); v.column[0] = 9; v.more = 1; return v }',
      [given],
    )
    expect(given).toEqual({ list: [1, 2], column: new Uint8Array([1, 2]) })
    expect(outcome).toMatchObject({ value: { list: [1, 2, 3], column: new Uint8Array([9, 2]), more: 1 } })
  })

  test('is what was handed in when the call was made', async () => {
    const artefact = await loadText(echo)
    const given = [1]
    const first = artefact.call('f', [0])
    const second = artefact.call('f', [given])
    given[0] = 2
    expect(await second).toMatchObject({ value: [1] })
    await first
    await artefact.close()
  })

  test('arrives whole whatever the program did to the types it is made of', async () => {
    const tampering = `
      for (const T of [Object, Array, String, BigInt, Uint8Array, Map]) {
        for (const key of ['a', 'length', '0', 'value', 'get', 'then', 'toJSON', 'constructor'])
          try { Object.defineProperty(T.prototype, key, { get() { throw 1 }, set() { throw 2 } }) } catch {}
      }
      globalThis.BigInt = globalThis.Uint8Array = globalThis.Array = null
      Object.prototype.__proto__
    `
    // A list's keys cannot be listed any more, so that what the program returns is text.
    const outcome = await outcomeOf(
      `${tampering}; export function f(a, b, c) { return typeof a.a + b + c[0] + c[1] }`,
      [{ a: 1 }, 2n ** 70n, new Uint8Array([7, 8])],
    )
    expect(outcome).toMatchObject({ kind: 'ok', value: `number${2n ** 70n}78` })
  })

  test('of an object has the keys that are listed, and not what is undefined or inherited', async () => {
    const outcome = await outcomeOf(`export function f() {
      const made = Object.create({ inherited: 1 })
      Object.defineProperty(made, 'hidden', { value: 1 })
      return Object.assign(made, { shown: 1, missing: undefined, [Symbol('s')]: 1 })
    }`)
    expect(outcome).toMatchObject({ kind: 'ok', value: { shown: 1 } })
    expect(outcome.kind === 'ok' && Object.keys(outcome.value as object)).toEqual(['shown'])
  })

  test('of a class of the program is its fields', async () => {
    const outcome = await outcomeOf(
      'class P { x = 1; #y = 2; get z() { return 3 } } export function f() { return new P() }',
    )
    expect(outcome).toMatchObject({ kind: 'ok', value: { x: 1 } })
  })

  test('says where a part of it is wrong, in few words whatever its keys', async () => {
    const body = 'return { ["k".repeat(50_000)]: [() => 1] }'
    const outcome = await outcomeOf(`export function f() { ${body} }`)
    expect(outcome).toMatchObject({
      reason: 'badValue',
      detail: expect.stringMatching(/^value\.k+… is a function\.$/),
    })
    expect(outcome.kind === 'failed' && outcome.detail.length).toBeLessThan(200)
  })

  test('of a number that is none has the same bits on every processor', async () => {
    const body = `const f64 = new Float64Array([NaN, 0 / 0, Infinity - Infinity, Math.sqrt(-1), -NaN, 0 * Infinity])
      return [...new BigUint64Array(f64.buffer)]`
    const outcome = await outcomeOf(`export function f() { ${body} }`)
    expect(outcome).toMatchObject({ value: Array(6).fill(0x7ff8_0000_0000_0000n) })
  })
})
