import { describe, expect, it } from 'vitest'
import { callContextAt, errorOf } from './callContext.js'
import { comparable, parseEconomicsFile } from './economicsFile.js'
import { hotkeyOf } from './fileState.js'
import { expectedKeySwapState, type KeySwapState, keySwapState, loadKeySwapState } from './keySwapState.js'
import { vectorFiles } from './vectorsDir.js'

interface Case {
  readonly input: {
    readonly block: number
    readonly state: KeySwapState
    readonly call: {
      readonly coldkey: number
      readonly old_hotkey: number
      readonly new_hotkey: number
      readonly netuid: number | null
      readonly keep_stake: boolean
    }
  }
  readonly expected: { readonly error: string | null; readonly state: KeySwapState | null }
}

describe('swap_hotkey.json', () => {
  const file = vectorFiles('ledger').find(({ name }) => name === 'swap_hotkey.json')
  if (file === undefined) throw new TypeError('ledger/swap_hotkey.json is absent.')
  const cases = parseEconomicsFile(file.name, file.content).cases as unknown as Case[]
  const forms = [true, false].flatMap((isGuarded) =>
    cases.map((item, index) => ({ ...item, index, isGuarded })),
  )

  it.each(forms)(
    'case $index, guarded $isGuarded: error and whole state',
    ({ input, expected, isGuarded }) => {
      const { coldkey, old_hotkey, new_hotkey, netuid, keep_stake: keepStake } = input.call
      const context = { ...callContextAt(input.block), isGuarded }
      loadKeySwapState(context, input.state)
      const before = expectedKeySwapState(input.state)
      expect(comparable(keySwapState(context.state))).toEqual(comparable(before))
      const error = errorOf(context, coldkey, 'swapHotkey', {
        oldHotkey: hotkeyOf(old_hotkey),
        newHotkey: hotkeyOf(new_hotkey),
        netuid,
        keepStake,
      })
      expect(error).toBe(expected.error)
      const after = expected.state === null ? before : expectedKeySwapState(expected.state)
      expect(comparable(keySwapState(context.state))).toEqual(comparable(after))
    },
  )
})
