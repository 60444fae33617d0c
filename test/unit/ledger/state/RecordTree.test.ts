import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hexOf } from '../../../../src/crypto/index.js'
import type { AccountId } from '../../../../src/ledger/state/account.js'
import { ByteWriter } from '../../../../src/ledger/state/bytes.js'
import { u16 } from '../../../../src/ledger/state/columns.js'
import { RecordTree } from '../../../../src/ledger/state/RecordTree.js'
import { valueTable } from '../../../../src/ledger/state/table.js'
import { SeededRandom } from '../../../../src/math/index.js'
import { accountOf } from './harness.js'

const table = valueTable('numbers', ['u16', 'account'], u16())
type Row = readonly [key: readonly [number, AccountId], record: number]

const edit = {}
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
    const sha256 = (...parts: Uint8Array[]): Uint8Array =>
      createHash('sha256').update(Buffer.concat(parts)).digest()
    const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
    const key = (netuid: string, digit: string): string => netuid + digit.repeat(64)
    const page = (head: string, keys: string, records: string): Uint8Array =>
      sha256(bytes(head), sha256(bytes(keys)), bytes(records))
    expect(
      rootOf(
        treeOf([
          [[258, accountOf('7')], 0x0304],
          [[1, accountOf('6')], 5],
        ]),
      ),
    ).toBe(hexOf(page('0002', `${key('0001', '6')}${key('0102', '7')}`, '05000403')))
    // 17 records: 16 under digit 0 of the first part's second digit, one under digit 1.
    const sixteen = [...'0123456789abcdef'].map((digit): Row => [[1, accountOf(digit)], 1])
    const sixteenKeys = [...'0123456789abcdef'].map((digit) => key('0001', digit)).join('')
    const under0 = page('0010', sixteenKeys, '0100'.repeat(16))
    const under1 = page('0001', key('0100', '0'), '0200')
    expect(rootOf(treeOf([...sixteen, [[256, accountOf('0')], 2]]))).toBe(
      hexOf(sha256(bytes('010300'), under0, under1)),
    )
  })
})
