import { describe, expect, it } from 'vitest'
import { hexOf } from '../../../../src/crypto/index.js'
import { InvariantError } from '../../../../src/errors/index.js'
import { ByteReader, ByteWriter } from '../../../../src/ledger/state/bytes.js'
import {
  account,
  accountList,
  amount,
  amounts,
  bits,
  blockNumber,
  type Column,
  flag,
  flags,
  named,
  nullable,
  record,
  safeFloat,
  text,
  u16,
  u16s,
  u32s,
  whole,
  wholes,
} from '../../../../src/ledger/state/columns.js'
import { type Key, type KeyPart, readKey, writeKey } from '../../../../src/ledger/state/table.js'
import { alice, bob } from './harness.js'

/** A column, a value, and its bytes written by hand: numbers with their smallest byte first. */
const kind = <T>(name: string, column: Column<T>, value: T, bytes: string) => ({
  name,
  column: column as Column<unknown>,
  value: value as unknown,
  bytes: bytes.replaceAll(' ', ''),
})

const kinds = [
  // 258 is 1.0078125 times 2 to the 8th: 0x4070200000000000.
  kind('whole', whole(), 258, '00 00 00 00 00 20 70 40'),
  kind('a negative whole', whole({ min: -1 }), -1, '00 00 00 00 00 00 f0 bf'),
  kind('the largest whole', whole(), Number.MAX_SAFE_INTEGER, 'ff ff ff ff ff ff 3f 43'),
  kind('blockNumber', blockNumber, 1, '00 00 00 00 00 00 f0 3f'),
  kind('u16', u16(), 0x1234, '34 12'),
  kind('amount', amount, 0x0102_0304_0506_0708n, '08 07 06 05 04 03 02 01'),
  kind('the largest amount', amount, 2n ** 64n - 1n, 'ff ff ff ff ff ff ff ff'),
  kind('bits', bits(2n ** 128n - 1n), (3n << 64n) + 2n, '02 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00'),
  kind('flag', flag, true, '01'),
  kind('a flag that is down', flag, false, '00'),
  kind('account', account, alice, 'a1'.repeat(32)),
  kind('text', text(8), 'ä1', '03 00 00 00 c3 a4 31'),
  kind(
    'safeFloat',
    safeFloat,
    { mantissa: 10n ** 21n, exponent: -2 },
    // 10 to the 21st is 54 times 2 to the 64th and 0x35c9adc5dea00000; -2 is 0xc000000000000000.
    '00 00 a0 de c5 ad c9 35 36 00 00 00 00 00 00 00 00 00 00 00 00 00 00 c0',
  ),
  kind('nullable', nullable(u16()), 7, '01 07 00'),
  kind('null', nullable(u16()), null, '00'),
  kind('named', named(u16()), { b: 2, a: 1 }, '02 00 00 00 01 00 00 00 61 01 00 01 00 00 00 62 02 00'),
  kind('flags', flags, Uint8Array.of(1, 0, 1), '03 00 00 00 01 00 01'),
  kind('u16s', u16s, Uint16Array.of(1, 0x1234), '02 00 00 00 01 00 34 12'),
  kind('u32s', u32s, Uint32Array.of(0x0102_0304), '01 00 00 00 04 03 02 01'),
  kind(
    'amounts',
    amounts,
    BigUint64Array.of(1n, 2n ** 63n),
    '02 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 80',
  ),
  kind('wholes', wholes, Float64Array.of(258), '01 00 00 00 00 00 00 00 00 00 00 00 00 20 70 40'),
  kind('accountList', accountList, [bob, alice], `02 00 00 00 ${'b2'.repeat(32)} ${'a1'.repeat(32)}`),
  kind(
    'record',
    record('pair', { second: u16(), first: nullable(flag) }),
    { first: true, second: 3 },
    '03 00 01 01',
  ),
]

describe.each(kinds)('$name', ({ column, value, bytes }) => {
  it('is written as told, smallest byte first', () => {
    const writer = new ByteWriter()
    column.write(writer, value)
    expect(hexOf(writer.taken())).toBe(bytes)
  })

  it('is read back from wherever it lies', () => {
    const given = Uint8Array.from(Buffer.from(`00${bytes}`, 'hex'))
    const reader = new ByteReader(given.subarray(1))
    expect(column.read(reader)).toEqual(value)
    expect(reader.isAtEnd).toBe(true)
  })

  it('is refused when its bytes end early', () => {
    const given = Uint8Array.from(Buffer.from(bytes, 'hex'))
    for (let length = 0; length < given.length; length++) {
      expect(() => column.read(new ByteReader(given.subarray(0, length)))).toThrow(InvariantError)
    }
  })
})

describe('a blank', () => {
  it('is a value of its column, and a new one each time', () => {
    const blanks = kinds.map(({ name, column }) => [name, column.blank()])
    expect(Object.fromEntries(blanks)).toMatchObject({
      whole: 0,
      'a negative whole': 0,
      u16: 0,
      amount: 0n,
      bits: 0n,
      flag: false,
      account: undefined,
      text: '',
      safeFloat: { mantissa: 0n, exponent: 0 },
      nullable: null,
      named: {},
      flags: new Uint8Array(0),
      amounts: new BigUint64Array(0),
      accountList: [],
      record: { second: 0, first: null },
    })
    expect(u16({ min: 1 }).blank()).toBe(1)
    expect(u16s.blank()).not.toBe(u16s.blank())
    expect(() => record('hotkeys', { owner: account }).blank()).toThrow('hotkeys has no blank owner')
  })
})

describe('a long list', () => {
  it('is written and read whole', () => {
    const list = BigUint64Array.from({ length: 5_000 }, (_, at) => BigInt(at) << 40n)
    const writer = new ByteWriter()
    writer.u8(1)
    amounts.write(writer, list)
    const reader = new ByteReader(writer.taken())
    reader.u8()
    expect(amounts.read(reader)).toEqual(list)
  })
})

describe('a key', () => {
  const parts: readonly KeyPart[] = ['u16', 'block', 'account']
  const key: Key = [0x0102, 0x0304_0506_0708, alice]
  const bytes = `0102030405060708${'a1'.repeat(32)}`

  it('is written with the largest byte first, so that bytes and keys have one order', () => {
    const writer = new ByteWriter()
    writeKey(writer, key, parts)
    expect(hexOf(writer.taken())).toBe(bytes)
  })

  it('is read back', () => {
    expect(readKey(new ByteReader(Uint8Array.from(Buffer.from(bytes, 'hex'))), parts)).toEqual(key)
  })

  it('is refused when its bytes end early', () => {
    const short = Uint8Array.from(Buffer.from(bytes.slice(2), 'hex'))
    expect(() => readKey(new ByteReader(short), parts)).toThrow(InvariantError)
  })
})
