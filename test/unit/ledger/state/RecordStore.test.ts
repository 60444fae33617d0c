import { describe, expect, it } from 'vitest'
import { RecordStore, type Table } from '../../../../src/ledger/state/RecordStore.js'

const numbers: Table<number> = { name: 'numbers', encode: (n) => n, decode: (value) => value as number }
const names: Table<string> = { name: 'names', encode: (n) => n, decode: (value) => value as string }
const newStore = (): RecordStore => new RecordStore([numbers, names] as unknown as readonly Table<never>[])

describe('RecordStore', () => {
  it('undoes changes, new records and deletions back to a savepoint', () => {
    const store = newStore()
    store.set(numbers, 'a', 1)
    store.set(numbers, 'b', 2)
    const root = store.root()
    const savepoint = store.savepoint()
    store.set(numbers, 'a', 9)
    store.set(names, 'a', 'new')
    store.delete(numbers, 'b')
    expect(store.root()).not.toBe(root)
    store.rollback(savepoint)
    expect(store.root()).toBe(root)
    expect([store.get(numbers, 'a'), store.get(numbers, 'b'), store.get(names, 'a')]).toEqual([
      1,
      2,
      undefined,
    ])
  })

  it('keeps tables apart in its root', () => {
    const [one, other] = [newStore(), newStore()]
    one.set(names, 'a', 'x')
    other.set(names, 'b', 'x')
    expect(one.root()).not.toBe(other.root())
  })

  it('gives the same root after writing and loading everything', () => {
    const store = newStore()
    store.set(numbers, 'a', 1)
    store.set(names, 'z', 'last')
    const copy = newStore()
    copy.load(store.encode())
    expect(copy.root()).toBe(store.root())
    expect(copy.encode()).toEqual([
      ['numbers', [['a', 1]]],
      ['names', [['z', 'last']]],
    ])
  })

  it('refuses tables it does not have and savepoints that are gone', () => {
    const store = new RecordStore([numbers] as unknown as readonly Table<never>[])
    expect(() => store.get(names, 'a')).toThrow('the store has no table names')
    expect(() => store.load([['others', []]])).toThrow('no table is called others')
    expect(() => store.rollback(1)).toThrow('a savepoint lies beyond the journal')
  })
})
