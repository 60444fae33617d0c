import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hexOf } from '../../../../src/crypto/index.js'
import type { AccountId } from '../../../../src/ledger/state/account.js'
import { ByteWriter } from '../../../../src/ledger/state/bytes.js'
import { someBytes, u16 } from '../../../../src/ledger/state/columns.js'
import { RecordTree } from '../../../../src/ledger/state/RecordTree.js'
import { valueTable } from '../../../../src/ledger/state/table.js'
import { SeededRandom } from '../../../../src/math/index.js'
import { accountOf } from './harness.js'

const table = valueTable('numbers', ['u16', 'account'], u16())
type Row = readonly [key: readonly [number, AccountId], record: number]

const edit = {}
const sha256 = (...parts: Uint8Array[]): Uint8Array =>
  createHash('sha256').update(Buffer.concat(parts)).digest()
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const treeOf = (rows: readonly Row[]): RecordTree<Row[0], number> => {
  const tree = new RecordTree(table)
  for (const [key, record] of rows) tree.set(key, record, edit)
  return tree
}
const rootOf = (tree: RecordTree<Row[0], number>): string => tree.hash(new ByteWriter())
const rowsOf = (tree: RecordTree<Row[0], number>): Row[] => [...tree.range([])]

/** Ascending: 8 accounts that differ in their last digit under each of 40 numbers. */
const many: readonly Row[] = [0, 1, 2, 15, 16, 17, 255, 256, 4_095, 4_096, 65_534, 65_535].flatMap((netuid) =>
  [...'01789abf'].map(
    (last, at): Row => [[netuid, `${'5'.repeat(63)}${last}` as AccountId], (netuid % 97) + at],
  ),
)
const shuffled = new SeededRandom('tree').shuffled(many)

describe('RecordTree', () => {
  it('has a root of zeros when empty, and again after everything was removed', () => {
    const tree = treeOf(many)
    expect(rootOf(tree)).not.toBe('0'.repeat(64))
    for (const [key] of shuffled) tree.delete(key, edit)
    expect(rootOf(tree)).toBe('0'.repeat(64))
    expect(rootOf(new RecordTree(table))).toBe('0'.repeat(64))
    expect(rowsOf(tree)).toEqual([])
  })

  it('gives records in the order of their keys, whatever the order in which they came', () => {
    expect(rowsOf(treeOf(shuffled))).toEqual(many)
    expect(many.every(([key, record]) => treeOf(shuffled).get(key) === record)).toBe(true)
  })

  it('gives what lies under a prefix, and nothing under one that nobody has', () => {
    const tree = treeOf(shuffled)
    for (const netuid of [0, 16, 256, 65_535]) {
      expect([...tree.range([netuid])]).toEqual(many.filter(([key]) => key[0] === netuid))
    }
    for (const netuid of [3, 18, 257, 4_097, 65_533]) expect([...tree.range([netuid])]).toEqual([])
    const [row] = many as [Row]
    expect([...tree.range(row[0])]).toEqual([row])
    expect([...tree.range([0, accountOf('5')])]).toEqual([])
  })

  it('goes on from a key under a prefix, or from where it would stand', () => {
    const tree = treeOf(shuffled)
    const isFrom =
      (from: Row[0]) =>
      ([[netuid, account]]: Row): boolean =>
        netuid > from[0] || (netuid === from[0] && account >= from[1])
    const between = [0, 3, 16, 4_096, 65_535].flatMap((netuid) =>
      ['0', '5', '6', 'f'].map((digit): Row[0] => [netuid, accountOf(digit)]),
    )
    for (const from of [...many.map(([key]) => key), ...between]) {
      expect([...tree.range([], from)]).toEqual(many.filter(isFrom(from)))
      const ofOne = many.filter(([key]) => key[0] === from[0])
      expect([...tree.range([from[0]], from)]).toEqual(ofOne.filter(isFrom(from)))
    }
  })

  it('has one root for one set of records, however it came about', () => {
    const root = rootOf(treeOf(many))
    expect(rootOf(treeOf(shuffled))).toBe(root)
    const tree = treeOf([...many].reverse())
    for (const netuid of [3, 4, 5]) {
      for (const digit of '0123456789abcdef') tree.set([netuid, accountOf(digit)], 1, edit)
    }
    expect(rootOf(tree)).not.toBe(root)
    for (const netuid of [3, 4, 5]) {
      for (const digit of '0123456789abcdef') tree.delete([netuid, accountOf(digit)], edit)
    }
    expect(rootOf(tree)).toBe(root)
    for (const [key] of shuffled.slice(10)) tree.delete(key, edit)
    expect(rootOf(tree)).toBe(rootOf(treeOf(shuffled.slice(0, 10))))
  })

  it('changes its root with every key and every record', () => {
    const root = rootOf(treeOf(many))
    for (const [at, [key, record]] of many.entries()) {
      expect(rootOf(treeOf(many.with(at, [key, record + 1])))).not.toBe(root)
      expect(rootOf(treeOf(many.with(at, [[key[0], accountOf('6')], record])))).not.toBe(root)
    }
  })

  it('keeps its root when an absent key is removed or a record is set again', () => {
    const tree = treeOf(many)
    const root = rootOf(tree)
    tree.delete([7, accountOf('5')], edit)
    tree.delete([0, accountOf('5')], edit)
    const [[key, record]] = many as [Row]
    tree.set(key, record, edit)
    expect(rootOf(tree)).toBe(root)
  })

  it('keeps a state that was taken whole while other edits go on', () => {
    const tree = treeOf(many)
    const taken = tree.state
    const root = rootOf(tree)
    const later = {}
    for (const [at, [key]] of shuffled.entries()) {
      if (at % 3 === 0) tree.delete(key, later)
      else tree.set(key, 9_999, later)
    }
    tree.set([3, accountOf('0')], 1, later)
    const now = tree.state
    const [rows, rootNow] = [rowsOf(tree), rootOf(tree)]
    tree.state = taken
    expect(rowsOf(tree)).toEqual(many)
    expect(rootOf(tree)).toBe(root)
    expect(rootOf(treeOf(rowsOf(tree)))).toBe(root)
    tree.state = now
    expect(rowsOf(tree)).toEqual(rows)
    expect(rootOf(tree)).toBe(rootNow)
    expect(rootOf(treeOf(rows))).toBe(rootNow)
  })

  it('names what differs from a state that was taken', () => {
    const tree = treeOf(many)
    const taken = tree.state
    const later = {}
    expect([...tree.changesSince(taken)]).toEqual([])
    const [[first], [second], [third]] = many as [Row, Row, Row]
    tree.set(second, 500, later)
    tree.delete(first, later)
    tree.set([3, accountOf('0')], 1, later)
    tree.set(third, 1, later)
    tree.delete(third, later)
    expect([...tree.changesSince(taken)]).toEqual([
      [first, undefined],
      [second, 500],
      [third, undefined],
      [[3, accountOf('0')], 1],
    ])
    expect([...tree.changesSince({ root: undefined })].map(([key]) => key)).toEqual(
      rowsOf(tree).map(([key]) => key),
    )
    tree.state = { root: undefined }
    expect([...tree.changesSince(taken)]).toEqual(many.map(([key]) => [key, undefined]))
  })

  it('passes over what did not change, though a new record parts all of it at another digit', () => {
    let read = 0
    const counted = (last: number): Row => {
      const account = `${last.toString(16).padStart(4, '0')}${'7'.repeat(60)}` as AccountId
      const key: Row[0] = [1, account]
      Object.defineProperty(key, 1, {
        get: () => {
          read++
          return account
        },
      })
      return [key, 1]
    }
    const tree = treeOf(Array.from({ length: 2_000 }, (_, at) => counted(at)))
    const before = tree.state
    const newcomer: Row[0] = [256, accountOf('0')]
    tree.set(newcomer, 2, {})
    const after = tree.state
    read = 0
    expect([...tree.changesSince(before)]).toEqual([[newcomer, 2]])
    tree.state = before
    expect([...tree.changesSince(after)]).toEqual([[newcomer, undefined]])
    expect(read).toBeLessThan(100)
  })

  it('hashes a page as the hash of its keys and then its records, and a branch as its digits and their hashes', () => {
    const key = (netuid: string, digit: string): string => netuid + digit.repeat(64)
    const page = (head: string, keys: string, records: string): Uint8Array =>
      sha256(bytes(head), sha256(bytes(keys)), bytes(records), bytes('00000000'))
    expect(
      rootOf(
        treeOf([
          [[258, accountOf('7')], 0x0304],
          [[1, accountOf('6')], 5],
        ]),
      ),
    ).toBe(hexOf(page('0002', `${key('0001', '6')}${key('0102', '7')}`, '05000403')))
    // 33 records: 32 under digit 0 of the first part's second digit, one under digit 1.
    const digits = [...'0123456789abcdef']
    const rows = [1, 2].flatMap((netuid) => digits.map((digit): Row => [[netuid, accountOf(digit)], 1]))
    const keys = ['0001', '0002'].flatMap((netuid) => digits.map((digit) => key(netuid, digit)))
    const under0 = page('0020', keys.join(''), '0100'.repeat(32))
    const under1 = page('0001', key('0100', '0'), '0200')
    expect(rootOf(treeOf([...rows, [[256, accountOf('0')], 2]]))).toBe(
      hexOf(sha256(bytes('010300'), under0, under1)),
    )
  })

  it('hashes a record of 256 bytes and more by its own hash, which a bit behind the records tells', () => {
    const long = (filler: number, length: number): Uint8Array => new Uint8Array(length).fill(filler)
    const written = (record: Uint8Array): Uint8Array =>
      Buffer.concat([Uint8Array.of(record.length & 255, record.length >> 8, 0, 0), record])
    const page = (keys: string, records: readonly Uint8Array[], bits: string): string =>
      hexOf(
        sha256(
          Uint8Array.of(0, records.length),
          sha256(bytes(keys)),
          ...records.map((record) => (record.length < 252 ? written(record) : sha256(written(record)))),
          bytes(bits),
        ),
      )
    const tree = new RecordTree(valueTable('texts', ['u16'], someBytes(1_000)))
    const hash = (): string => tree.hash(new ByteWriter())
    tree.set([1], long(1, 251), edit)
    tree.set([2], long(2, 252), edit)
    tree.set([3], long(3, 900), edit)
    const firstThree = page('000100020003', [long(1, 251), long(2, 252), long(3, 900)], '06000000')
    expect(hash()).toBe(firstThree)
    const taken = tree.state
    // Changed in place, in another edit, and made small; then one that moves all.
    tree.set([2], long(9, 252), edit)
    expect(hash()).toBe(page('000100020003', [long(1, 251), long(9, 252), long(3, 900)], '06000000'))
    const later = {}
    tree.set([3], long(3, 2), later)
    expect(hash()).toBe(page('000100020003', [long(1, 251), long(9, 252), long(3, 2)], '02000000'))
    tree.setEach([[1], [2]], [long(8, 300), long(7, 300)], later)
    expect(hash()).toBe(page('000100020003', [long(8, 300), long(7, 300), long(3, 2)], '03000000'))
    tree.set([0], long(5, 300), later)
    expect(hash()).toBe(
      page('0000000100020003', [long(5, 300), long(8, 300), long(7, 300), long(3, 2)], '07000000'),
    )
    tree.delete([1], later)
    expect(hash()).toBe(page('000000020003', [long(5, 300), long(7, 300), long(3, 2)], '03000000'))
    tree.state = taken
    tree.set([1], long(1, 251), {})
    expect(hash()).toBe(page('000100020003', [long(1, 251), long(9, 252), long(3, 900)], '06000000'))
    tree.set([2], long(2, 252), {})
    expect(hash()).toBe(firstThree)
  })

  it('knows the hash of the last record of a full page', () => {
    const tree = new RecordTree(valueTable('texts', ['u16'], someBytes(1_000)))
    const rows = Array.from({ length: 32 }, (_, at) => [[at], new Uint8Array(300).fill(at)] as const)
    for (const [key, record] of rows) tree.set(key, record, edit)
    const before = tree.hash(new ByteWriter())
    tree.set([31], new Uint8Array(300).fill(99), edit)
    expect(tree.hash(new ByteWriter())).not.toBe(before)
    tree.set([31], new Uint8Array(300).fill(31), {})
    expect(tree.hash(new ByteWriter())).toBe(before)
  })
})
