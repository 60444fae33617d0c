import { describe, expect, it } from 'vitest'
import { InvariantError } from '../../../../src/errors/index.js'
import type { AccountId } from '../../../../src/ledger/state/account.js'
import { ByteWriter } from '../../../../src/ledger/state/bytes.js'
import { amount, u16 } from '../../../../src/ledger/state/columns.js'
import { RecordState } from '../../../../src/ledger/state/RecordState.js'
import type { ChangeSet, Store } from '../../../../src/ledger/state/Store.js'
import {
  indexTable,
  type Key,
  type Table,
  table,
  valueTable,
  writeKey,
} from '../../../../src/ledger/state/table.js'
import {
  accountOf,
  alice,
  balances,
  bob,
  carol,
  columns,
  members,
  membersByOwner,
  TABLES,
  threeEntries,
} from './harness.js'

/** Two accounts, two members and one record of columns, committed. */
function filled(): RecordState {
  const state = new RecordState(TABLES)
  state.set(balances, [alice], { rao: 5n, nonce: 0 })
  state.set(balances, [bob], { rao: 7n, nonce: 1 })
  state.set(members, [1, alice], { owner: carol, takeU16: 10 })
  state.set(members, [2, bob], { owner: carol, takeU16: 20 })
  state.set(columns, [1], threeEntries())
  state.commit()
  return state
}

/** All that can be read of a state. */
const told = (state: RecordState) => ({
  records: TABLES.map((table) => state.range(table as Table<Key, unknown>)),
  owned: state.range(membersByOwner),
  root: state.root(),
  bytes: state.encode(),
})

/** Changes of every kind. */
function changeAll(state: RecordState): void {
  state.set(balances, [alice], { rao: 99n, nonce: 3 })
  state.set(balances, [carol], { rao: 1n, nonce: 0 })
  state.delete(balances, bob)
  state.set(members, [1, alice], { owner: bob, takeU16: 10 })
  state.delete(members, 2, bob)
  state.set(members, [3, carol], { owner: carol, takeU16: 1 })
  state.setCell(columns, [1], 'rao', 2, 30n)
  state.setCell(columns, [1], 'lastUpdate', 0, 11)
  state.setCell(columns, [1], 'active', 1, 0)
  state.setCell(columns, [1], 'weightU16', 1, 65_535)
  state.set(columns, [2], threeEntries())
}

const store = (write: (changes: ChangeSet) => unknown): Store => ({
  get: () => undefined,
  range: () => [],
  write,
})

describe('RecordState', () => {
  it('gives what was set, a blank record where there is none, and what lies under a prefix in order', () => {
    const state = filled()
    state.set(members, [1, carol], { owner: bob, takeU16: 1 })
    state.set(members, [256, alice], { owner: bob, takeU16: 2 })
    expect(state.get(balances, bob)).toEqual({ rao: 7n, nonce: 1 })
    expect(state.get(balances, carol)).toBe(undefined)
    expect(state.getOrBlank(balances, carol)).toEqual({ rao: 0n, nonce: 0 })
    expect(state.range(members, 1).map(([key]) => key)).toEqual([
      [1, alice],
      [1, carol],
    ])
    expect(state.range(members).map(([[netuid]]) => netuid)).toEqual([1, 1, 2, 256])
    expect(state.range(members, 2, bob)).toEqual([[[2, bob], { owner: carol, takeU16: 20 }]])
    expect(state.range(members, 3)).toEqual([])
  })

  it('refuses tables and records it does not have, and a blank where nobody is nobody', () => {
    const state = new RecordState([balances])
    expect(() => state.get(members, 1, alice)).toThrow('the state has no table members')
    expect(() => state.required(balances, alice)).toThrow(`there is no balances record ${alice}`)
    expect(() => filled().getOrBlank(members, 9, alice)).toThrow('members has no blank owner')
  })
})

describe('rollback', () => {
  it('undoes sets, deletions and entries back to a savepoint, in records, order, root and bytes', () => {
    const state = filled()
    const before = told(state)
    const savepoint = state.savepoint()
    changeAll(state)
    expect(state.root()).not.toBe(before.root)
    state.rollback(savepoint)
    expect(told(state)).toEqual(before)
  })

  it('undoes the inner of two savepoints and keeps what came between them', () => {
    const state = filled()
    const before = told(state)
    const outer = state.savepoint()
    state.setCell(columns, [1], 'rao', 0, 50n)
    state.set(balances, [carol], { rao: 2n, nonce: 0 })
    const between = told(state)
    const inner = state.savepoint()
    state.setCell(columns, [1], 'rao', 0, 60n)
    changeAll(state)
    state.rollback(inner)
    expect(told(state)).toEqual(between)
    state.rollback(outer)
    expect(told(state)).toEqual(before)
  })

  it('undoes entries of a record that was replaced and deleted meanwhile', () => {
    const state = filled()
    state.setCell(columns, [1], 'rao', 0, 40n)
    const before = told(state)
    const savepoint = state.savepoint()
    state.setCell(columns, [1], 'rao', 0, 41n)
    state.set(columns, [1], { ...threeEntries(), rao: BigUint64Array.of(8n, 9n) })
    state.setCell(columns, [1], 'rao', 1, 42n)
    state.delete(columns, 1)
    state.set(columns, [1], threeEntries())
    state.setCell(columns, [1], 'weightU16', 0, 43)
    state.rollback(savepoint)
    expect(state.get(columns, 1)?.rao).toEqual(BigUint64Array.of(40n, 2n, 3n))
    expect(told(state)).toEqual(before)
  })

  it('leaves what came before the first savepoint', () => {
    const state = filled()
    changeAll(state)
    const before = told(state)
    const savepoint = state.savepoint()
    state.setCell(columns, [1], 'rao', 2, 77n)
    state.delete(columns, 2)
    state.rollback(savepoint)
    expect(told(state)).toEqual(before)
  })

  it('refuses a savepoint that is gone', () => {
    const state = filled()
    state.savepoint()
    state.set(balances, [alice], { rao: 1n, nonce: 1 })
    const savepoint = state.savepoint()
    state.commit()
    expect(() => state.rollback(savepoint)).toThrow('a savepoint lies beyond the journal')
  })
})

describe('setCell', () => {
  it('leaves records that were set or read before the block as they were', () => {
    const state = filled()
    const mine = threeEntries()
    state.set(columns, [2], mine)
    state.commit()
    const read = state.required(columns, 1)
    for (const netuid of [1, 2]) state.setCell(columns, [netuid], 'rao', 0, 1_000n)
    expect([mine.rao[0], read.rao[0]]).toEqual([1n, 1n])
    const second = state.required(columns, 1)
    state.commit()
    state.setCell(columns, [1], 'rao', 0, 2_000n)
    expect([second.rao[0], state.required(columns, 1).rao[0]]).toEqual([1_000n, 2_000n])
  })

  it('leaves a record as it was that was set in the same block', () => {
    const state = filled()
    const mine = threeEntries()
    state.set(columns, [2], mine)
    state.setCell(columns, [2], 'lastUpdate', 2, 31)
    expect(mine.lastUpdate[2]).toBe(30)
    expect(state.required(columns, 2).lastUpdate).toEqual(Float64Array.of(10, 20, 31))
  })

  it('changes the root with every entry, also when the root was asked for in between', () => {
    const state = filled()
    const roots = [state.root()]
    for (const rao of [50n, 51n, 1n]) {
      state.setCell(columns, [1], 'rao', 0, rao)
      roots.push(state.root())
    }
    expect(new Set(roots).size).toBe(3)
    expect(roots[3]).toBe(roots[0])
  })

  it.each([-1n, 2n ** 64n])('refuses %s in a column of 64 bits', (value) => {
    const state = filled()
    const before = told(state)
    expect(() => state.setCell(columns, [1], 'rao', 1, value)).toThrow(InvariantError)
    expect(() => state.setCell(columns, [1], 'rao', 1, value)).toThrow(`columns rao 1 would be ${value}`)
    expect(told(state)).toEqual(before)
  })

  it('takes the largest number of 64 bits', () => {
    const state = filled()
    state.setCell(columns, [1], 'rao', 1, 2n ** 64n - 1n)
    expect(state.get(columns, 1)?.rao[1]).toBe(18_446_744_073_709_551_615n)
  })

  it('refuses entries and records that are not there', () => {
    const state = filled()
    expect(() => state.setCell(columns, [1], 'rao', 3, 1n)).toThrow('columns has no entry 3')
    expect(() => state.setCell(columns, [9], 'rao', 0, 1n)).toThrow('there is no columns record 9')
  })
})

describe('columnsToEdit', () => {
  it('gives columns that only a discard undoes, and none once there is a savepoint', () => {
    const state = filled()
    const before = told(state)
    state.columnsToEdit(columns, 1).rao.fill(9n)
    expect(state.get(columns, 1)?.rao).toEqual(BigUint64Array.of(9n, 9n, 9n))
    expect(state.root()).not.toBe(before.root)
    state.discard()
    expect(told(state)).toEqual(before)
    state.savepoint()
    expect(() => state.columnsToEdit(columns, 1)).toThrow('columns is edited where calls may be undone')
  })
})

describe('discard', () => {
  it('goes back to the last commit, with and without savepoints', () => {
    const state = filled()
    const before = told(state)
    changeAll(state)
    state.discard()
    expect(told(state)).toEqual(before)
    changeAll(state)
    state.savepoint()
    state.setCell(columns, [1], 'rao', 0, 8n)
    state.delete(columns, 2)
    state.discard()
    expect(told(state)).toEqual(before)
    expect(state.changes()).toEqual([])
  })

  it('leaves nothing of an empty state', () => {
    const state = new RecordState(TABLES)
    state.set(columns, [1], threeEntries())
    state.set(members, [1, alice], { owner: carol, takeU16: 10 })
    state.discard()
    expect(told(state)).toEqual(told(new RecordState(TABLES)))
  })
})

describe('commit', () => {
  it('gives each changed record once, tables as declared, keys ascending, and nothing the next time', () => {
    const state = filled()
    changeAll(state)
    state.set(members, [1, alice], { owner: bob, takeU16: 11 })
    state.setCell(columns, [1], 'rao', 2, 31n)
    expect(state.changes().map(({ table, key, record }) => [table.name, key, record])).toEqual([
      ['balances', [alice], { rao: 99n, nonce: 3 }],
      ['balances', [bob], undefined],
      ['balances', [carol], { rao: 1n, nonce: 0 }],
      ['members', [1, alice], { owner: bob, takeU16: 11 }],
      ['members', [2, bob], undefined],
      ['members', [3, carol], { owner: carol, takeU16: 1 }],
      [
        'columns',
        [1],
        {
          block: 7,
          rao: BigUint64Array.of(1n, 2n, 31n),
          lastUpdate: Float64Array.of(11, 20, 30),
          active: Uint8Array.of(0, 0, 0),
          weightU16: Uint16Array.of(100, 65_535, 300),
        },
      ],
      ['columns', [2], threeEntries()],
    ])
    state.commit()
    expect(state.changes()).toEqual([])
  })

  it('hands the same changes to the store', () => {
    const state = filled()
    changeAll(state)
    const changes = state.changes()
    const handed: ChangeSet[] = []
    state.commit(store((given) => handed.push(given)))
    expect(handed).toEqual([changes])
  })

  it('gives nothing that was undone, and nothing that came and went', () => {
    const state = filled()
    const savepoint = state.savepoint()
    state.set(balances, [alice], { rao: 99n, nonce: 3 })
    state.delete(balances, bob)
    state.rollback(savepoint)
    state.set(balances, [carol], { rao: 1n, nonce: 0 })
    state.delete(balances, carol)
    expect(state.changes()).toEqual([])
  })

  it('leaves everything as it was and uncommitted when the store fails', () => {
    const state = filled()
    const committed = told(state)
    state.setCell(columns, [1], 'rao', 0, 15n)
    const savepoint = state.savepoint()
    const sound = told(state)
    changeAll(state)
    const changed = told(state)
    const failing = store(() => {
      throw new RangeError('the disk is full')
    })
    expect(() => state.commit(failing)).toThrow(new RangeError('the disk is full'))
    expect(told(state)).toEqual(changed)
    state.rollback(savepoint)
    expect(told(state)).toEqual(sound)
    changeAll(state)
    expect(state.changes().length).toBe(8)
    state.commit()
    expect(told(state)).toEqual(changed)

    state.set(balances, [bob], { rao: 1n, nonce: 1 })
    expect(() => state.commit(failing)).toThrow(RangeError)
    state.discard()
    expect(told(state)).toEqual(changed)
    expect(changed.root).not.toBe(committed.root)
  })

  it('hands over records that later blocks leave alone', () => {
    const state = filled()
    state.setCell(columns, [1], 'rao', 0, 15n)
    const handed: ChangeSet[] = []
    state.commit(store((given) => handed.push(given)))
    state.setCell(columns, [1], 'rao', 0, 16n)
    expect(handed).toMatchObject([[{ key: [1], record: { rao: BigUint64Array.of(15n, 2n, 3n) } }]])
  })
})

describe('an index', () => {
  it('follows records that come, move and go', () => {
    const state = filled()
    const ofCarol = () => state.range(membersByOwner, carol).map(([[, netuid, hotkey]]) => [netuid, hotkey])
    expect(ofCarol()).toEqual([
      [1, alice],
      [2, bob],
    ])
    state.set(members, [1, alice], { owner: bob, takeU16: 10 })
    expect(ofCarol()).toEqual([[2, bob]])
    expect(state.range(membersByOwner, bob).map(([key]) => key)).toEqual([[bob, 1, alice]])
    state.set(members, [2, bob], { owner: carol, takeU16: 21 })
    state.set(members, [2, accountOf('00')], { owner: carol, takeU16: 22 })
    expect(ofCarol()).toEqual([
      [2, accountOf('00')],
      [2, bob],
    ])
    state.delete(members, 2, bob)
    expect(ofCarol()).toEqual([[2, accountOf('00')]])
    expect(state.get(membersByOwner, carol, 2, bob)).toBe(undefined)
  })

  it('follows a rollback and a discard', () => {
    const state = filled()
    const before = state.range(membersByOwner)
    const savepoint = state.savepoint()
    changeAll(state)
    expect(state.range(membersByOwner)).not.toEqual(before)
    state.rollback(savepoint)
    expect(state.range(membersByOwner)).toEqual(before)
    changeAll(state)
    state.discard()
    expect(state.range(membersByOwner)).toEqual(before)
  })

  it('is no part of root and bytes', () => {
    const unordered = { ...members, indexes: [] }
    const [plain, indexed] = [new RecordState([unordered]), new RecordState([members])]
    plain.set(unordered, [1, alice], { owner: bob, takeU16: 1 })
    indexed.set(members, [1, alice], { owner: bob, takeU16: 1 })
    expect(plain.root()).toBe(indexed.root())
    expect(plain.encode()).toEqual(indexed.encode())
  })
})

describe('root', () => {
  it('depends on the records alone, not on how they came about', () => {
    const state = filled()
    changeAll(state)
    const other = new RecordState(TABLES)
    other.load(state.encode())
    expect(other.root()).toBe(state.root())
  })

  it('keeps tables apart', () => {
    const twins = { ...balances, name: 'twins' }
    const [one, other] = [new RecordState([balances, twins]), new RecordState([balances, twins])]
    one.set(balances, [alice], { rao: 1n, nonce: 0 })
    other.set(twins, [alice], { rao: 1n, nonce: 0 })
    expect(one.root()).not.toBe(other.root())
  })
})

describe('load', () => {
  const bytes = filled().encode()
  const load = (given: Uint8Array) => () => new RecordState(TABLES).load(given)

  it('gives the state back that encode wrote', () => {
    const state = new RecordState(TABLES)
    state.load(bytes)
    expect(told(state)).toEqual(told(filled()))
  })

  it('refuses bytes that end anywhere else than at the end', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(load(bytes.subarray(0, length)), `${length} bytes`).toThrow(InvariantError)
    }
    expect(load(Uint8Array.of(...bytes, 0))).toThrow('bytes are left over')
  })

  it('refuses tables of another order, and records out of order or twice', () => {
    const turned = new RecordState([members, balances, columns]).encode()
    expect(load(turned)).toThrow('table balances is missing')
    const accounts = (...list: AccountId[]): Uint8Array => {
      const writer = new ByteWriter()
      for (const { name } of TABLES) {
        const rows = name === 'balances' ? list : []
        writer.text(name)
        writer.u32(rows.length)
        for (const account of rows) {
          writeKey(writer, [account], balances.parts)
          balances.write(writer, { rao: 1n, nonce: 0 })
        }
      }
      return writer.taken().slice()
    }
    expect(load(accounts(alice, bob, carol))).not.toThrow()
    expect(load(accounts(alice, carol, bob))).toThrow(InvariantError)
    expect(load(accounts(alice, alice, bob))).toThrow(InvariantError)
  })
})

describe('An amount that does not fit', () => {
  it('is written nowhere, and leaves no trace in later hashes', () => {
    const purses = table('purses', ['u16'], { nonce: u16(), balanceRao: amount })
    const state = new RecordState([purses])
    state.set(purses, [1], { nonce: 1, balanceRao: 5n })
    state.commit()
    const root = state.root()
    for (const balanceRao of [-1n, 2n ** 64n]) {
      state.set(purses, [2], { nonce: 2, balanceRao })
      expect(() => state.root()).toThrow(InvariantError)
      expect(() => state.encode()).toThrow(InvariantError)
      state.discard()
      state.set(purses, [1], { nonce: 1, balanceRao: 5n })
      expect(state.root()).toBe(root)
    }
  })
})

describe('tables of one key group', () => {
  const some = valueTable('some', ['u16', 'account'], u16(), { keyGroup: 'group' })
  const others = valueTable('others', ['u16', 'account'], u16(), { keyGroup: 'group' })
  const turned = indexTable('turned', ['u16', 'account'], 'group')
  const source = valueTable('source', ['account', 'u16'], u16(), {
    indexes: [{ table: turned, keyOf: ([account, netuid]) => [netuid, account] }],
  })
  const keys = Array.from({ length: 100 }, (_, at) => [at % 7, accountOf(`${at}`.padStart(2, '0'))] as const)

  it('share keys, whichever had one first, and differ in nothing else', () => {
    const state = new RecordState([some, others, source])
    for (const [at, [netuid, account]] of keys.entries()) {
      const tables = at % 2 === 0 ? [some, others] : [others, some]
      for (const table of tables) state.set(table, [netuid, account], at)
      state.set(source, [account, netuid], at)
    }
    const listed = [some, others, turned].map((table) => state.keysFrom(table, [], undefined, 1_000))
    expect(listed[0]).toHaveLength(100)
    for (const list of listed.slice(1))
      for (const [at, key] of list.entries()) expect(key).toBe(listed[0]?.[at])
    for (const [netuid, account] of keys.slice(50)) state.delete(some, netuid, account)
    expect(state.range(some)).toHaveLength(50)
    expect(state.range(others)).toHaveLength(100)
    const alone = new RecordState([some, others, source])
    for (const table of [some, others, source] as unknown as readonly Table<Key, number>[]) {
      for (const [key, record] of [...state.range(table)].reverse()) alone.set(table, [...key], record)
    }
    expect(alone.root()).toBe(state.root())
    expect(alone.encode()).toEqual(state.encode())
  })
})
