import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvariantError } from '../../src/errors/index.js'
import type { AccountId } from '../../src/ledger/state/account.js'
import { ByteWriter } from '../../src/ledger/state/bytes.js'
import { amounts, u16 } from '../../src/ledger/state/columns.js'
import { RecordState } from '../../src/ledger/state/RecordState.js'
import { RecordTree, type TreeState } from '../../src/ledger/state/RecordTree.js'
import type { Key } from '../../src/ledger/state/table.js'
import { indexTable, table, valueTable } from '../../src/ledger/state/table.js'

type FullKey = readonly [number, AccountId, AccountId]
type Row<R> = readonly [key: FullKey, record: R]

const shares = valueTable('shares', ['u16', 'account', 'account'], u16())

/** Accounts of which many have their first digits in common: one digit of a stem is another. */
const accounts: fc.Arbitrary<AccountId> = fc
  .tuple(
    fc.constantFrom('0', '5', 'f'),
    fc.constantFrom(0, 1, 2, 31, 62, 63),
    fc.constantFrom(...'0123456789abcdef'),
  )
  .map(([stem, at, digit]) => `${stem.repeat(at)}${digit}${stem.repeat(63 - at)}` as AccountId)
const netuids = fc.oneof(fc.constantFrom(0, 1, 2, 15, 16, 255, 256, 4_096, 65_535), fc.nat(65_535))
const keys: fc.Arbitrary<FullKey> = fc.tuple(netuids, accounts, accounts)

const wordOf = (key: Key): string =>
  key.map((part) => (typeof part === 'number' ? part.toString(16).padStart(4, '0') : part)).join('')

/** The same records in a list that is sorted whenever somebody looks. */
class Model<R> {
  rows = new Map<string, Row<R>>()

  set(key: FullKey, record: R): void {
    this.rows.set(wordOf(key), [key, record])
  }

  delete(key: FullKey): void {
    this.rows.delete(wordOf(key))
  }

  range(prefix: Key): Row<R>[] {
    return [...this.rows]
      .filter(([word]) => word.startsWith(wordOf(prefix)))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, row]) => row)
  }
}

const rootOf = (tree: RecordTree<FullKey, number>): string => tree.hash(new ByteWriter())

/** A tree built anew from the last record to the first. */
function rebuilt(rows: readonly Row<number>[]): RecordTree<FullKey, number> {
  const tree = new RecordTree(shares)
  const edit = {}
  for (const [key, record] of rows.toReversed()) tree.set(key, record, edit)
  return tree
}

/** A pool of keys, and what is done with them by their places in it, so that keys meet again. */
const histories = fc.array(keys, { minLength: 1, maxLength: 60, size: 'max' }).chain((pool) => {
  const key = fc.constantFrom(...pool)
  const record = fc.nat(65_535)
  const kinds = { set: fc.constant('set' as const), delete: fc.constant('delete' as const) }
  return fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.record({ kind: kinds.set, key, record }) },
      { weight: 5, arbitrary: fc.record({ kind: kinds.delete, key }) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constantFrom(
            'hash' as const,
            'edit' as const,
            'take' as const,
            'check' as const,
            'return' as const,
          ),
          key,
        }),
      },
    ),
    { maxLength: 150, size: 'max' },
  )
})

describe('RecordTree', () => {
  it('is a sorted list with one root per set of records, whatever its history', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const tree = new RecordTree(shares)
        const model = new Model<number>()
        let edit = {}
        let taken: { state: TreeState<number>; rows: Model<number>['rows'] } | undefined
        const check = (key: FullKey): void => {
          const rows = model.range([])
          for (const prefix of [[], key.slice(0, 1), key.slice(0, 2), key]) {
            const all = model.range(prefix)
            const after = all.filter(([other]) => wordOf(other) >= wordOf(key))
            expect([...tree.range(prefix)]).toEqual(all)
            expect([...tree.range(prefix, key)]).toEqual(after)
            expect(tree.keysFrom(prefix, undefined, 7)).toEqual(all.slice(0, 7).map(([other]) => other))
            expect(tree.keysFrom(prefix, key, 3)).toEqual(after.slice(0, 3).map(([other]) => other))
          }
          expect(tree.get(key)).toBe(model.rows.get(wordOf(key))?.[1])
          expect(rootOf(tree)).toBe(rootOf(rebuilt(rows)))
        }
        for (const step of history) {
          if (step.kind === 'set') {
            tree.set(step.key, step.record, edit)
            model.set(step.key, step.record)
          } else if (step.kind === 'delete') {
            tree.delete(step.key, edit)
            model.delete(step.key)
          } else if (step.kind === 'hash') rootOf(tree)
          else if (step.kind === 'edit') edit = {}
          else if (step.kind === 'take') {
            taken = { state: tree.state, rows: new Map(model.rows) }
            edit = {}
          } else if (step.kind === 'check') check(step.key)
          else if (taken !== undefined) {
            const before = new Map(taken.rows)
            expect(
              [...tree.changesSince(taken.state)].filter(
                ([key, record]) => before.get(wordOf(key))?.[1] !== record,
              ),
            ).toEqual(differences(before, model.rows))
            tree.state = taken.state
            model.rows = before
            edit = {}
            check(step.key)
          }
        }
        check(history[0]?.key ?? [0, '0'.repeat(64) as AccountId, '0'.repeat(64) as AccountId])
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})

describe('records that are looked up and set together', () => {
  it('are what they would be one by one, and leave what was there before alone', () => {
    const pools = fc.uniqueArray(keys, { minLength: 1, maxLength: 60, size: 'max', selector: wordOf })
    fc.assert(
      fc.property(pools, fc.infiniteStream(fc.boolean()), (pool, coins) => {
        const some = (): FullKey[] => pool.filter(() => coins.next().value === true)
        const state = new RecordState([shares, cells])
        const alike = new RecordState([shares, cells])
        for (const key of some()) {
          for (const each of [state, alike]) each.set(shares, key, 1)
          for (const each of [state, alike]) each.set(cells, key, { kind: 1, rao: BigUint64Array.of(1n) })
        }
        for (const each of [state, alike]) each.commit()
        const before = state.root()
        const ascending = some().sort((a, b) => (wordOf(a) < wordOf(b) ? -1 : 1))
        const records = ascending.map((_, at) => ({ kind: at % 3, rao: BigUint64Array.of(BigInt(at)) }))
        state.setEach(shares, ascending, [...ascending.keys()])
        state.setEach(cells, ascending, records)
        for (const [at, key] of ascending.entries()) {
          alike.set(shares, key, at)
          alike.set(cells, key, records[at] as (typeof records)[number])
        }
        const all = pool.toSorted((a, b) => (wordOf(a) < wordOf(b) ? -1 : 1))
        expect(state.getEach(shares, all)).toEqual(all.map((key) => alike.get(shares, ...key)))
        expect(state.range(byRecord)).toEqual(alike.range(byRecord))
        expect(state.changes()).toEqual(alike.changes())
        expect(state.root()).toBe(alike.root())
        state.discard()
        expect(state.root()).toBe(before)
      }),
      { numRuns: 200 },
    )
  }, 60_000)

  it('are undone like any others after a savepoint', () => {
    const key = (digit: string): FullKey => [1, digit.repeat(64) as AccountId, '0'.repeat(64) as AccountId]
    const state = new RecordState([shares])
    state.set(shares, key('a'), 1)
    const savepoint = state.savepoint()
    state.setEach(shares, [key('a'), key('b')], [2, 3])
    expect(state.getEach(shares, [key('a'), key('b'), key('c')])).toEqual([2, 3, undefined])
    state.rollback(savepoint)
    expect(state.getEach(shares, [key('a'), key('b'), key('c')])).toEqual([1, undefined, undefined])
  })
})

/** Rows that are others than before, ascending, `undefined` where they are gone. */
function differences(
  before: ReadonlyMap<string, Row<number>>,
  after: ReadonlyMap<string, Row<number>>,
): (readonly [FullKey, number | undefined])[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .flatMap((word): (readonly [FullKey, number | undefined])[] => {
      const [old, now] = [before.get(word), after.get(word)]
      const row = now ?? old
      return row === undefined || old?.[1] === now?.[1] ? [] : [[row[0], now?.[1]]]
    })
}

const byRecord = indexTable('cellsByKind', ['u16', 'u16', 'account', 'account'])
const cells = table(
  'cells',
  ['u16', 'account', 'account'],
  { kind: u16(), rao: amounts },
  { indexes: [{ table: byRecord, keyOf: ([a, b, c], { kind }) => [kind, a, b, c] }] },
)
type Cells = { readonly kind: number; readonly rao: BigUint64Array }

const KINDS = [
  'set',
  'set',
  'set',
  'delete',
  'cell',
  'cell',
  'cell',
  'savepoint',
  'rollback',
  'discard',
  'commit',
  'root',
] as const
/** Few keys, so that one record is changed again and again, or many. */
const pools = fc.oneof(
  fc.array(keys, { minLength: 1, maxLength: 3 }),
  fc.array(keys, { minLength: 1, maxLength: 40, size: 'max' }),
)
const steps = pools.chain((pool) =>
  fc.array(
    fc.record({
      does: fc.constantFrom(...KINDS),
      key: fc.constantFrom(...pool),
      kind: fc.nat(2),
      at: fc.nat(3),
      rao: fc.oneof(
        { weight: 4, arbitrary: fc.bigInt(0n, 2n ** 64n - 1n) },
        { weight: 1, arbitrary: fc.constantFrom(-1n, 0n, 2n ** 64n - 1n, 2n ** 64n) },
      ),
    }),
    { maxLength: 120, size: 'max' },
  ),
)

describe('RecordState', () => {
  it('is what a copy of everything at each savepoint and commit would be', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const state = new RecordState([cells])
        const model = new Model<Cells>()
        const copied = () =>
          new Map(
            [...model.rows].map(([word, [key, { kind, rao }]]): [string, Row<Cells>] => [
              word,
              [key, { kind, rao: rao.slice() }],
            ]),
          )
        let committed = copied()
        let savepoints: { at: number; rows: Model<Cells>['rows'] }[] = []
        for (const { does, key, kind, at, rao } of history) {
          if (does === 'set') {
            const record = { kind, rao: BigUint64Array.of(1n, 2n, 3n) }
            state.set(cells, key, record)
            model.set(key, { kind, rao: record.rao.slice() })
          } else if (does === 'delete') {
            state.delete(cells, ...key)
            model.delete(key)
          } else if (does === 'cell') {
            const known = model.rows.get(wordOf(key))
            const set = () => state.setCell(cells, key, 'rao', at, rao)
            if (known === undefined || at > 2 || rao < 0n || rao >= 2n ** 64n)
              expect(set).toThrow(InvariantError)
            else {
              set()
              known[1].rao[at] = rao
            }
          } else if (does === 'savepoint') savepoints.push({ at: state.savepoint(), rows: copied() })
          else if (does === 'rollback') {
            const to = savepoints[at]
            if (to === undefined) continue
            state.rollback(to.at)
            savepoints = savepoints.slice(0, at)
            model.rows = to.rows
          } else if (does === 'root') checkState(state, model)
          else {
            if (does === 'commit') {
              state.commit()
              committed = copied()
            } else {
              state.discard()
              model.rows = committed
              committed = copied()
            }
            savepoints = []
          }
        }
        checkState(state, model)
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})

function checkState(state: RecordState, model: Model<Cells>): void {
  const rows = model.range([])
  expect(state.range(cells)).toEqual(rows)
  const words = rows.map(([key, { kind }]) => wordOf([kind, ...key])).sort()
  expect(state.range(byRecord).map(([key]) => wordOf(key))).toEqual(words)
  const fresh = new RecordState([cells])
  for (const [key, record] of rows.toReversed()) fresh.set(cells, key, record)
  expect(state.root()).toBe(fresh.root())
  const bytes = state.encode()
  expect(bytes).toEqual(fresh.encode())
  const loaded = new RecordState([cells])
  loaded.load(bytes)
  expect(loaded.root()).toBe(state.root())
  expect(loaded.encode()).toEqual(bytes)
}
