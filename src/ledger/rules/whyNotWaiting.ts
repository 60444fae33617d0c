import { CALL_TABLE } from '../calls/callTable.js'
import { whyFrozen } from '../keys/whyFrozen.js'
import type { OpenedCall } from '../openCall.js'
import { refuse } from '../refusals/refuse.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { Refusal } from '../types.js'

/** Why a call that may be in the next block may wait for none: nobody signed it, its nonce is used, or its account signs no such call at present. */
export function whyNotWaiting(call: OpenedCall, state: LedgerState): Refusal | null {
  const { origin, name: callName, nonce, signer } = call
  if (origin === 'test') return refuse('BadOrigin', { because: 'testCallWaits', callName })
  const nextNonce = state.nonce(signer)
  if (nonce < nextNonce) return refuse('StaleNonce', { because: 'used', nonce, nextNonce })
  return whyFrozen(state, signer, CALL_TABLE[callName].duringColdkeySwap)
}
