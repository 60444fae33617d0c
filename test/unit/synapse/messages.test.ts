import { getHeapStatistics } from 'node:v8'
import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { describe, expect, it } from 'vitest'
import {
  type CallerMessage,
  decodeCallerMessage,
  decodeServerMessage,
  encodeCallerMessage,
  encodeServerMessage,
  lendCallerMessage,
  lendServerMessage,
  MalformedMessageError,
  messageShapeLimits,
  packValue,
  type ServerMessage,
  UnencodableMessageError,
  unpackValue,
} from '../../../src/synapse/index.js'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

function faultOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    if (error instanceof MalformedMessageError || error instanceof UnencodableMessageError) return error.fault
    throw error
  }
}

describe('packValue and unpackValue', () => {
  it('write the msgpack of the specification', () => {
    expect(Buffer.from(packValue([1, 'a', null])).toString('hex')).toBe('9301a161c0')
    expect(unpackValue(bytes(0x93, 0x01, 0xa1, 0x61, 0xc0))).toEqual([1, 'a', null])
    expect(unpackValue(bytes(0x81, 0xa1, 0x61, 0xcd, 0x01, 0x00))).toEqual({ a: 256 })
  })

  it('bring every plain value back as it was', () => {
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.integer(),
        fc.oneof(fc.double({ noNaN: true }), fc.constant(-0)),
        fc.boolean(),
        fc.constant(null),
        fc.uint8Array(),
        fc.float32Array({ noNaN: true }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
        fc.array(tie('value'), { maxLength: 5 }),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 5, noNullPrototype: true },
        ),
      ),
    })).value
    fc.assert(
      fc.property(value, (sent) => {
        expect(unpackValue(packValue(sent))).toEqual(sent)
      }),
      { numRuns: 300 },
    )
  })

  it('bring minus zero back wherever it lies, beside values of every kind and in objects and arrays of every length', () => {
    const leaves = [
      undefined,
      null,
      1.5,
      -1,
      2n ** 63n,
      'é',
      new Date(5),
      Uint8Array.of(1),
      Float64Array.of(-0),
    ]
    for (const length of [0, 1, 14, 15, 16, 255, 256, 65_534, 65_535, 65_536]) {
      const list: unknown[] = Array.from({ length }, (_, at) => leaves[at % leaves.length])
      const sent = [-0, [...list, -0], { inner: [[-0]], list: list.slice(0, 300) }]
      expect(unpackValue(packValue(sent))).toEqual(sent)
    }
    for (const length of [15, 16, 17, 40_000]) {
      const sent = Object.fromEntries(Array.from({ length }, (_, at) => [`key ${at}`, at % 3 === 0 ? -0 : 0]))
      expect(unpackValue(packValue(sent))).toEqual(sent)
    }
    expect(unpackValue(packValue(-0))).toBe(-0)
    expect(unpackValue(packValue(0))).toBe(0)
    expect(Buffer.from(packValue([-0, 1])).toString('hex')).toBe('92cb800000000000000001')
  })

  it('understand another implementation, and are understood by it', () => {
    const other = new Packr({ useRecords: false, moreTypes: true })
    const lengths = [0, 1, 15, 16, 17, 31, 32, 48, 49, 255, 256, 65_535, 65_536]
    const values: unknown[] = [
      ...[
        0,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        2 ** 32 - 1,
        2 ** 32,
        -1,
        -32,
        -33,
        -128,
        -129,
        -32_768,
        -32_769,
      ],
      ...[
        -(2 ** 31),
        -(2 ** 31) - 1,
        0.1,
        -1.5,
        1e300,
        Number.NaN,
        Number.NEGATIVE_INFINITY,
        true,
        false,
        null,
        undefined,
      ],
      ...[0n, -1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)],
      ...[0, 1, 1_500, -1, -1_500, 4_294_967_295_000, 4_294_967_296_000, 1_700_000_000_123].map(
        (ms) => new Date(ms),
      ),
      ...lengths.flatMap((length) => ['x'.repeat(length), 'é'.repeat(length), '😀'.repeat(length)]),
      ...lengths.slice(0, -1).map((length) => new Array<number>(length).fill(7)),
      ...lengths
        .slice(0, -2)
        .map((length) => Object.fromEntries(Array.from({ length }, (_, at) => [`k${at}`, at]))),
      ...lengths.map((length) => new Uint8Array(length).fill(length)),
      ...[
        new Int8Array(3),
        new Uint8ClampedArray(7),
        new Int16Array(1),
        new Uint16Array(200),
        new Int32Array(2),
      ],
      ...[
        new Uint32Array(1),
        Float32Array.of(0.5),
        new Float64Array(40_000),
        BigInt64Array.of(-1n),
        new BigUint64Array(2),
      ],
    ]
    for (const value of [...values, values.slice(0, 60)]) {
      // That one reads bytes as Node's own kind.
      const plain = Buffer.isBuffer(value) ? new Uint8Array(value) : value
      expect(unpackValue(Uint8Array.from(other.pack(plain)))).toEqual(plain)
      const there = new Packr({ useRecords: false, moreTypes: true }).unpack(
        new Uint8Array(packValue(plain)) as Buffer,
      )
      expect(there).toEqual(plain)
    }
  })

  it('bring bytes out as views of what came, and write them as what msgpack calls bytes', () => {
    const packed = packValue([Uint8Array.of(1, 2, 3)])
    expect(Buffer.from(packed).toString('hex')).toBe('91c403010203')
    const [view] = unpackValue(packed) as [Uint8Array]
    expect([view.buffer, view.byteOffset]).toEqual([packed.buffer, packed.byteOffset + 3])
  })

  it('keep what they made of one message when the next one is made', () => {
    const first = packValue({ text: 'first', inner: [1, 2, 3] })
    const bytes = first.slice()
    packValue({ text: 'other', inner: [4, 5, 6] })
    expect(first).toEqual(bytes)
  })

  it('pack something else while a getter of what is packed runs', () => {
    const sent = {
      get first() {
        return unpackValue(packValue('one'))
      },
      second: 'two',
    }
    expect(unpackValue(packValue(sent))).toEqual({ first: 'one', second: 'two' })
  })

  it('read keys as they are, also when others of the same place came before', () => {
    for (let at = 0; at < 2_000; at++) {
      const record = { [`key ${at}`]: at, [`k${at * 7919}`]: at }
      expect(unpackValue(packValue(record))).toEqual(record)
    }
  })

  it('refuse any bytes by name and never by another error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        const fault = faultOf(() => {
          unpackValue(noise)
          return 'fine'
        })
        expect(fault).toBeTypeOf('string')
      }),
      { numRuns: 2_000 },
    )
  })

  it('refuse a key that is the prototype to objects, however its length is written', () => {
    const key = Buffer.from('__proto__')
    for (const length of [[0xa9], [0xd9, 9], [0xda, 0, 9], [0xdb, 0, 0, 0, 9]]) {
      expect(faultOf(() => unpackValue(bytes(0x81, ...length, ...key, 0x01)))).toBe('forbiddenType')
    }
    expect(unpackValue(bytes(0x81, 0xaa, 0x61, ...key, 0x01))).toEqual({ a__proto__: 1 })
    expect(unpackValue(bytes(0xa9, ...key))).toBe('__proto__')
  })

  it.each([
    ['nothing', bytes(), 'truncated'],
    ['a byte that means nothing', bytes(0xc1), 'forbiddenType'],
    ['text cut short', bytes(0xa5, 0x61), 'truncated'],
    ['a length cut short', bytes(0xdb, 0xff), 'truncated'],
    ['an array of 4 billion', bytes(0xdd, 0xff, 0xff, 0xff, 0xff, 0x01), 'truncated'],
    ['a map of 65,535', bytes(0xde, 0xff, 0xff), 'truncated'],
    ['two values', bytes(0x01, 0x02), 'trailingBytes'],
    ['a number as key', bytes(0x81, 0x01, 0x02), 'forbiddenType'],
    ['a record definition', bytes(0xd4, 0x72, 0x40), 'forbiddenType'],
    ['a set', bytes(0xd4, 0x73, 0x00, 0x90), 'forbiddenType'],
    ['an error', bytes(0xd4, 0x65, 0x00, 0x90), 'forbiddenType'],
    ['a pointer', bytes(0xd6, 0x70, 0, 0, 0, 1), 'forbiddenType'],
    ['bundled strings', bytes(0xd6, 0x62, 0, 0, 0, 1), 'forbiddenType'],
    ['a typed array of no known kind', bytes(0xc7, 2, 0x74, 99, 0), 'forbiddenType'],
    ['floats of three bytes', bytes(0xc7, 4, 0x74, 7, 0, 0, 0), 'forbiddenType'],
    ['half of a surrogate pair', bytes(0xa3, 0xed, 0xa0, 0x80), 'badText'],
    ['a key that is no text', bytes(0x81, 0xa1, 0xff, 0x01), 'badText'],
    ['a slash in two bytes', bytes(0xa2, 0xc0, 0xaf), 'badText'],
    ['a character beyond Unicode', bytes(0xa4, 0xf4, 0x90, 0x80, 0x80), 'badText'],
    ['a character cut short', bytes(0xa2, 0xe2, 0x82), 'badText'],
    [
      'a date beyond those that there are',
      bytes(0xc7, 12, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0),
      'forbiddenType',
    ],
    [
      'a date of 2^63 seconds',
      bytes(0xc7, 12, 0xff, 0, 0, 0, 0, 0x7f, ...Array(7).fill(0xff)),
      'forbiddenType',
    ],
    [
      'a date with a second and more of nanoseconds',
      bytes(0xd7, 0xff, 0xee, 0x6b, 0x28, 0, 0, 0, 0, 0),
      'forbiddenType',
    ],
    ['a date of five bytes', bytes(0xc7, 5, 0xff, 0, 0, 0, 0, 0), 'forbiddenType'],
  ])('refuse %s', (_what, input, fault) => {
    expect(faultOf(() => unpackValue(input))).toBe(fault)
  })

  it('take every date that there is, to its ends', () => {
    for (const time of [
      0,
      -1,
      1,
      8.64e15,
      -8.64e15,
      2 ** 34 * 1_000,
      2 ** 32 * 1_000 - 1,
      -62_135_596_800_000,
    ])
      expect(unpackValue(packValue(new Date(time)))).toEqual(new Date(time))
  })

  it('take arrays as deep as the limit and no deeper', () => {
    const nested = (depth: number): Uint8Array => Uint8Array.from([...Array(depth).fill(0x91), 0xc0])
    expect(faultOf(() => unpackValue(nested(messageShapeLimits.depth)) && 'fine')).toBe('fine')
    expect(faultOf(() => unpackValue(nested(messageShapeLimits.depth + 1)))).toBe('tooDeep')
  })

  it('make no room for arrays that each announce all that follows', () => {
    const announced = 131_000
    const arrays = Array.from({ length: 32 }, () => [
      0xdd,
      0,
      announced >> 16,
      (announced >> 8) & 0xff,
      announced & 0xff,
    ])
    const input = Uint8Array.from([...arrays.flat(), ...new Uint8Array(announced)])
    unpackValue(bytes(0x91, 0x01))
    const before = getHeapStatistics().used_heap_size
    expect(faultOf(() => unpackValue(input))).toBe('tooManyValues')
    // One such array takes a megabyte.
    expect(getHeapStatistics().used_heap_size - before).toBeLessThan(4_000_000)
  })

  it('take as many values as the limit and no more', () => {
    const many = (count: number): unknown[] => Array(count).fill(0)
    expect(faultOf(() => packValue(many(messageShapeLimits.values - 1)) && 'fine')).toBe('fine')
    expect(faultOf(() => packValue(many(messageShapeLimits.values)))).toBe('tooManyValues')
  })
})

describe('messages', () => {
  const callerMessages: CallerMessage[] = [
    {
      kind: 'request',
      id: 0,
      isStream: false,
      synapse: 'add',
      timeoutMs: 100,
      credit: 0,
      body: { a: 1 },
    },
    {
      kind: 'request',
      id: 2 ** 32 - 1,
      isStream: true,
      synapse: 'count',
      timeoutMs: 1,
      credit: 16,
      body: null,
    },
    {
      kind: 'request',
      id: 5,
      isStream: false,
      synapse: 'add',
      timeoutMs: 100,
      credit: 0,
      body: 1,
      requestId: 'order-7.2',
    },
    {
      kind: 'request',
      id: 6,
      isStream: false,
      synapse: 'add',
      timeoutMs: 100,
      credit: 0,
      body: 1,
      requestId: 'x'.repeat(64),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
    { kind: 'cancel', id: 3 },
    { kind: 'credit', id: 3, credit: 8 },
  ]
  const serverMessages: ServerMessage[] = [
    { kind: 'answer', id: 1, body: [1, 2] },
    { kind: 'chunk', id: 1, body: 'x' },
    { kind: 'end', id: 1, status: 'overloaded', unhandled: true },
    { kind: 'end', id: 1, status: 'overloaded', unhandled: true, retryAfterMs: 3_600_000 },
    { kind: 'end', id: 1, status: 'failed', unhandled: false },
    { kind: 'end', id: 1, status: 'ok', unhandled: false },
    { kind: 'goAway', unreadFrom: 0, status: 'overloaded' },
    { kind: 'goAway', unreadFrom: 0x1_0000_0000, status: 'unreachable' },
  ]

  it('of callers come back as they were', () => {
    for (const message of callerMessages) {
      expect(decodeCallerMessage(encodeCallerMessage(message))).toEqual(message)
    }
  })

  it('of servers come back as they were', () => {
    for (const message of serverMessages) {
      expect(decodeServerMessage(encodeServerMessage(message))).toEqual(message)
    }
  })

  it('are lent as the bytes that they have', () => {
    for (const message of callerMessages) {
      expect(lendCallerMessage(message, (lent) => lent.slice())).toEqual(encodeCallerMessage(message))
    }
    for (const message of serverMessages) {
      expect(lendServerMessage(message, (lent) => lent.slice())).toEqual(encodeServerMessage(message))
    }
  })

  it('of one side are refused by the other, and so is everything else', () => {
    for (const message of callerMessages) {
      expect(faultOf(() => decodeServerMessage(encodeCallerMessage(message)))).toBe('unknownKind')
    }
    for (const message of serverMessages) {
      expect(faultOf(() => decodeCallerMessage(encodeServerMessage(message)))).toBe('unknownKind')
    }
    for (const wrong of [
      {},
      [],
      [1],
      [2, -1],
      [2, 1.5],
      [2, 2 ** 32],
      [2, 1, 1],
      [3, 1, 0],
      [3, 1, 1025],
      [1, 0, 0, 'a', 1, 0, 0],
      [1, 0, false, 'x'.repeat(65), 1, 0, 0],
      [1, 0, false, 'a', -1, 0, 0],
      [1, 0, false, 'a', 1, 5, 0],
      [1, 0, true, 'a', 1, 0, 0],
      [1, 0, false, 'a', 1, 0, 0, ''],
      [1, 0, false, 'a', 1, 0, 0, 'x'.repeat(65)],
      [1, 0, false, 'a', 1, 0, 0, 'a b'],
      [1, 0, false, 'a', 1, 0, 0, 7],
      [1, 0, false, 'a', 1, 0, 0, undefined],
      [1, 0, false, 'a', 1, 0, 0, 'id', 'trace'],
      [1, 0, false, 'a', 1, 0, 0, 'id', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
      [1, 0, false, 'a', 1, 0, 0, 'id', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 1],
    ]) {
      expect(faultOf(() => decodeCallerMessage(packValue(wrong)))).toBe('unknownKind')
    }
    for (const wrong of [
      [6, 1, 99],
      [6, 1, 0, true],
      [6, 1, 7, false],
      [6, 1, 7, 1],
      [6, 1, 7, true, 1],
      [6, 1, 4, false, 1],
      [6, 1, 4, true, -1],
      [6, 1, 4, true, 1.5],
      [6, 1, 4, true, 3_600_001],
      [6, 1, 4, true, 1, 1],
      [6, 1, 'ok'],
      [7],
      [7, 1],
      [7, -1, 9],
      [7, 0x1_0000_0001, 9],
      [7, 1, 0],
      [7, 1, 7],
      [7, 1, 9, 1],
      [4, 1],
      [4, 1, 1, true],
      [99, 1, 1],
      'goAway',
    ]) {
      expect(faultOf(() => decodeServerMessage(packValue(wrong)))).toBe('unknownKind')
    }
  })
})
