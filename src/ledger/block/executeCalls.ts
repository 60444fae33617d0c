import type { BlockNumber } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import { CALL_TABLE, type CallEvents } from '../calls/callTable.js'
import { whyFrozen } from '../keys/whyFrozen.js'
import type { OpenedCall } from '../openCall.js'
import { whyNotInBlock } from '../rules/whyNotInBlock.js'
import type { LedgerState } from '../state/LedgerState.js'
import { config } from '../state/tables.js'
import type { LedgerEvent, Receipt, Refusal } from '../types.js'
import type { PlacedCall } from './callOrder.js'
import type { RecentBlocks } from './RecentBlocks.js'

export interface ExecutedCalls {
  readonly receipts: readonly Receipt[]
  readonly dropped: readonly { readonly position: number; readonly refusal: Refusal }[]
}

/** The block being made, on top of those before it. */
export interface ChainAt {
  readonly state: LedgerState
  readonly recent: RecentBlocks
  readonly block: BlockNumber
}

/**
 * Runs sorted calls one after the other. Each is all or nothing: refused, it leaves only its consumed nonce.
 *
 * @param contextFor - gives a context whose events go into the list, guarded or not.
 */
export function executeCalls(
  calls: readonly PlacedCall[],
  chain: ChainAt,
  contextFor: (events: LedgerEvent[], isGuarded: boolean) => BlockContext<CallEvents>,
): ExecutedCalls {
  const { state, block } = chain
  const receipts: Receipt[] = []
  const dropped: { position: number; refusal: Refusal }[] = []
  for (const { position, call } of calls) {
    const refused = whyNot(call, chain)
    if (refused !== null) {
      dropped.push({ position, refusal: refused })
      continue
    }
    if (call.origin === 'signed') state.setNonce(call.signer, call.nonce + 1)
    const savepoint = state.savepoint()
    let events: LedgerEvent[] = []
    const refusal =
      whyNotBy(call, state) ?? call.run(contextFor(events, call.origin === 'signed'), call.signer)
    if (refusal !== null) {
      state.rollback(savepoint)
      events = []
    }
    receipts.push({
      block,
      index: receipts.length,
      callHash: call.callHash,
      signer: state.addressOf(call.signer),
      origin: call.origin,
      nonce: call.nonce,
      callName: call.name,
      refusal,
      events,
    })
  }
  return { receipts, dropped }
}

/** Why its signer may not make a call now, whatever it wants. */
function whyNotBy(call: OpenedCall, state: LedgerState): Refusal | null {
  return call.origin === 'signed'
    ? whyFrozen(state, call.signer, CALL_TABLE[call.name].duringColdkeySwap)
    : null
}

function whyNot(call: OpenedCall, { state, recent, block }: ChainAt): Refusal | null {
  const refused = whyNotInBlock(call, state.required(config), recent, block)
  if (refused !== null || call.origin === 'test') return refused
  const nonce = state.nonce(call.signer)
  if (call.nonce < nonce)
    return refuse('StaleNonce', { because: 'used', nonce: call.nonce, nextNonce: nonce })
  return call.nonce > nonce ? refuse('NonceGap', { nonce: call.nonce, nextNonce: nonce }) : null
}
