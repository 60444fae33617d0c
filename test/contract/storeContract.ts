import { describe, expect, it } from 'vitest'
import type { AccountId } from '../../src/ledger/state/account.js'
import { account, amounts, flag, nullable, safeFloat, text, u16 } from '../../src/ledger/state/columns.js'
import { RecordState } from '../../src/ledger/state/RecordState.js'
import type { Change, Store } from '../../src/ledger/state/Store.js'
import { type Key, type Table, table, valueTable } from '../../src/ledger/state/table.js'
import { SeededRandom } from '../../src/math/index.js'

const [alice, bob, carol] = ['a1', 'b2', 'c3'].map((digits) => digits.repeat(32)) as [
  AccountId,
  AccountId,
  AccountId,
]

const settings = valueTable('settings', [], text(64))
const shares = valueTable('shares', ['u16', 'account', 'account'], safeFloat)
const subnets = table('subnets', ['u16'], {
  owner: account,
  isOpen: flag,
  takeU16: nullable(u16()),
  rao: amounts,
})

/** Tables of the records that a store under test has to hold. */
export const STORED: readonly Table<Key, unknown>[] = [settings, shares, subnets]

const share = (mantissa: bigint) => ({ mantissa, exponent: -3 })
const subnet = (owner: AccountId) => ({
  owner,
  isOpen: true,
  takeU16: null,
  rao: BigUint64Array.of(1n, 2n ** 64n - 1n),
})
const change = <K extends Key, R>(table: Table<K, R>, key: K, record: R | undefined): Change => ({
  table,
  key,
  record,
})

/** Out of order, and more than lie on a page of a tree. */
const positions = new SeededRandom('positions').shuffled(
  [0, 1, 2, 15, 16, 255, 256, 65_535].flatMap((netuid) =>
    [alice, bob, carol].flatMap((hotkey) =>
      [alice, bob].map((coldkey) => [netuid, hotkey, coldkey] as const),
    ),
  ),
)

const everything: readonly Change[] = [
  change(settings, [], 'slow'),
  ...positions.map((key) => change(shares, key, share(BigInt(key[0] + 1)))),
  change(subnets, [1], subnet(alice)),
  change(subnets, [256], subnet(bob)),
]

const heldBy = (store: Store): unknown => STORED.map((table) => [...store.range(table, [])])

/** What every place for a ledger's records must do. `open` gives an empty one for {@link STORED}. */
export function describeStoreContract(name: string, open: () => Store): void {
  const filled = (): Store => {
    const store = open()
    store.write(everything)
    return store
  }

  describe(`a ${name} store`, () => {
    it('is empty at first', () => {
      const store = open()
      expect(store.get(settings, [])).toBe(undefined)
      expect(store.get(shares, [1, alice, bob])).toBe(undefined)
      expect(heldBy(store)).toEqual([[], [], []])
    })

    it('gives the records that were written, whatever their columns', () => {
      const store = filled()
      expect(store.get(settings, [])).toBe('slow')
      expect(store.get(shares, [256, carol, bob])).toEqual(share(257n))
      expect(store.get(subnets, [1])).toEqual(subnet(alice))
      expect(store.get(subnets, [2])).toBe(undefined)
      expect(store.get(shares, [3, alice, alice])).toBe(undefined)
    })

    it('gives what lies under a prefix, ascending: numbers by size, accounts by their bytes', () => {
      const store = filled()
      const keysUnder = (...prefix: Key) => [...store.range(shares, prefix)].map(([key]) => key)
      expect(keysUnder().map(([netuid]) => netuid)).toEqual(
        [0, 1, 2, 15, 16, 255, 256, 65_535].flatMap((netuid) => new Array<number>(6).fill(netuid)),
      )
      expect(keysUnder(255)).toEqual([
        [255, alice, alice],
        [255, alice, bob],
        [255, bob, alice],
        [255, bob, bob],
        [255, carol, alice],
        [255, carol, bob],
      ])
      expect(keysUnder(2, bob)).toEqual([
        [2, bob, alice],
        [2, bob, bob],
      ])
      expect([...store.range(shares, [16, carol, alice])]).toEqual([[[16, carol, alice], share(17n)]])
      expect([keysUnder(3), keysUnder(2, 'd4'.repeat(32) as AccountId)]).toEqual([[], []])
      expect([...store.range(settings, [])]).toEqual([[[], 'slow']])
    })

    it('replaces and removes records, and leaves the others', () => {
      const store = filled()
      store.write([
        change(settings, [], undefined),
        change(shares, [1, alice, bob], undefined),
        change(shares, [1, bob, alice], share(77n)),
        change(shares, [4, bob, alice], undefined),
        change(subnets, [1], { ...subnet(carol), takeU16: 0 }),
      ])
      expect(store.get(settings, [])).toBe(undefined)
      expect([...store.range(shares, [1])].map(([, { mantissa }]) => mantissa)).toEqual([2n, 77n, 2n, 2n, 2n])
      expect([...store.range(shares, [])].length).toBe(positions.length - 1)
      expect(store.get(subnets, [1])).toEqual({ ...subnet(carol), takeU16: 0 })
      expect(store.get(subnets, [256])).toEqual(subnet(bob))
    })

    it('takes nothing of a change set in which something fails', () => {
      const store = filled()
      const before = heldBy(store)
      const failing: Change = {
        table: subnets,
        key: [9],
        get record(): never {
          throw new RangeError('no such record')
        },
      }
      const changes = [change(settings, [], 'fast'), change(shares, [1, alice, bob], undefined), failing]
      expect(() => store.write(changes)).toThrow('no such record')
      expect(heldBy(store)).toEqual(before)
      store.write(changes.slice(0, 2))
      expect(store.get(settings, [])).toBe('fast')
      expect(store.get(shares, [1, alice, bob])).toBe(undefined)
    })

    it('keeps what a state committed while the next block goes on, and gives the state back', () => {
      const store = open()
      const state = new RecordState(STORED)
      for (const { table, key, record } of everything) state.set(table, key, record)
      state.commit(store)
      const root = state.root()
      state.setCell(subnets, [1], 'rao', 0, 9n)
      state.delete(shares, 1, alice, bob)
      expect(store.get(subnets, [1])).toEqual(subnet(alice))
      expect(opened(store).root()).toBe(root)
      state.commit(store)
      expect(store.get(subnets, [1])?.rao[0]).toBe(9n)
      expect(opened(store).root()).toBe(state.root())
      expect(opened(store).encode()).toEqual(state.encode())
    })
  })
}

function opened(store: Store): RecordState {
  const state = new RecordState(STORED)
  state.loadFrom((table) => store.range(table, []))
  return state
}
