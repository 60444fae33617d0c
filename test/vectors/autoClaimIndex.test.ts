import { describe, expect, it } from 'vitest'
import { drawnColdkeys, joinAutoClaims, leaveAutoClaims } from '../../src/ledger/money/autoClaims.js'
import { LedgerState } from '../../src/ledger/state/LedgerState.js'
import { autoClaims, chain } from '../../src/ledger/state/tables.js'
import { parseEconomicsFile } from './economicsFile.js'
import { idOf, numberOf } from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

type Operation =
  | { readonly op: 'add' | 'last_root_stake_removed'; readonly coldkey: number }
  | { readonly op: 'pick'; readonly parent_hash_hex: string; readonly count: number }

function applied(state: LedgerState, operation: Operation): object {
  const picked =
    operation.op === 'pick' ? drawnColdkeys(state, operation.parent_hash_hex, operation.count) : undefined
  if (operation.op === 'add') joinAutoClaims(state, idOf(operation.coldkey))
  if (operation.op === 'last_root_stake_removed') leaveAutoClaims(state, idOf(operation.coldkey))
  const index = state.range(autoClaims).map(([, coldkey]) => numberOf(coldkey))
  return picked === undefined ? { index } : { index, picked_coldkeys: picked.map(numberOf) }
}

const file = vectorFiles('ledger').find(({ name }) => name === 'auto_claim_index.json')

describe('auto_claim_index.json', () => {
  const { cases } = parseEconomicsFile('auto_claim_index.json', file?.content)
  it.each(cases.map(({ input, expected }, index) => ({ index, input, expected })))(
    'case $index leaves the same list and draws the same coldkeys after each operation',
    ({ input, expected }) => {
      const { operations } = input as { readonly operations: readonly Operation[] }
      const state = new LedgerState()
      state.set(chain, [], chain.blank())
      expect({ after_each: operations.map((operation) => applied(state, operation)) }).toEqual(expected)
    },
  )
})
