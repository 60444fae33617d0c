import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amounts, wholes } from '../../src/ledger/state/columns.js'
import { RecordState } from '../../src/ledger/state/RecordState.js'
import type { ChangeSet } from '../../src/ledger/state/Store.js'
import { table } from '../../src/ledger/state/table.js'

const figures = table('figures', [], { rao: amounts, block: wholes })

interface Figures {
  readonly rao: BigUint64Array
  readonly block: Float64Array
}

/** Figures that nobody else has. */
const copyOf = ({ rao, block }: Figures): Figures => ({ rao: rao.slice(), block: block.slice() })

const DEEDS = [
  'set',
  'delete',
  'cell',
  'cell',
  'edit',
  'savepoint',
  'rollback',
  'discard',
  'commit',
  'commit',
  'store',
  'root',
] as const

const steps = fc.array(
  fc.record({
    does: fc.constantFrom(...DEEDS),
    length: fc.integer({ min: 1, max: 40 }),
    at: fc.nat(3),
    value: fc.nat(1_000_000),
  }),
  { maxLength: 120, size: 'max' },
)

describe('The record of a table without keys', () => {
  it('is what a copy at each savepoint and commit would be, and changes nothing that others hold', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const state = new RecordState([figures])
        /** What was handed in and out, and what it was. */
        const held: { readonly record: Figures; readonly was: Figures }[] = []
        const hold = (record: Figures): void => {
          held.push({ record, was: copyOf(record) })
        }
        let now: Figures | undefined
        let committed: Figures | undefined
        let savepoints: { readonly at: number; readonly was: Figures | undefined }[] = []
        const check = (): void => {
          expect(state.get(figures)).toEqual(now)
          const fresh = new RecordState([figures])
          if (now !== undefined) fresh.set(figures, [], copyOf(now))
          expect(state.root()).toBe(fresh.root())
          expect(state.encode()).toEqual(fresh.encode())
          for (const { record, was } of held) expect(record).toEqual(was)
        }
        for (const { does, length, at, value } of history) {
          if (does === 'set') {
            const record = {
              rao: new BigUint64Array(length).fill(BigInt(value)),
              block: new Float64Array(length),
            }
            hold(record)
            state.set(figures, [], record)
            now = copyOf(record)
          } else if (does === 'delete') {
            state.delete(figures)
            now = undefined
          } else if (does === 'cell' && now !== undefined && at < now.rao.length) {
            state.setCell(figures, [], 'rao', at, BigInt(value))
            state.setCell(figures, [], 'block', at, value)
            now = copyOf(now)
            now.rao[at] = BigInt(value)
            now.block[at] = value
          } else if (does === 'edit' && now !== undefined && savepoints.length === 0) {
            state.columnsToEdit(figures).block.fill(value)
            now = copyOf(now)
            now.block.fill(value)
          } else if (does === 'savepoint') savepoints.push({ at: state.savepoint(), was: now && copyOf(now) })
          else if (does === 'rollback') {
            const to = savepoints[at]
            if (to === undefined) continue
            state.rollback(to.at)
            savepoints = savepoints.slice(0, at + 1)
            now = to.was
          } else if (does === 'root') check()
          else if (does === 'discard') {
            state.discard()
            now = committed && copyOf(committed)
            savepoints = []
          } else if (does === 'commit' || does === 'store') {
            const write = (changes: ChangeSet): void => {
              for (const { record } of changes) if (record !== undefined) hold(record as Figures)
            }
            if (does === 'commit') state.commit()
            else state.commit({ get: () => undefined, range: () => [], write })
            committed = now && copyOf(now)
            savepoints = []
          }
        }
        check()
      }),
      { numRuns: 500 },
    )
  }, 60_000)

  it('takes turns in two places while a chain only moves figures, and leaves both when a store has them', () => {
    const state = new RecordState([figures])
    state.set(figures, [], { rao: BigUint64Array.of(1n), block: Float64Array.of(1) })
    state.commit()
    const places: unknown[] = []
    for (let block = 0; block < 6; block++) {
      state.setCell(figures, [], 'block', 0, block)
      places.push(state.get(figures))
      state.commit()
    }
    expect(new Set(places).size).toBe(2)
    const handed: unknown[] = []
    for (let block = 0; block < 6; block++) {
      state.setCell(figures, [], 'block', 0, block)
      state.commit({
        get: () => undefined,
        range: () => [],
        write: ([change]) => handed.push(change?.record),
      })
    }
    expect(new Set(handed).size).toBe(6)
    expect(handed).toMatchObject([0, 1, 2, 3, 4, 5].map((block) => ({ block: Float64Array.of(block) })))
  })
})
