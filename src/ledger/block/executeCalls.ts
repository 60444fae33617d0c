import type { BlockNumber } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import type { OpenedCall } from '../openCall.js'
import { callMisfit } from '../rules/callMisfit.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { LedgerEvent, Receipt, Refusal } from '../types.js'
import type { RecentBlocks } from './RecentBlocks.js'

/** A verified call and where it stood in the caller's list. */
export interface PlacedCall {
  readonly position: number
  readonly call: OpenedCall
}

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

/** Order inside a block: by signer, then nonce, then hash, so that the order of arrival does not matter. */
export function inOrder(a: PlacedCall, b: PlacedCall): number {
  if (a.call.signer !== b.call.signer) return a.call.signer < b.call.signer ? -1 : 1
  if (a.call.nonce !== b.call.nonce) return a.call.nonce - b.call.nonce
  if (a.call.callHash !== b.call.callHash) return a.call.callHash < b.call.callHash ? -1 : 1
  return a.position - b.position
}

/**
 * Runs sorted calls one after the other. Each is all or nothing: refused, it leaves only its consumed nonce.
 *
 * @param contextFor - gives a context whose events go into the list.
 */
export function executeCalls(
  calls: readonly PlacedCall[],
  chain: ChainAt,
  contextFor: (events: LedgerEvent[]) => BlockContext,
): ExecutedCalls {
  const { state, block } = chain
  const receipts: Receipt[] = []
  const dropped: { position: number; refusal: Refusal }[] = []
  for (const { position, call } of calls) {
    const misfit = findMisfit(call, chain)
    if (misfit !== null) {
      dropped.push({ position, refusal: misfit })
      continue
    }
    state.setAccount(call.signer, { nonce: call.nonce + 1 })
    const savepoint = state.store.savepoint()
    let events: LedgerEvent[] = []
    const refusal = call.run(contextFor(events), call.signer)
    if (refusal !== null) {
      state.store.rollback(savepoint)
      events = []
    }
    receipts.push({
      block,
      index: receipts.length,
      callHash: call.callHash,
      signer: state.addressOf(call.signer),
      nonce: call.nonce,
      callName: call.name,
      refusal,
      events,
    })
  }
  return { receipts, dropped }
}

function findMisfit(call: OpenedCall, { state, recent, block }: ChainAt): Refusal | null {
  const misfit = callMisfit(call, recent, block)
  if (misfit !== null) return misfit
  const { nonce } = state.account(call.signer)
  if (call.nonce < nonce) return refuse('StaleNonce', `The next nonce is ${nonce}.`)
  return call.nonce > nonce ? refuse('NonceGap', `Nonce ${nonce} comes first.`) : null
}
