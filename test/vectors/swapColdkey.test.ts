import { describe, expect, it } from 'vitest'
import { CALL_TABLE, type CallArgs, type CallName } from '../../src/ledger/calls/callTable.js'
import { coldkeyHash } from '../../src/ledger/keys/coldkeyHash.js'
import { whyFrozen } from '../../src/ledger/keys/whyFrozen.js'
import { asColdkey } from '../../src/units/index.js'
import { type CallContext, callContextAt, errorOf } from './callContext.js'
import { comparable, parseEconomicsFile } from './economicsFile.js'
import { coldkeyOf, idOf } from './fileState.js'
import { expectedKeySwapState, type KeySwapState, keySwapState, loadKeySwapState } from './keySwapState.js'
import { vectorFiles } from './vectorsDir.js'

type Operation =
  | { readonly op: 'announce_coldkey_swap'; readonly coldkey: number; readonly hash_of: number }
  | { readonly op: 'swap_coldkey_announced'; readonly coldkey: number; readonly new_coldkey: number }
  | { readonly op: 'clear_coldkey_swap_announcement'; readonly coldkey: number }
  | { readonly op: 'dispute_coldkey_swap'; readonly coldkey: number }
  | { readonly op: 'any_other_call'; readonly coldkey: number }
  | { readonly op: 'advance'; readonly blocks: number }

interface Case {
  readonly input: {
    readonly block: number
    readonly state: KeySwapState
    readonly operations: readonly Operation[]
  }
  readonly expected: {
    readonly after_each: readonly { readonly block: number; readonly error: string | null }[]
    readonly state: KeySwapState
  }
}

/** As the block does with a call that somebody signed: its guard, then the call. */
function signedErrorOf<N extends CallName>(
  context: CallContext,
  signer: number,
  name: N,
  args: CallArgs[N],
): string | null {
  const frozen = whyFrozen(context.state, idOf(signer), CALL_TABLE[name].duringColdkeySwap)
  return frozen?.error ?? errorOf(context, signer, name, args)
}

function errorAfter(context: CallContext, operation: Operation): string | null {
  switch (operation.op) {
    case 'announce_coldkey_swap': {
      const newColdkeyHash = coldkeyHash(coldkeyOf(operation.hash_of))
      return signedErrorOf(context, operation.coldkey, 'announceColdkeySwap', { newColdkeyHash })
    }
    case 'swap_coldkey_announced': {
      const newColdkey = asColdkey(coldkeyOf(operation.new_coldkey))
      return signedErrorOf(context, operation.coldkey, 'swapColdkeyAnnounced', { newColdkey })
    }
    case 'clear_coldkey_swap_announcement':
      return signedErrorOf(context, operation.coldkey, 'clearColdkeySwapAnnouncement', {})
    case 'dispute_coldkey_swap':
      return signedErrorOf(context, operation.coldkey, 'disputeColdkeySwap', {})
    case 'any_other_call':
      return signedErrorOf(context, operation.coldkey, 'setPerpetualLock', { netuid: 1, enabled: false })
    case 'advance':
      return null
  }
}

describe('swap_coldkey.json', () => {
  const file = vectorFiles('ledger').find(({ name }) => name === 'swap_coldkey.json')
  if (file === undefined) throw new TypeError('ledger/swap_coldkey.json is absent.')
  const cases = parseEconomicsFile(file.name, file.content).cases as unknown as Case[]

  it.each(cases.map((item, index) => ({ ...item, index })))(
    'case $index: every error, and the whole state at the end',
    ({ input, expected }) => {
      let context = callContextAt(input.block)
      loadKeySwapState(context, input.state)
      for (const [step, operation] of input.operations.entries()) {
        const error = errorAfter(context, operation)
        if (operation.op === 'advance') context = { ...context, block: context.block + operation.blocks }
        const after = { block: context.block, error }
        expect(after, `step ${step}, ${operation.op}`).toEqual(expected.after_each[step])
      }
      expect(expected.after_each).toHaveLength(input.operations.length)
      expect(comparable(keySwapState(context.state))).toEqual(
        comparable(expectedKeySwapState(expected.state)),
      )
    },
  )
})
