import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bytesEqual,
  type CanonicalValue,
  decodeCanonical,
  encodeCanonical,
  MalformedBytesError,
} from '../../../src/codec/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'

const hex = (value: CanonicalValue): string => bytesToHex(encodeCanonical(value))
const fromHex = (text: string): CanonicalValue => decodeCanonical(hexToBytes(text))

/** Any value that has a canonical form. */
const canonicalValue: fc.Arbitrary<CanonicalValue> = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noDefaultInfinity: true, noNaN: true }).filter((value) => !Number.isInteger(value)),
    fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__'),
      tie('value'),
    ),
  ),
})).value

describe('encodeCanonical', () => {
  // Bytes from the MessagePack specification, worked out by hand.
  test.each<[CanonicalValue, string]>([
    [null, 'c0'],
    [false, 'c2'],
    [true, 'c3'],
    [0, '00'],
    [127, '7f'],
    [128, 'cc80'],
    [256, 'cd0100'],
    [65_536, 'ce00010000'],
    [-1, 'ff'],
    [-33, 'd0df'],
    [1.5, 'cb3ff8000000000000'],
    [1n, 'd30000000000000001'],
    [(1n << 64n) - 1n, 'cfffffffffffffffff'],
    ['', 'a0'],
    ['é', 'a2c3a9'],
    [Uint8Array.of(1, 2), 'c4020102'],
    [[1, [2]], '92019102'],
    [{}, '80'],
    [{ b: 1, a: 2 }, '82a16102a16201'],
  ])('writes %o as %s', (value, bytes) => {
    expect(hex(value)).toBe(bytes)
  })

  test('does not depend on the order in which keys were set', () => {
    expect(hex({ a: 1, b: 2, '10': 3, '9': 4 })).toBe(hex({ '9': 4, b: 2, '10': 3, a: 1 }))
  })

  test('hands out bytes of its own: a later encoding does not change them', () => {
    const first = encodeCanonical([1, 2, 3])
    const before = bytesToHex(first)
    for (let round = 0; round < 50; round++) encodeCanonical('x'.repeat(1_000))
    expect(bytesToHex(first)).toBe(before)
    expect(first.byteOffset).toBe(0)
    expect(first.buffer.byteLength).toBe(first.length)
  })

  test.each([
    ['undefined', undefined, 'value'],
    ['NaN', Number.NaN, 'value'],
    ['-0', -0, 'value'],
    ['infinity', Number.POSITIVE_INFINITY, 'value'],
    ['an integer beyond 2^53', 2 ** 53, 'value'],
    ['a bigint beyond 64 bits', 1n << 64n, 'value'],
    ['a bigint below 64 bits', -(1n << 63n) - 1n, 'value'],
    ['a Date', new Date(0), 'value'],
    ['a Map', new Map(), 'value'],
    ['a function', () => 1, 'value'],
    ['a symbol', Symbol('s'), 'value'],
    ['another typed array', new Uint16Array(1), 'value'],
    ['half a surrogate pair', '\ud800', 'value'],
    ['half a surrogate pair in a key', { 'a\udc00': 1 }, 'value.a\udc00'],
    ['the key __proto__', JSON.parse('{"__proto__":1}'), 'value.__proto__'],
    ['undefined in a list', [1, [undefined]], 'value[1][0]'],
    ['NaN in a map', { a: { b: Number.NaN } }, 'value.a.b'],
    ['an instance of a class', [new (class Point {})()], 'value[0]'],
  ])('refuses %s and names where it is', (_what, value, field) => {
    const encode = (): Uint8Array => encodeCanonical(value as CanonicalValue)
    expect(encode).toThrow(InvalidArgumentError)
    expect(encode).toThrow(expect.objectContaining({ field }))
  })

  test('refuses nesting beyond 32 levels', () => {
    const nested = (levels: number): CanonicalValue => {
      let value: CanonicalValue = 1
      for (let level = 0; level < levels; level++) value = [value]
      return value
    }
    expect(fromHex(hex(nested(32)))).toEqual(nested(32))
    expect(() => encodeCanonical(nested(33))).toThrow('Nest at most 32 levels.')
  })

  test('different values give different bytes, also where JavaScript calls them alike', () => {
    expect(hex(1)).not.toBe(hex(1n))
    expect(hex('1')).not.toBe(hex(1))
    expect(hex([])).not.toBe(hex({}))
    expect(hex('')).not.toBe(hex(new Uint8Array()))
  })
})

describe('decodeCanonical', () => {
  test('leaves the bytes it was given as they were', () => {
    const bytes = encodeCanonical(['a', 1n])
    const keys = Reflect.ownKeys(bytes)
    decodeCanonical(bytes)
    expect(Reflect.ownKeys(bytes)).toEqual(keys)
  })

  test('gives back every value that can be encoded, and the same bytes again', () => {
    fc.assert(
      fc.property(canonicalValue, (value) => {
        const bytes = encodeCanonical(value)
        const decoded = decodeCanonical(bytes)
        expect(decoded).toEqual(value)
        expect(bytesEqual(encodeCanonical(decoded), bytes)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('reads any bytes as a value that encodes to exactly them, or refuses them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          expect(bytesEqual(encodeCanonical(decodeCanonical(bytes)), bytes)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBytesError)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('refuses or reads faithfully any one-byte change of real bytes', () => {
    fc.assert(
      fc.property(canonicalValue, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, where, flip) => {
        const bytes = encodeCanonical(value)
        bytes[where % bytes.length]! ^= flip
        try {
          expect(bytesEqual(encodeCanonical(decodeCanonical(bytes)), bytes)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBytesError)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('hands out bytes that do not share memory with the input', () => {
    const bytes = encodeCanonical(Uint8Array.of(1, 2, 3))
    const decoded = decodeCanonical(bytes) as Uint8Array
    bytes.fill(0)
    expect([...decoded]).toEqual([1, 2, 3])
    expect(decoded.constructor).toBe(Uint8Array)
  })

  test('reads a view of a larger buffer, of whatever class, and hands out plain arrays', () => {
    const value = { bytes: Uint8Array.of(1, 2, 3), text: 'é'.repeat(20), number: 0.5 }
    const bytes = encodeCanonical(value)
    const packet = Buffer.alloc(bytes.length + 9, 0xff)
    packet.set(bytes, 5)
    expect(decodeCanonical(packet.subarray(5, 5 + bytes.length))).toStrictEqual(value)
  })

  test.each([
    ['no bytes', ''],
    ['a byte that means nothing', 'c1'],
    ['trailing bytes', '0000'],
    ['a text cut short', 'a361'],
    ['binary cut short', 'c40301'],
    ['a list cut short', '9301'],
    ['a map cut short', '82a16101'],
    ['a list that claims 2^32 - 1 entries', 'ddffffffff'],
    ['a map that claims 2^32 - 1 entries', 'dfffffffff'],
    ['binary that claims 2^32 - 1 bytes', 'c6ffffffff'],
    ['text that claims 2^32 - 1 bytes', 'dbffffffff'],
    ['text that is not UTF-8', 'a1ff'],
    ['a time stamp extension', 'd6ff00000000'],
    ['an unknown extension', 'd44200'],
    ['the extension for undefined', 'd40000'],
    ['a regular expression extension', 'c7037892a161a0'],
    ['NaN', 'cb7ff8000000000000'],
    ['infinity', 'cb7ff0000000000000'],
    ['-0', 'cb8000000000000000'],
    ['a single-precision float', 'ca3fc00000'],
    ['an integer written as a float', 'cb3ff0000000000000'],
    ['an integer wider than it need be', 'cd0001'],
    ['a signed integer where unsigned is shorter', 'd001'],
    ['a small bigint written as unsigned 64 bits', 'cf0000000000000001'],
    ['a text length wider than it need be', 'd90161'],
    ['a list length wider than it need be', 'dc000101'],
    ['a map length wider than it need be', 'de0001a16101'],
    ['a binary length wider than it need be', 'c5000101'],
    ['keys out of order', '82a16201a16102'],
    ['a repeated key', '82a16101a16102'],
    ['a key that is no text', '810101'],
    ['the key __proto__', '81a95f5f70726f746f5f5f01'],
    ['nesting beyond 32 levels', `${'91'.repeat(33)}01`],
    ['nesting as deep as the stack', '91'.repeat(200_000)],
  ])('refuses %s', (_what, bytes) => {
    const decode = (): CanonicalValue => fromHex(bytes)
    expect(decode).toThrow(MalformedBytesError)
    expect(decode).toThrow(
      expect.objectContaining({
        name: 'MalformedBytesError',
        code: 'MalformedBytes',
        docsPath: 'errors#malformed-bytes',
        message: expect.stringMatching(/^The bytes are not canonical MessagePack: /),
      }),
    )
  })

  test.each([
    ['c1', 'a type stands in them that canonical bytes do not have'],
    ['d63f00000001', 'a type stands in them that canonical bytes do not have'],
    ['cd0001', 'a number or a length has a shorter form'],
    ['d1ff80', 'an integer has a shorter form'],
    ['cf7fffffffffffffff', 'an integer has a shorter form'],
    ['cb41efffffffe00000', 'a number has another form, or none'],
    ['82a16201a16102', 'the keys of a map are not in order'],
    ['8101', 'they end too early'],
    ['810101', 'a map has a key that is none'],
    ['a1ff', 'a text is no UTF-8'],
    ['0000', 'bytes follow the value'],
    [`${'91'.repeat(33)}01`, 'they nest too deep'],
  ])('says of %s that %s', (bytes, why) => {
    expect(() => fromHex(bytes)).toThrow(why)
  })

  test('refuses what is no bytes', () => {
    for (const wrong of [undefined, null, 'c0', [0xc0], new Uint16Array(1), new ArrayBuffer(1)] as unknown[])
      expect(() => decodeCanonical(wrong as Uint8Array)).toThrow(MalformedBytesError)
  })

  test.each([
    0xffff_ffff,
    -0x8000_0000,
    2 ** 32,
    -(2 ** 31) - 1,
    2 ** 53 - 1,
    -(2 ** 53) + 1,
    -33,
    -129,
    -32_769,
  ])('takes %d as it is written, at the edge of its form', (edge) => {
    expect(decodeCanonical(encodeCanonical(edge))).toBe(edge)
  })

  test('keeps a byte order mark at the beginning of texts of every length', () => {
    for (const length of [0, 1, 20, 30, 70, 300]) {
      const text = `\ufeff${'x'.repeat(length)}`
      expect(decodeCanonical(encodeCanonical({ [text]: text }))).toEqual({ [text]: text })
    }
  })

  test('makes nothing large of a few bytes that refer to one another', () => {
    // An array that is named, then arrays that name it, sixteen times each: 16 to the power of the number of them in all.
    const named = (id: number, content: string): string => `d669${id.toString(16).padStart(8, '0')}${content}`
    const sixteen = (id: number): string => `dc0010${`d670${id.toString(16).padStart(8, '0')}`.repeat(16)}`
    const arrays = [named(1, `dc0010${'00'.repeat(16)}`)]
    for (let id = 2; id <= 8; id++) arrays.push(named(id, sixteen(id - 1)))
    expect(() => fromHex(`98${arrays.join('')}`)).toThrow(MalformedBytesError)
  })
})

describe('bytesEqual', () => {
  test('compares length and content', () => {
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false)
    expect(bytesEqual(new Uint8Array(), new Uint8Array())).toBe(true)
  })
})

test('decodeCanonical holds values to a number, lists, maps and keys counted', () => {
  const bytes = encodeCanonical([{ a: 1 }, null])
  expect(decodeCanonical(bytes, 5)).toEqual([{ a: 1 }, null])
  expect(() => decodeCanonical(bytes, 4)).toThrow(MalformedBytesError)
  expect(() => decodeCanonical(bytes, 4)).toThrow('they hold more than 4 values')
})
