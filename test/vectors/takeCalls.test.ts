import { describe, expect, it } from 'vitest'
import { hotkeys } from '../../src/ledger/state/tables.js'
import { callContextAt, errorOf } from './callContext.js'
import { parseEconomicsFile } from './economicsFile.js'
import { hotkeyOf, idOf } from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

type Operation =
  | {
      readonly op: 'increase_take' | 'decrease_take'
      readonly coldkey: number
      readonly hotkey: number
      readonly take_u16: number
    }
  | { readonly op: 'advance'; readonly blocks: number }

interface Case {
  readonly input: {
    readonly initial: {
      readonly block: number
      readonly hotkey: number
      readonly owner_coldkey: number
      readonly stored_take_u16: number | null
      readonly min_take_u16: number
      readonly max_take_u16: number
      readonly take_rate_limit_blocks: number
    }
    readonly operations: readonly Operation[]
  }
  readonly expected: {
    readonly after_each: readonly {
      readonly block: number
      /** Of the signed call, and of the call without guards, as a test's is. */
      readonly errors: readonly [string | null, string | null]
      readonly stored_take_u16: number | null
      readonly clock_block: number
      readonly effective_take_u16: number
    }[]
  }
}

const CALLS = { increase_take: 'increaseTake', decrease_take: 'decreaseTake' } as const

describe('take_calls.json', () => {
  const file = vectorFiles('ledger').find(({ name }) => name === 'take_calls.json')
  if (file === undefined) throw new TypeError('ledger/take_calls.json is absent.')
  const cases = parseEconomicsFile(file.name, file.content).cases as unknown as Case[]

  it.each(cases.map((item, index) => ({ ...item, index })))(
    'case $index: every call, signed and as a test makes it',
    ({ input, expected }) => {
      const { initial, operations } = input
      let context = callContextAt(initial.block, {
        minTakeU16: initial.min_take_u16,
        maxTakeU16: initial.max_take_u16,
        takeRateLimitBlocks: initial.take_rate_limit_blocks,
      })
      const owner = idOf(initial.owner_coldkey)
      const record = { owner, takeU16: initial.stored_take_u16, takeChangedAtBlock: 0 }
      context.state.set(hotkeys, [idOf(initial.hotkey)], record)
      for (const [step, operation] of operations.entries()) {
        let error: string | null = null
        let unguarded: string | null = null
        if (operation.op === 'advance') context = { ...context, block: context.block + operation.blocks }
        else {
          const { op, coldkey, hotkey, take_u16: takeU16 } = operation
          const savepoint = context.state.savepoint()
          unguarded = errorOf({ ...context, isGuarded: false }, coldkey, CALLS[op], {
            hotkey: hotkeyOf(hotkey),
            takeU16,
          })
          context.state.rollback(savepoint)
          error = errorOf(context, coldkey, CALLS[op], { hotkey: hotkeyOf(hotkey), takeU16 })
        }
        const { takeU16, takeChangedAtBlock } = context.state.required(hotkeys, idOf(initial.hotkey))
        const after = expected.after_each[step]!
        expect(
          {
            block: context.block,
            errors: [error, unguarded],
            stored_take_u16: takeU16,
            clock_block: takeChangedAtBlock,
            effective_take_u16: takeU16 ?? context.config.defaultTakeU16,
          },
          `step ${step}`,
        ).toEqual(after)
      }
      expect(expected.after_each).toHaveLength(operations.length)
    },
  )
})
