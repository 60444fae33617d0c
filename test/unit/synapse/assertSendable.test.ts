import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeCallerMessage,
  decodeServerMessage,
  encodeCallerMessage,
  encodeServerMessage,
  messageShapeLimits,
  packValue,
  UnencodableMessageError,
  unpackValue,
} from '../../../src/synapse/index.js'

class Point {
  x = 1
}
class Bytes extends Uint8Array {}
class List extends Array {}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const cyclic: { self?: unknown } = {}
cyclic.self = cyclic

const hiddenEntry = Object.assign(Object.defineProperty([1, 2], 0, { enumerable: false }), { name: 1 })

class OtherDate {
  readonly [Symbol.toStringTag] = 'Date'
  getTime(): number {
    return 0
  }
}
Object.defineProperty(OtherDate, 'name', { value: 'Date' })

/** Objects and arrays whose getter does something to them while they are read. */
const changing: [what: string, make: () => unknown][] = [
  ['takes a later key away', () => withGetter((one) => delete one.later, { later: 1 })],
  ['takes an earlier key away', () => withGetter((one) => delete one.first)],
  ['adds a key', () => withGetter((one) => Object.assign(one, { more: 1 }))],
  [
    'exchanges one key for another',
    () => withGetter((one) => delete one.later && Object.assign(one, { more: 1 }), { later: 1 }),
  ],
  [
    'takes a key away for as long as it is read',
    () => {
      const one: Record<string, unknown> = { 2: 0 }
      Object.defineProperty(one, 1, { enumerable: true, get: () => delete one[2] })
      Object.defineProperty(one, 3, { enumerable: true, get: () => Object.assign(one, { 2: 0 }) })
      return one
    },
  ],
  ['grows its array', () => inArray((list) => list.push(7))],
  ['cuts its array', () => inArray((list) => list.pop())],
]

function withGetter(act: (one: Record<string, unknown>) => unknown, more: object = {}): unknown {
  const one: Record<string, unknown> = {
    first: 0,
    get it() {
      act(one)
      return 1
    },
    ...more,
  }
  return one
}

function inArray(act: (list: unknown[]) => unknown): unknown {
  const list: unknown[] = [0]
  const getter = {
    get it() {
      act(list)
      return 1
    },
  }
  list.push(getter)
  return list
}

const refused: [what: string, value: unknown, fault: string][] = [
  ['a high surrogate alone', 'a\ud83d', 'loneSurrogate'],
  ['a low surrogate alone', '\ude00b', 'loneSurrogate'],
  ['surrogates in the wrong order', '\ude00\ud83d', 'loneSurrogate'],
  ['a long text that ends in half a pair', `${'x'.repeat(70_000)}\ud83d`, 'loneSurrogate'],
  ['a key with a lone surrogate', { 'a\ud83d': 1 }, 'loneSurrogate'],
  ['a key __proto__', JSON.parse('{"__proto__":{"x":1}}'), 'protoKey'],
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tried
  ['a hole', [1, , 3], 'arrayHole'],
  [
    'a getter that throws',
    {
      get a() {
        throw new RangeError('no')
      },
    },
    'unpackable',
  ],
  ['a revoked proxy', revoked(), 'unpackable'],
  ['nothing but holes', new Array(3), 'arrayHole'],
  ['a date that is none', new Date(Number.NaN), 'unsendableDate'],
  ['a function', () => 0, 'notData'],
  ['a class', Point, 'notData'],
  ['a symbol', Symbol('a'), 'notData'],
  ['an instance', new Point(), 'notPlain'],
  ['an error', new TypeError('no'), 'notPlain'],
  ['a map', new Map([['a', 1]]), 'notPlain'],
  ['a set', new Set([1]), 'notPlain'],
  ['a promise', Promise.resolve(1), 'notPlain'],
  ['a regular expression', /a/g, 'notPlain'],
  ['a match', 'a'.match(/a/), 'hiddenKey'],
  ['an object without prototype', Object.create(null), 'notPlain'],
  ['an object made of another', Object.create({ a: 1 }), 'notPlain'],
  ['a boxed number', Object(5), 'notPlain'],
  ['a boxed text', Object('a'), 'notPlain'],
  ['a boxed bigint', Object(5n), 'notPlain'],
  ['an array buffer', new ArrayBuffer(3), 'notPlain'],
  ['a view', new DataView(new ArrayBuffer(3)), 'notPlain'],
  ['a subclass of bytes', new Bytes(3), 'notPlain'],
  ['a subclass of arrays', new List(), 'notPlain'],
  ['a WeakRef', new WeakRef({}), 'notPlain'],
  ['a URL', new URL('http://a/'), 'notPlain'],
  ['an array with a name', Object.assign([1], { name: 1 }), 'hiddenKey'],
  ['a long array with a name', Object.assign(new Array(17).fill(0), { name: 1 }), 'hiddenKey'],
  ['a very long one', Object.assign(new Array(5_000).fill(0), { name: 1 }), 'hiddenKey'],
  ['a long array with a symbol', Object.assign(new Array(17).fill(0), { [Symbol('a')]: 1 }), 'hiddenKey'],
  ['an array with a hidden entry and a name', hiddenEntry, 'hiddenKey'],
  [
    'floats that say they are bytes',
    Object.setPrototypeOf(new Float32Array(2), Uint8Array.prototype),
    'notPlain',
  ],
  ['an object that says it is bytes', Object.create(Uint8Array.prototype), 'notPlain'],
  ['an object that says it is a date', Object.create(Date.prototype), 'notPlain'],
  ['an instance of another class Date', new OtherDate(), 'notPlain'],
  ['a list that gives no length', new Proxy([], { get: () => -1 }), 'hiddenKey'],
  ['a symbol as key', { a: 1, [Symbol('b')]: 2 }, 'hiddenKey'],
  ['a property that is not enumerable', Object.defineProperty({}, 'a', { value: 1 }), 'hiddenKey'],
  ['a date with a name', Object.assign(new Date(0), { name: 1 }), 'hiddenKey'],
  ['an integer beyond 64 bits', 2n ** 64n, 'integerTooLarge'],
  ['one below', -(2n ** 63n) - 1n, 'integerTooLarge'],
  ['what contains itself', cyclic, 'tooDeep'],
  ['too deep a value', JSON.parse('['.repeat(33) + ']'.repeat(33)), 'tooDeep'],
  ['too many values', new Array(messageShapeLimits.values).fill(0), 'tooManyValues'],
]

describe('packValue', () => {
  it.each(refused)('refuses %s, wherever it is', (_, value, fault) => {
    const caught = (sent: unknown): unknown => {
      try {
        return packValue(sent)
      } catch (error) {
        return error
      }
    }
    for (const sent of [value, [value], { a: { b: [0, value] } }]) {
      const error = caught(sent)
      expect(error).toBeInstanceOf(UnencodableMessageError)
      expect(error).toMatchObject({ fault, code: 'UnencodableMessage' })
    }
  })

  it.each(changing)('refuses what a getter changes meanwhile: it %s', (_, make) => {
    for (const sent of [make(), [make()], { a: make() }])
      expect(() => packValue(sent)).toThrow(expect.objectContaining({ fault: 'changing' }))
  })

  it('reads each property once', () => {
    let reads = 0
    const counted = {
      get a() {
        return ++reads
      },
    }
    expect(unpackValue(packValue([counted]))).toEqual([{ a: 1 }])
    expect(reads).toBe(1)
  })

  it('sends what a typed array and a date hold, whatever properties of their own say', () => {
    const lie = (typed: object): object => {
      for (const name of ['length', 'byteLength', 'byteOffset'])
        Object.defineProperty(typed, name, { value: 200 })
      return Object.defineProperty(typed, 'buffer', { value: new ArrayBuffer(400) })
    }
    expect(unpackValue(packValue(lie(Uint8Array.of(1, 2, 3))))).toEqual(Uint8Array.of(1, 2, 3))
    expect(unpackValue(packValue(lie(Buffer.from('ab'))))).toEqual(Uint8Array.of(0x61, 0x62))
    expect(unpackValue(packValue(lie(Float32Array.of(0.5))))).toEqual(Float32Array.of(0.5))
    expect(unpackValue(packValue(lie(BigInt64Array.of(-1n))))).toEqual(BigInt64Array.of(-1n))
  })

  it('names the part and the remedy', () => {
    expect(() => packValue({ grades: [1, { of: () => 0 }] })).toThrow(
      'The value cannot travel in a message: value.grades[1].of is a function or a symbol. Send data only.',
    )
    const cut = (): unknown => packValue({ ['\u202e'.repeat(500)]: () => 0 })
    expect(cut).toThrow(UnencodableMessageError)
    expect(cut).not.toThrow(/\u202e/)
  })

  it('brings Buffers back as plain bytes', () => {
    expect(unpackValue(packValue(Buffer.from('ab')))).toEqual(Uint8Array.of(0x61, 0x62))
  })
})

/** Everything that JavaScript has, and text of any code units. */
const anything = fc.anything({
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toJSON', 'then', '', '0')),
  values: [
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double(),
    fc.string(),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
      .map((units) => String.fromCharCode(...units)),
    fc.constantFrom(undefined, null, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 64, 1e300, 5e-324),
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  ],
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 4,
})

function passes(sent: unknown, there: (value: unknown) => unknown): boolean {
  let arrived: unknown
  try {
    arrived = there(sent)
  } catch (error) {
    return error instanceof UnencodableMessageError
  }
  return isDeepStrictEqual(arrived, sent)
}

describe('whatever is sent', () => {
  it('arrives as it was, or is refused', () => {
    fc.assert(
      fc.property(anything, (sent) => passes(sent, (value) => unpackValue(packValue(value)))),
      { numRuns: 3_000 },
    )
  })

  it('arrives in a request and in an answer as it was, or is refused', () => {
    const inRequest = (body: unknown): unknown => {
      const rest = { kind: 'request', id: 1, isStream: false, synapse: 'a', timeoutMs: 5, credit: 0 } as const
      return (decodeCallerMessage(encodeCallerMessage({ ...rest, body })) as { body: unknown }).body
    }
    const inAnswer = (body: unknown): unknown =>
      (decodeServerMessage(encodeServerMessage({ kind: 'answer', id: 1, body })) as { body: unknown }).body
    fc.assert(
      fc.property(anything, (sent) => passes(sent, inRequest) && passes(sent, inAnswer)),
      { numRuns: 1_000 },
    )
  })

  it('may be sent on by whoever got it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
        let arrived: unknown
        try {
          arrived = unpackValue(noise)
        } catch {
          return true
        }
        return passes(arrived, (value) => unpackValue(packValue(value)))
      }),
      { numRuns: 20_000 },
    )
  })

  it('of the largest depth and number fits into a message', () => {
    const deep = JSON.parse('['.repeat(31) + ']'.repeat(31))
    const many = new Array(messageShapeLimits.values - 11).fill(0)
    for (const body of [deep, many]) {
      const bytes = encodeServerMessage({ kind: 'answer', id: 1, body })
      expect(decodeServerMessage(bytes)).toEqual({ kind: 'answer', id: 1, body })
    }
  })
})
