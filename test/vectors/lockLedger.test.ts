import { describe, expect, it } from 'vitest'
import { comparable, parseEconomicsFile } from './economicsFile.js'
import type { LockInput } from './lockAggregates.js'
import { LockLedger } from './lockLedger.js'
import { vectorFiles } from './vectorsDir.js'

const file = vectorFiles('ledger').find(({ name }) => name === 'lock_aggregates.json')

describe('lock_aggregates.json, done by the ledger', () => {
  const { cases } = parseEconomicsFile('lock_aggregates.json', file?.content)
  it.each(cases.map(({ input, expected }, index) => ({ index, input: input as LockInput, expected })))(
    'case $index leaves the same records after each call and each check of the owner',
    ({ input, expected }) => {
      const { after_each } = expected as { readonly after_each: readonly object[] }
      const ledger = new LockLedger(input.initial)
      expect(after_each.length).toBe(input.operations.length)
      input.operations.forEach((operation, step) => {
        const error = ledger.apply(operation)
        const said = `step ${step}, ${operation.op}`
        expect(comparable({ ...ledger.state(), error }), said).toEqual(comparable(after_each[step]))
      })
    },
  )
})
