import { describe, expect, it } from 'vitest'
import { pageOf } from '../../../../src/ledger/queries/page.js'

/** Counts how many rows are taken. */
function* rows(count: number, taken: number[]): Generator<number> {
  for (let row = 0; row < count; row++) {
    taken.push(row)
    yield row
  }
}

const even = (row: number): string | undefined => (row % 2 === 0 ? `${row}` : undefined)
const self = (row: number): number => row

describe('pageOf', () => {
  it('takes no more rows than it shows, and the one that the next page begins with', () => {
    const taken: number[] = []
    expect(pageOf(rows(10, taken), { entries: 3 }, String, self)).toEqual({
      entries: ['0', '1', '2'],
      next: 3,
    })
    expect(taken).toEqual([0, 1, 2, 3])
  })

  it('passes rows over until it is full or has looked at enough', () => {
    const most = { entries: 3, looked: 5 }
    expect(pageOf(rows(10, []), most, even, self)).toEqual({ entries: ['0', '2', '4'], next: 5 })
    const none = pageOf(rows(10, []), most, () => undefined, self)
    expect(none).toEqual({ entries: [], next: 5 })
  })

  it('has no next page where the rows end', () => {
    expect(pageOf(rows(3, []), { entries: 3 }, String, self)).toEqual({
      entries: ['0', '1', '2'],
      next: null,
    })
    expect(pageOf(rows(0, []), { entries: 3 }, String, self)).toEqual({ entries: [], next: null })
  })
})
