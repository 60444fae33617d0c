import type { BlockNumber } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import type { OpenedCall } from '../signedCall.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { LedgerEvent, Receipt, Refusal } from '../types.js'

/** A verified call and where it stood in the caller's list. */
export interface PlacedCall {
  readonly position: number
  readonly call: OpenedCall
}

export interface ExecutedCalls {
  readonly receipts: readonly Receipt[]
  readonly dropped: readonly { readonly position: number; readonly refusal: Refusal }[]
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
  chain: { readonly state: LedgerState; readonly chainId: string; readonly block: BlockNumber },
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

function findMisfit(
  call: OpenedCall,
  { state, chainId, block }: { state: LedgerState; chainId: string; block: BlockNumber },
): Refusal | null {
  if (call.chainId !== chainId) return refuse('WrongChain', `This chain is ${chainId}.`)
  if (call.expiryBlock < block) return refuse('Expired', `The call's last block was ${call.expiryBlock}.`)
  const { nonce } = state.account(call.signer)
  if (call.nonce < nonce) return refuse('StaleNonce', `The next nonce is ${nonce}.`)
  return call.nonce > nonce ? refuse('NonceGap', `Nonce ${nonce} comes first.`) : null
}
