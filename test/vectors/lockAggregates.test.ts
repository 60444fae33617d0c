import { describe, expect, it } from 'vitest'
import { comparable, parseEconomicsFile } from './economicsFile.js'
import { LockBook, type LockInput } from './lockAggregates.js'
import { vectorFiles } from './vectorsDir.js'

const file = vectorFiles('ledger').find(({ name }) => name === 'lock_aggregates.json')

describe('lock_aggregates.json', () => {
  const { cases } = parseEconomicsFile('lock_aggregates.json', file?.content)
  it.each(cases.map(({ input, expected }, index) => ({ index, input: input as LockInput, expected })))(
    'case $index leaves the same locks and aggregates after each operation',
    ({ input, expected }) => {
      const { after_each } = expected as { readonly after_each: readonly object[] }
      const book = new LockBook(input.initial)
      expect(after_each.length).toBe(input.operations.length)
      input.operations.forEach((operation, step) => {
        const error = book.apply(operation)
        const said = `step ${step}, ${operation.op}`
        expect(comparable({ ...book.state(), error }), said).toEqual(comparable(after_each[step]))
      })
    },
  )
})
